import type { Sms } from "../../plugins/shipped/long-sms/message.ts";

/** A whole SMS. */
export const WHOLE = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A01",
	text: "Hello world",
	type: "text",
	keyword: "HELLO",
	"message-timestamp": "2020-01-01 12:00:00",
} as const;

/** One part of a message: its number, of how many, and what it says. */
export function partOf(
	number: number | string,
	total: number | string,
	text: string,
	over: Sms = {},
): Sms {
	return {
		...WHOLE,
		messageId: `id-${text}`,
		text,
		keyword: text.split(" ")[0],
		concat: "true",
		"concat-ref": "7",
		"concat-total": String(total),
		"concat-part": String(number),
		...over,
	};
}

/** A message's parts, in order. */
export function partsOf(
	texts: readonly string[],
	over: Sms = {},
): readonly Sms[] {
	return texts.map((text, index) =>
		partOf(index + 1, texts.length, text, {
			messageId: `${over["concat-ref"] ?? 7}-${index + 1}`,
			...over,
		}),
	);
}

/** Timers that fire when a test says so. */
export class TestTimers {
	#running = new Map<symbol, { run: () => unknown; ms: number }>();

	readonly set = (run: () => void, ms: number): (() => void) => {
		const id = Symbol();
		this.#running.set(id, { run, ms });
		return () => void this.#running.delete(id);
	};

	get times(): readonly number[] {
		return [...this.#running.values()].map(({ ms }) => ms);
	}

	/** Runs all, and waits for what they started. */
	async fire(): Promise<void> {
		const due = [...this.#running.values()];
		this.#running.clear();
		await Promise.all(due.map(({ run }) => run()));
	}
}
