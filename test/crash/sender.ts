import { ask, type Heard } from "../http/router.ts";
import type { Random } from "./random.ts";

/** Posts numbered messages as the platform would: what was not acknowledged is sent again. */
export interface Sender {
	/** The last number of each lane that was acknowledged. */
	readonly acknowledged: ReadonlyMap<string, number>;
	/** How many were acknowledged in all. */
	readonly count: number;
	/** How many were sent again, after an answer or without one. */
	readonly repeated: number;
	/** How many got 503. */
	readonly refused: number;
	/** Answers that were neither 200 nor 503. */
	readonly odd: readonly string[];
	/** Begins no new message; resolves when each begun one is acknowledged. */
	finish(): Promise<void>;
}

export interface SenderOptions {
	readonly lanes: number;
	readonly random: Random;
	/** Where to post now; may wait until there is somebody. */
	url(): string | Promise<string>;
}

/** Where to post: nowhere for a while, when no router is up. */
export interface Target {
	/** Resolves as soon as there is a router. */
	url(): Promise<string>;
	/** A router listens there now. */
	set(url: string): void;
	/** It is about to go. */
	clear(): void;
}

export function createTarget(): Target {
	let now: Promise<string>;
	let set = (_url: string): void => {};
	const clear = () => {
		now = new Promise((resolve) => {
			set = resolve;
		});
	};
	clear();
	return { url: () => now, set: (url) => set(url), clear };
}

/** Starts to post in all lanes at once, in each of them one after another. */
export function startSender({ lanes, random, url }: SenderOptions): Sender {
	const acknowledged = new Map<string, number>();
	const odd: string[] = [];
	let count = 0;
	let repeated = 0;
	let refused = 0;
	let isOver = false;
	const send = async (lane: string, number: number): Promise<boolean> => {
		const to = await url();
		try {
			const { status, body } = await post(to, lane, number);
			if (status === 503) refused += 1;
			if (status !== 200 && status !== 503) odd.push(`${status} ${body}`);
			return status === 200;
		} catch {
			// Killed: whether it was kept is not known.
			return false;
		}
	};
	const run = async (lane: string) => {
		for (let number = 1; !isOver; number += 1) {
			while (!(await send(lane, number))) repeated += 1;
			acknowledged.set(lane, number);
			count += 1;
			if (random.below(8) > 0) continue;
			// An answer that the platform did not hear.
			repeated += 1;
			await send(lane, 1 + random.below(number));
		}
	};
	const all = Promise.all(
		Array.from({ length: lanes }, (_, at) => run(`44770090${1000 + at}`)),
	);
	return {
		acknowledged,
		odd,
		get count() {
			return count;
		},
		get refused() {
			return refused;
		},
		get repeated() {
			return repeated;
		},
		async finish() {
			isOver = true;
			await all;
		},
	};
}

/** Posts one message; its id is made of its lane and its number. */
export function post(
	url: string,
	lane: string,
	number: number,
	padding = "",
): Promise<Heard> {
	const body = new URLSearchParams({
		msisdn: lane,
		to: "447700900000",
		messageId: `${lane}-${number}`,
		type: "text",
		"message-timestamp": "2020-01-01 12:00:00",
		text: String(number),
		...(padding === "" ? {} : { padding }),
	});
	return ask(`${url}/sms`, {
		method: "POST",
		headers: { "content-type": "application/x-www-form-urlencoded" },
		body: body.toString(),
	});
}
