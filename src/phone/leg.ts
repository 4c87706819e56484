import { randomUUID } from "node:crypto";
import type { Heard, Journal } from "./journal.ts";
import { CallOver, type PhoneClock, pause } from "./time.ts";

/** A key or words of the person at a leg. */
export type Signal =
	| { readonly type: "key"; readonly key: string }
	| { readonly type: "speech"; readonly text: string };

/** The facts of a leg that its webhooks contain. */
export interface LegFacts {
	/** Unique in its session, such as `caller` or `callee 2`. */
	readonly name: string;
	readonly direction: "inbound" | "outbound";
	readonly from: string;
	readonly to: string;
	/** `phone`, `sip`, `app`, `websocket` or `vbc`. */
	readonly endpointType: string;
	readonly conversationUuid: string;
}

/** Listens to some types of signals. */
export interface Tap {
	readonly types: readonly Signal["type"][];
	take(signal: Signal): void;
}

/** An open microphone and keypad. */
export interface Ear {
	/** Returns the next signal, or undefined after milliseconds without one. */
	next(ms: number): Promise<Signal | undefined>;
	close(): void;
}

/** The destination of an event as an NCCO writes it. */
export interface WrittenTarget {
	/** A URL, or a list of one. Undefined for the event URL of the application. */
	readonly url: unknown;
	/** `GET` or `POST`. Default POST. */
	readonly method?: unknown;
}

/** One party of a call, with its device: what it hears, its keypad and its microphone. */
export class Leg {
	readonly uuid = randomUUID();
	readonly facts: LegFacts;
	conversationUuid: string;
	/** The latest status of the platform. */
	status = "started";
	/** When it was answered, in milliseconds since the epoch. */
	answeredAt: number | undefined;
	/** Set by the person. */
	isMuted = false;
	isHeld = false;
	readonly #journal: Journal;
	readonly #clock: PhoneClock;
	readonly #over = new AbortController();
	readonly #taps = new Set<Tap>();
	/** True from an announcement with `bargeIn` to the next `input`. */
	canBargeIn = false;
	/** Keys and words that cut an announcement, for the `input` that follows. */
	readonly kept: Signal[] = [];
	/** The destination of its events. Undefined for the event URL of the application. */
	target: WrittenTarget | undefined;
	#skip: (() => void) | undefined;

	constructor(facts: LegFacts, journal: Journal, clock: PhoneClock) {
		this.facts = facts;
		this.conversationUuid = facts.conversationUuid;
		this.#journal = journal;
		this.#clock = clock;
	}

	get name(): string {
		return this.facts.name;
	}

	/** Aborts when the leg is over. */
	get signal(): AbortSignal {
		return this.#over.signal;
	}

	get isOver(): boolean {
		return this.#over.signal.aborted;
	}

	/** Ends everything that the leg does. */
	end(): void {
		this.#over.abort(new CallOver());
	}

	/** Presses keys one after the other. Returns false if nothing took any of them. */
	press(keys: string): boolean {
		let isTaken = false;
		for (const key of keys)
			isTaken = this.#offer({ type: "key", key }) || isTaken;
		const { name: leg } = this;
		this.#journal.add({ what: "pressed", leg, keys, isTaken });
		return isTaken;
	}

	/** Speaks. Returns false if nothing listened. */
	say(text: string): boolean {
		const isTaken = this.#offer({ type: "speech", text });
		this.#journal.add({ what: "said", leg: this.name, text, isTaken });
		return isTaken;
	}

	/** Ends what plays, as if it were over. */
	skip(): boolean {
		const skip = this.#skip;
		skip?.();
		return skip !== undefined;
	}

	/** Gets each signal of a type until it is ended. */
	tap(types: Tap["types"], take: Tap["take"]): () => void {
		const tap = { types, take };
		this.#taps.add(tap);
		this.#journal.touch();
		return () => void this.#taps.delete(tap);
	}

	/** Returns true if something listens to keys, or to speech. */
	takes(type: Signal["type"]): boolean {
		return [...this.#taps].some(({ types }) => types.includes(type));
	}

	/** Listens until it is closed. Signals wait until they are taken. */
	listen(types: Tap["types"]): Ear {
		const waiting: Signal[] = this.kept
			.splice(0)
			.filter(({ type }) => types.includes(type));
		let wake: (() => void) | undefined;
		const close = this.tap(types, (signal) => {
			waiting.push(signal);
			wake?.();
		});
		return {
			close,
			next: async (ms) => {
				if (waiting.length === 0) {
					const woken = new AbortController();
					wake = () => woken.abort();
					await this.rest(ms, woken.signal).catch((error: unknown) => {
						if (!woken.signal.aborted || this.isOver) throw error;
					});
				}
				return waiting.shift();
			},
		};
	}

	/** Rests for milliseconds, unless the leg or the other signal ends first. */
	rest(ms: number, stop: AbortSignal = this.signal): Promise<void> {
		const both =
			stop === this.signal ? stop : AbortSignal.any([stop, this.signal]);
		return pause(this.#clock, ms, both);
	}

	/** Lets the leg hear something until it is over, the leg skips it, or `stop` aborts. Returns true if it was cut. */
	async hear(
		heard: Omit<Heard, "what" | "leg" | "end">,
		stop?: AbortSignal,
	): Promise<boolean> {
		const id = this.#journal.add({ what: "heard", leg: this.name, ...heard });
		const cut = new AbortController();
		const skipped = new AbortController();
		this.#skip = () => skipped.abort();
		const onStop = (): void => cut.abort();
		if (stop?.aborted) cut.abort();
		stop?.addEventListener("abort", onStop, { once: true });
		const ends = AbortSignal.any([cut.signal, skipped.signal, this.signal]);
		try {
			if (heard.ms === undefined) await untilAborted(ends);
			else await pause(this.#clock, heard.ms, ends);
		} catch (error) {
			if (!(error instanceof CallOver)) throw error;
		} finally {
			this.#skip = undefined;
			stop?.removeEventListener("abort", onStop);
		}
		const isCut = cut.signal.aborted || this.isOver;
		this.#journal.amend(id, { end: isCut ? "cut" : "over" });
		if (this.isOver) throw new CallOver();
		return isCut;
	}

	#offer(signal: Signal): boolean {
		const fitting = [...this.#taps].filter(({ types }) =>
			types.includes(signal.type),
		);
		for (const { take } of fitting) take(signal);
		return fitting.length > 0;
	}
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
