import {
	createJoiner,
	type Joiner,
	type JoinerInit,
} from "../../plugins/shipped/long-sms/joiner.ts";
import type { Sms } from "../../plugins/shipped/long-sms/message.ts";
import {
	createPluginStore,
	type StateKeeper,
} from "../../src/handler/plugin/store.ts";
import type { StateWrite } from "../../src/inbox/port/state.ts";
import { createMemoryState } from "../../src/runtime/inbox/memory-state.ts";
import { TestTimers } from "./sms.ts";

/** What a router has that outlives it, and its joiners share. */
export interface Ground {
	readonly keeper: StateKeeper;
	readonly isDurable: boolean;
	readonly sent: Sms[];
	readonly clock: { now: number };
}

/** Makes a ground: with an inbox, or with nothing but memory. */
export function createGround(isDurable = false): Ground {
	const clock = { now: 1_000_000 };
	const memory = createMemoryState(() => clock.now);
	return {
		keeper: isDurable ? { ...memory, isVolatile: false } : memory,
		isDurable,
		sent: [],
		clock,
	};
}

/** A joiner whose sendings and log lines are kept. */
export function start(
	over: Partial<Omit<JoinerInit, "store" | "now">> = {},
	ground: Ground = createGround(),
) {
	const { keeper, isDurable, sent, clock } = ground;
	const { timeoutMs = 60_000 } = over;
	const lines: [string, object][] = [];
	const timers = new TestTimers();
	/** How many of the next sendings fail, and how many of the next commits. */
	const fault = { left: 0, commits: 0 };
	const fail = (): void => {
		if (fault.left === 0) return;
		fault.left -= 1;
		throw new Error("the service is down");
	};
	const send = async (sms: Sms) => {
		fail();
		sent.push(sms);
	};
	const line = (message: string, fields: object) =>
		void lines.push([message, fields]);
	const store = createPluginStore("long-sms", keeper);
	const joiner: Joiner = createJoiner({
		route: "parts",
		timeoutMs,
		maxOpen: 100,
		send,
		log: { warn: line, error: line },
		setTimer: timers.set,
		...over,
		store,
		now: () => clock.now,
	});
	let ids = 0;
	/** Handles as the inbox does: what is written and sent is so when the handler has succeeded. */
	const take = async (sms: Sms, id = `event-${++ids}`) => {
		const writes: StateWrite[] = [];
		const events: Sms[] = [];
		await joiner.take(sms, {
			id,
			store: createPluginStore("long-sms", keeper, writes),
			send: isDurable
				? async (whole) => {
						fail();
						events.push(whole);
					}
				: send,
		});
		if (fault.commits > 0) {
			fault.commits -= 1;
			throw new Error("killed before the commit");
		}
		await keeper.writeState(writes);
		sent.push(...events);
	};
	return {
		joiner,
		take,
		sent,
		lines,
		timers,
		fault,
		clock,
		texts: () => sent.map(({ text }) => text),
		/** Lets the time limit pass. */
		async later(ms = timeoutMs) {
			clock.now += ms;
			await timers.fire();
		},
		/** The parts that are kept. */
		async kept() {
			const all = await keeper.listState("long-sms", "open/", 10_000);
			return all.map(
				({ value }) => (JSON.parse(value) as { sms: Sms }).sms.text,
			);
		},
	};
}

/** What work failed with; `none` where it did not. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => "none",
		(error: Error) => error.message,
	);
}
