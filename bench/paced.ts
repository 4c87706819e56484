import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Pool } from "undici";

/** Requests at an even pace, whatever the answers take. */
export interface PaceOptions {
	readonly origin: string;
	readonly path: string;
	/** Makes the next JSON body. */
	body(): string;
	readonly connections: number;
	readonly perSecond: number;
	readonly seconds: number;
}

/** Posts at an even pace, and returns how long each answer took, in milliseconds. Throws when one is not a 2xx. */
export async function postPaced({
	origin,
	path,
	body,
	connections,
	perSecond,
	seconds,
}: PaceOptions): Promise<readonly number[]> {
	const pool = new Pool(origin, { connections });
	const took: number[] = [];
	const post = async (): Promise<void> => {
		const text = body();
		const sentAt = performance.now();
		const answer = await pool.request({
			method: "POST",
			path,
			headers: { "content-type": "application/json" },
			body: text,
		});
		await answer.body.dump();
		took.push(performance.now() - sentAt);
		if (answer.statusCode >= 300)
			throw new Error(`answered ${answer.statusCode}`);
	};
	const posts: Promise<void>[] = [];
	const startedAt = performance.now();
	const total = perSecond * seconds;
	while (posts.length < total) {
		const due = ((performance.now() - startedAt) * perSecond) / 1000;
		while (posts.length < Math.min(due, total)) posts.push(post());
		await setTimeout(1);
	}
	await Promise.all(posts);
	await pool.close();
	return took;
}

/** Writes 4 KiB and waits for the disk, `count` times; returns how long each took, in milliseconds. */
export function syncTimes(folder: string, count: number): readonly number[] {
	const file = join(folder, "sync");
	const descriptor = openSync(file, "a");
	const page = Buffer.alloc(4096);
	const took = Array.from({ length: count }, () => {
		const startedAt = performance.now();
		writeSync(descriptor, page);
		fsyncSync(descriptor);
		return performance.now() - startedAt;
	});
	closeSync(descriptor);
	rmSync(file);
	return took;
}

/** What 99 of 100 values are below. */
export function p99(values: readonly number[]): number {
	const sorted = values.toSorted((left, right) => left - right);
	return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
