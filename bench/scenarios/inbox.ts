import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
	type InboxConfig,
	largeReceipt,
	NEW_RECEIPTS,
	writeInboxConfig,
} from "../inbox-config.ts";
import { p99, postPaced, syncTimes } from "../paced.ts";
import { type Contender, race } from "../race.ts";
import { RECEIPT_PATH } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import type { Server } from "../server.ts";
import {
	atLeast,
	atMost,
	cpuRatio,
	formatSpread,
	printRace,
	rateRatio,
	type Spread,
	spreadOf,
} from "../table.ts";

/** What it costs that a 200 means "on disk", and how long the sender waits for it. */
export const INBOX: Scenario = {
	title:
		"A receipt is kept on disk before it is answered (POST, JSON of 600 bytes)",
	async run(bench) {
		if (bench.router === undefined) return [];
		const configs: Readonly<Record<string, InboxConfig>> = {
			[BARE]: write(bench, "bare", "noop", "none"),
			[KEPT]: write(bench, "kept", "noop"),
			// Its handler never ends, so that nothing is delivered: what is left is the keeping.
			[PUT]: write(bench, "put", "never"),
		};
		const contenders: Contender[] = [];
		for (const [name, { file }] of Object.entries(configs)) {
			const server = await startRouter(bench, name, file);
			contenders.push({ name, server, requests: NEW_RECEIPTS });
		}
		const results = await race(contenders, {
			...bench,
			connections: CONNECTIONS,
		});
		printRace(results, BARE);
		const waits = await measureWaits(contenders, bench);
		const target = `inbox: p99 over the disk's own, at ${PER_SECOND} a second`;
		return [
			atLeast("inbox: rate over none's", rateRatio(results, KEPT, BARE), 0.5),
			atMost(
				"inbox: CPU over none's, delivery included",
				cpuRatio(results, KEPT, BARE),
				1.6,
			),
			atMost(
				"inbox: CPU over none's, accepting only",
				cpuRatio(results, PUT, BARE),
				1.6,
			),
			atMost(target, waits, 8),
		];
	},
};

// --- helpers ---

const BARE = "no inbox";
const KEPT = "inbox";
const PUT = "inbox, nothing delivered";
const CONNECTIONS = 64;
/** Where a machine is full, waiting in line is all that a sender sees: 64 at once over the rate. */
const PER_SECOND = 500;
const SYNCS = 500;

function write(
	{ folder }: Bench,
	name: string,
	plugin: string,
	store?: string,
): InboxConfig {
	const rest = plugin === "never" ? "concurrency: 1, timeout: 10m, " : "";
	return writeInboxConfig(
		join(folder, name),
		`${rest}handler: { plugin: ${plugin} }`,
		store,
	);
}

/** Has the disk and the servers take turns, and prints how they compare. */
async function measureWaits(
	contenders: readonly Contender[],
	{ rounds, seconds, folder }: Bench,
): Promise<Spread> {
	const disk: number[] = [];
	const shares = new Map<string, number[]>();
	for (let round = 0; round <= rounds; round++) {
		const own = p99(syncTimes(folder, SYNCS));
		if (round > 0) disk.push(own);
		for (const { name, server } of contenders) {
			const wait = p99(await receiptsTo(server, seconds));
			if (round > 0)
				shares.set(name, [...(shares.get(name) ?? []), wait / own]);
		}
	}
	console.log(
		`  p99 over the disk's own (fsync of 4 KiB), at ${PER_SECOND} a second`,
	);
	for (const [name, values] of shares)
		console.log(`  ${name.padEnd(26)}${formatSpread(spreadOf(values))}`);
	const { median } = spreadOf(disk);
	console.log(`  (1.00 was ${median.toFixed(2)} ms, here and now)`);
	return spreadOf(shares.get(KEPT) ?? []);
}

function receiptsTo(
	{ origin }: Server,
	seconds: number,
): Promise<readonly number[]> {
	return postPaced({
		origin,
		path: RECEIPT_PATH,
		body: () => largeReceipt(randomUUID()),
		connections: CONNECTIONS,
		perSecond: PER_SECOND,
		seconds,
	});
}
