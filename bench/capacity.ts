import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import autocannon from "autocannon";
import {
	type InboxConfig,
	newReceipts,
	writeInboxConfig,
} from "./inbox-config.ts";
import { type Contender, race } from "./race.ts";
import { type Bench, type Scenario, startRouter } from "./scenario.ts";
import { formatSpread, printRace, spreadOf } from "./table.ts";

/** How much one core takes, and what is kept weighs: the figures of docs/capacity.md. */
export const CAPACITY: Scenario = {
	title: "What one core takes, and what is kept weighs",
	async run(bench) {
		if (bench.router === undefined) return [];
		await compareHandling(bench);
		await weigh(bench);
		return [];
	},
};

// --- helpers ---

const PLAIN = "acknowledged, nothing kept";

/** Each row does all that the one above does, and something more. */
const HANDLING: Readonly<Record<string, { route: string; keeps: boolean }>> = {
	[PLAIN]: { route: "handler: none", keeps: false },
	"handled by a plugin": { route: "handler: { plugin: noop }", keeps: false },
	"kept, then handled": { route: "handler: { plugin: noop }", keeps: true },
	"kept in order, then handled": {
		route: "orderBy: messageId, handler: { plugin: noop }",
		keeps: true,
	},
};

async function compareHandling(bench: Bench): Promise<void> {
	const contenders: Contender[] = [];
	for (const [name, { route, keeps }] of Object.entries(HANDLING)) {
		const folder = join(bench.folder, name.replaceAll(/\W+/g, "-"));
		const { file } = writeInboxConfig(folder, route, keeps);
		contenders.push({
			name,
			server: await startRouter(bench, name.replaceAll(/\W+/g, "-"), file),
			requests: newReceipts(600),
		});
	}
	const results = await race(contenders, bench);
	printRace(results, PLAIN);
	console.log("\n  thousand webhooks in a second of one core");
	for (const [name, samples] of results) {
		const rates = samples.map(({ cpuMicroseconds }) => 1000 / cpuMicroseconds);
		console.log(`  ${name.padEnd(30)}${formatSpread(spreadOf(rates))}`);
	}
	for (const { server } of contenders) await server.stop();
}

const BODIES = [300, 600, 2400, 9600];
const COUNT = 20_000;

/** The bytes that an event takes: on disk, by the size of its body, and in the log. */
async function weigh(bench: Bench): Promise<void> {
	console.log("\n  body (bytes)   inbox (bytes)   over the body   log (bytes)");
	for (const bytes of BODIES) {
		const name = `weigh-${bytes}`;
		const config = writeInboxConfig(
			join(bench.folder, name),
			"handler: { plugin: noop }",
		);
		const server = await startRouter(bench, name, config.file);
		const empty = sizeOf(config);
		await autocannon({
			url: server.origin,
			connections: 32,
			amount: COUNT,
			requests: [...newReceipts(bytes)],
		});
		await server.stop();
		const each = (sizeOf(config) - empty) / COUNT;
		const logged = statSync(join(bench.folder, `${name}.log`)).size / COUNT;
		console.log(
			`  ${String(bytes).padEnd(15)}${each.toFixed(0).padEnd(16)}${(each - bytes).toFixed(0).padEnd(16)}${logged.toFixed(0)}`,
		);
	}
}

/** The size of the inbox's file, with those beside it. */
function sizeOf({ inbox }: InboxConfig): number {
	const folder = dirname(inbox);
	return readdirSync(folder)
		.filter((name) => name.startsWith("inbox.db"))
		.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
