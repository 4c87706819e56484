import { join } from "node:path";
import {
	type InboxConfig,
	largeReceipt,
	refill,
	writeInboxConfig,
} from "../inbox-config.ts";
import { probe } from "../probe.ts";
import { COUNTED, ENOUGH, rateOf, WARM_UP } from "../progress.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import {
	atLeast,
	atMost,
	formatSpread,
	type Spread,
	spreadOf,
	type Verdict,
} from "../table.ts";

/** How fast what waits is handled, and that a long line makes it no slower. */
export const WORKER: Scenario = {
	title: "What waits in the inbox is handled by a plugin that does nothing",
	async run(bench) {
		const { router, folder } = bench;
		if (router === undefined) return [];
		const rounds = Math.min(bench.rounds, ROUNDS_MAX);
		const few = await fill(router, join(folder, "few.db"), ENOUGH);
		const ordered = await fill(
			router,
			join(folder, "ordered.db"),
			ENOUGH,
			10_000,
		);
		const config = writeInboxConfig(join(folder, "small"), HANDLER);
		const many = writeInboxConfig(join(folder, "large"), HANDLER);
		await fill(router, many.inbox, MILLION + (rounds + 1) * ENOUGH);

		const rates: Record<Line, number[]> = { few: [], ordered: [], many: [] };
		const peaks: number[] = [];
		const openings: number[] = [];
		const bases: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			refill(config, few);
			const one = await drain(bench, `few-${round}`, config);
			const long = await drain(bench, `many-${round}`, many);
			refill(config, ordered);
			const keyed = await drain(bench, `ordered-${round}`, config);
			const openMs = await probe<number>("inbox", router, "open", many.inbox);
			// The first round has the files read from the disk.
			if (round === 0) continue;
			rates.few.push(one.perSecond);
			rates.many.push(long.perSecond);
			rates.ordered.push(keyed.perSecond);
			bases.push(one.peakBytes / PEAK_LIMIT_BYTES);
			peaks.push(long.peakBytes / PEAK_LIMIT_BYTES);
			openings.push(openMs / OPEN_LIMIT_MS);
		}
		return report(rates, { peaks, bases, openings });
	},
};

/** Makes an inbox with so many receipts that wait, and returns its path. */
export async function fill(
	router: string,
	file: string,
	count: number,
	orderKeys = 0,
): Promise<string> {
	const body = largeReceipt("MESSAGE_ID");
	await probe("inbox", router, "fill", file, `${count}`, `${orderKeys}`, body);
	return file;
}

// --- helpers ---

/** A line that waits: short, short with 10,000 order keys, long. */
type Line = "few" | "ordered" | "many";

const HANDLER = "handler: { plugin: count }";
const MILLION = 1_000_000;
/** The file of a million has more than a gigabyte, and every round takes a start of the router each. */
const ROUNDS_MAX = 3;
const RATE_TARGET = 5000;
const PEAK_LIMIT_BYTES = 200_000_000;
const OPEN_LIMIT_MS = 1000;

interface Drained {
	readonly perSecond: number;
	readonly peakBytes: number;
}

async function drain(
	bench: Bench,
	name: string,
	{ file }: InboxConfig,
): Promise<Drained> {
	const server = await startRouter(bench, name, file);
	await rateOf(server, WARM_UP);
	const perSecond = await rateOf(server, COUNTED);
	const { peakBytes } = await server.usage();
	await server.stop();
	return { perSecond, peakBytes };
}

function report(
	rates: Readonly<Record<Line, readonly number[]>>,
	measured: {
		readonly peaks: readonly number[];
		/** Of the short line. */
		readonly bases: readonly number[];
		readonly openings: readonly number[];
	},
): readonly Verdict[] {
	const share = spreadOf(rates.few.map((rate) => rate / RATE_TARGET));
	const over = (line: Line): Spread =>
		spreadOf(rates[line].map((rate, at) => rate / (rates.few[at] ?? NaN)));
	const many = over("many");
	const ordered = over("ordered");
	const peak = spreadOf(measured.peaks);
	const opening = spreadOf(measured.openings);
	console.log("  median (min-max)");
	for (const [what, spread] of Object.entries({
		"handled a second, of 5,000": share,
		"rate with 1,000,000 waiting": many,
		"rate with 10,000 order keys": ordered,
		"peak memory, of 200 MB": peak,
		"the same with few waiting": spreadOf(measured.bases),
		"opening a million, of 1 s": opening,
	}))
		console.log(`  ${what.padEnd(30)}${formatSpread(spread)}`);
	return [
		atLeast("worker: handled a second, of 5,000", share, 1),
		atLeast("worker: rate with 1,000,000 waiting over few's", many, 0.8),
		atLeast("worker: rate with 10,000 order keys over none's", ordered, 0.8),
		atMost("worker: peak memory with 1,000,000, of 200 MB", peak, 1),
		atMost("worker: opening 1,000,000, of 1 s", opening, 1),
	];
}
