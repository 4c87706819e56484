import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Request } from "autocannon";
import { fire } from "../fire.ts";
import { NEW_RECEIPTS, writeInboxConfig } from "../inbox-config.ts";
import { answers } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import type { Server } from "../server.ts";
import { atLeast, formatSpread, spreadOf, type Verdict } from "../table.ts";
import { readChildren, TICK_MICROS, ticksOf } from "../ticks.ts";

/**
 * What a second worker brings. Capacity is requests divided by the CPU seconds of the busiest process, so the driver's share of
 * the two cores does not count.
 */
export const CORES: Scenario = {
	title: "Two workers against one, by the CPU of the busiest process",
	async run(bench) {
		if (bench.router === undefined) return [];
		if (readChildren(process.pid) === undefined) {
			console.log("  needs /proc of Linux, to read the CPU of each process");
			return [];
		}
		const verdicts: Verdict[] = [];
		for (const row of ROWS) verdicts.push(await compare(bench, row));
		return verdicts;
	},
};

// --- helpers ---

interface Row {
	readonly name: string;
	readonly requests: readonly Request[];
	readonly connections: number;
	/** Writes the configuration. Returns the path of the routes.yaml. */
	write(folder: string, workers: number): string;
	/** How many times as much two workers have to serve at least. */
	readonly target: number;
}

const ANSWER_PATH = "/webhooks/answer";

const ROWS: readonly Row[] = [
	{
		name: "a call is answered",
		requests: answers(ANSWER_PATH),
		connections: 32,
		target: 1.7,
		write(folder, workers) {
			mkdirSync(folder, { recursive: true });
			const file = join(folder, "routes.yaml");
			writeFileSync(
				file,
				`version: 1
server: { workers: ${workers}, drainTimeout: 1s }
routes:
  - name: answer
    path: ${ANSWER_PATH}
    kind: voice.answer
    level: app
    signature: none
    firewall: [loopback]
    handler: { ncco: [{ action: talk, text: Thank you for calling. }] }
`,
			);
			return file;
		},
	},
	{
		name: "a receipt is kept and handled",
		requests: NEW_RECEIPTS,
		connections: 64,
		target: 1.5,
		write(folder, workers) {
			const { file } = writeInboxConfig(folder, "handler: { plugin: noop }");
			const text = readFileSync(file, "utf8");
			writeFileSync(file, text.replace("server: {", `$& workers: ${workers},`));
			return file;
		},
	},
];

async function compare(
	bench: Bench,
	{ name, requests, connections, write, target }: Row,
): Promise<Verdict> {
	const start = (workers: number) => {
		const label = `${name.replaceAll(/\W+/g, "-")}-${workers}`;
		return startRouter(bench, label, write(join(bench.folder, label), workers));
	};
	const [one, two] = [await start(1), await start(2)];
	const ratios: number[] = [];
	const shares: number[] = [];
	for (let round = 0; round <= bench.rounds; round += 1) {
		const seconds = round === 0 ? Math.max(bench.seconds, 3) : bench.seconds;
		const alone = await drive(one, requests, { seconds, connections });
		const both = await drive(two, requests, { seconds, connections });
		if (round === 0) continue;
		ratios.push(alone.busiest / both.busiest);
		shares.push(both.supervisor / both.busiest);
	}
	await Promise.all([one.stop(), two.stop()]);
	const gained = spreadOf(ratios);
	console.log(`  ${name}`);
	console.log(`    two workers serve ${formatSpread(gained)} times as much`);
	console.log(
		`    the supervisor's CPU is ${formatSpread(spreadOf(shares))} of the busiest process's`,
	);
	return atLeast(`cores: ${name}, two workers over one`, gained, target);
}

interface Load {
	/** CPU microseconds of the busiest process for one request. */
	readonly busiest: number;
	/** Those of the process that the router was started as. */
	readonly supervisor: number;
}

async function drive(
	server: Server,
	requests: readonly Request[],
	{ seconds, connections }: { seconds: number; connections: number },
): Promise<Load> {
	const before = ticksOf(server.pid);
	const { answered } = await fire({
		name: server.origin,
		urls: [server.origin],
		connections,
		seconds,
		requests,
	});
	const after = await atRest(server.pid);
	const spent = [...after].map(
		([pid, ticks]) =>
			[
				pid,
				((ticks - (before.get(pid) ?? 0)) * TICK_MICROS) / answered,
			] as const,
	);
	return {
		busiest: Math.max(...spent.map(([, micros]) => micros)),
		supervisor: new Map(spent).get(server.pid) ?? 0,
	};
}

/** Waits until nothing is handled any more: what was kept for later belongs to the round too. */
async function atRest(pid: number): Promise<ReadonlyMap<number, number>> {
	let last = ticksOf(pid);
	for (;;) {
		await setTimeout(100);
		const next = ticksOf(pid);
		const spent = [...next].map(([one, ticks]) => ticks - (last.get(one) ?? 0));
		if (Math.max(...spent) <= 1) return next;
		last = next;
	}
}
