import { setTimeout } from "node:timers/promises";
import type { Request } from "autocannon";
import { fire } from "./fire.ts";
import type { Server, Usage } from "./server.ts";

/** One server in a race, and what it is asked. */
export interface Contender {
	readonly name: string;
	readonly server: Server;
	readonly requests: readonly Request[];
}

export interface RaceOptions {
	readonly rounds: number;
	/** Of one contender in one round. */
	readonly seconds: number;
	/** Default 32. */
	readonly connections?: number;
	/** Requests a second. Default: as many as the server answers. */
	readonly perSecond?: number | undefined;
}

/** What one contender did in one round. */
export interface Sample {
	readonly perSecond: number;
	/** CPU time of the server's process, all its threads, for one request. */
	readonly cpuMicroseconds: number;
}

/** Samples by contender, one a round, so that samples at one index were taken side by side. */
export type Results = ReadonlyMap<string, readonly Sample[]>;

/**
 * Drives the contenders in turn, round after round, so that what the machine does meanwhile meets
 * all of them; the first round warms up and is not counted. Throws when an answer is not a 2xx.
 */
export async function race(
	contenders: readonly Contender[],
	options: RaceOptions,
): Promise<Results> {
	const { rounds, seconds } = options;
	const results = new Map<string, Sample[]>();
	for (const { name } of contenders) results.set(name, []);
	for (let round = 0; round <= rounds; round++) {
		for (const contender of contenders) {
			const length = round === 0 ? Math.max(seconds, WARM_UP_SECONDS) : seconds;
			const sample = await drive(contender, length, options);
			if (round > 0) results.get(contender.name)?.push(sample);
		}
	}
	return results;
}

// --- helpers ---

const CONNECTIONS = 32;
/** Short rounds pair well, but a compiler that is still at work would be measured with them. */
const WARM_UP_SECONDS = 3;

async function drive(
	{ name, server, requests }: Contender,
	seconds: number,
	{ connections = CONNECTIONS, perSecond }: RaceOptions,
): Promise<Sample> {
	const before = await server.usage();
	const { answered, elapsedMs } = await fire({
		name,
		urls: [server.origin],
		connections,
		seconds,
		requests,
		perSecond,
	});
	const after = await atRest(server);
	return {
		perSecond: (answered * 1000) / elapsedMs,
		cpuMicroseconds:
			(after.cpuMicroseconds - before.cpuMicroseconds) / answered,
	};
}

/** Waits until a server does nothing any more: what it kept for later belongs to the round too. */
async function atRest(server: Server): Promise<Usage> {
	let last = await server.usage();
	for (;;) {
		await setTimeout(LOOK_MS);
		const next = await server.usage();
		if (next.cpuMicroseconds - last.cpuMicroseconds < RESTING_MICROS)
			return next;
		last = next;
	}
}

const LOOK_MS = 50;
/** A tenth of one core: what nobody asked for. */
const RESTING_MICROS = 5000;
