import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { manyRoutes } from "../configs.ts";
import { RECEIPT_PATH } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import type { Server } from "../server.ts";
import { atMost, formatSpread, spreadOf } from "../table.ts";

/** Loading and reloading 10,000 routes. */
export const LOAD: Scenario = {
	title: "10,000 routes are loaded and compiled, and loaded again",
	async run(bench) {
		if (bench.router === undefined) return [];
		const one = manyRoutes(join(bench.folder, "one"), 1);
		const many = manyRoutes(join(bench.folder, "many"), 10_000);
		const busy: number[] = [];
		const peaks: number[] = [];
		const waits: number[] = [];
		for (let round = 0; round <= bench.rounds; round++) {
			const small = await loadOnce(bench, `one-${round}`, one.file);
			const large = await loadOnce(bench, `many-${round}`, many.file);
			// The first round has the files read from the disk.
			if (round === 0) continue;
			busy.push((large.cpuMs - small.cpuMs) / CPU_LIMIT_MS);
			peaks.push((large.peakBytes - small.peakBytes) / PEAK_LIMIT_BYTES);
			waits.push(large.waitMs / WAIT_LIMIT_MS);
		}
		const rows = [
			["CPU over one route's, of 600 ms", busy],
			["peak memory over one route's, of 150 MB", peaks],
			["longest wait of a request while it is loaded again, of 100 ms", waits],
		] as const;
		console.log("  share of the limit, median (min-max)");
		for (const [name, shares] of rows) {
			console.log(`  ${name.padEnd(62)} ${formatSpread(spreadOf(shares))}`);
		}
		return rows.map(([name, shares]) =>
			atMost(`load: ${name}`, spreadOf(shares), 1),
		);
	},
};

// --- helpers ---

const CPU_LIMIT_MS = 600;
const PEAK_LIMIT_BYTES = 150_000_000;
const WAIT_LIMIT_MS = 100;
const RELOAD_LIMIT_MS = 60_000;

interface Loaded {
	/** All threads, until it listens. */
	readonly cpuMs: number;
	readonly peakBytes: number;
	readonly waitMs: number;
}

async function loadOnce(
	bench: Bench,
	name: string,
	config: string,
): Promise<Loaded> {
	const server = await startRouter(bench, name, config);
	const { cpuMicroseconds, peakBytes } = await server.usage();
	const waitMs = await longestWait(server, config, name);
	await server.stop();
	return { cpuMs: cpuMicroseconds / 1000, peakBytes, waitMs };
}

/**
 * Adds a route, has the configuration loaded again, and asks for the new route until it is there: a
 * request after the other, each of which is answered by the old routes or the new ones.
 */
async function longestWait(
	server: Server,
	config: string,
	name: string,
): Promise<number> {
	const path = `${RECEIPT_PATH}/${name}`;
	appendFileSync(
		config,
		`  - { name: ${name}, path: ${path}, kind: sms.dlr, level: account, handler: { plugin: noop } }\n`,
	);
	server.reload();
	const end = performance.now() + RELOAD_LIMIT_MS;
	let longest = 0;
	while (performance.now() < end) {
		const sentAt = performance.now();
		const answer = await fetch(server.origin + path);
		await answer.arrayBuffer();
		longest = Math.max(longest, performance.now() - sentAt);
		if (answer.status !== 404) return longest;
	}
	throw new Error(`the route of ${path} is not there after a reload`);
}
