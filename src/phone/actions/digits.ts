import type { Payload } from "../../event/webhook.ts";
import type { Journal } from "../journal.ts";
import type { Ear, Signal } from "../leg.ts";
import { toBoolean, toNumber } from "./action.ts";

/** How keys are collected. */
export interface DigitOptions {
	readonly maxDigits: number;
	readonly timeOutMs: number;
	readonly submitOnHash: boolean;
}

/** Reads the options of `dtmf`, in the usual form or in the flat form of 2017. */
export function readDigitOptions(written: Payload): DigitOptions {
	return {
		maxDigits: toNumber(written.maxDigits, 4),
		timeOutMs: toNumber(written.timeOut, 3) * 1000,
		submitOnHash: toBoolean(written.submitOnHash, false),
	};
}

/** The collected keys. */
export interface Digits {
	readonly digits: string;
	readonly isTimedOut: boolean;
}

/** Collects keys until there are enough, or none came for a time. `first` is a key that came before. */
export async function collectDigits(
	ear: Ear,
	{ maxDigits, timeOutMs, submitOnHash }: DigitOptions,
	first: Signal | undefined,
	shown: { readonly journal: Journal; readonly id: number },
): Promise<Digits> {
	let digits = "";
	for (let signal = first; ; signal = undefined) {
		signal ??= await ear.next(timeOutMs);
		if (signal === undefined) return { digits, isTimedOut: true };
		if (signal.type !== "key") continue;
		if (submitOnHash && signal.key === "#")
			return { digits, isTimedOut: false };
		digits += signal.key;
		shown.journal.amend(shown.id, { digits });
		if (digits.length >= maxDigits) return { digits, isTimedOut: false };
	}
}
