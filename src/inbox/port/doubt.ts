import { ERRORS, type ErrorCode } from "../../errors.ts";

/** The reason why one gate does not trust a quarantined webhook. */
export interface Doubt {
	readonly code: ErrorCode;
	/** A sentence for a person. */
	readonly detail: string;
}

/**
 * The two budgets of the quarantine. `door`: the firewall or the signature doubted the webhook, so anybody may have sent it,
 * and the oldest ones are evicted. `admitted`: both accepted it, so it comes from the platform, and none is evicted.
 */
export type Budget = "door" | "admitted";

/** Returns the budget of a quarantined delivery. */
export function budgetOf(doubts: readonly Doubt[]): Budget {
	return doubts.some(({ code }) => DOOR.has(code)) ? "door" : "admitted";
}

/** Writes doubts in one line: `CODE: sentence; CODE: sentence`. */
export function describeDoubts(doubts: readonly Doubt[]): string {
	return doubts.map(({ code, detail }) => `${code}: ${detail}`).join("; ");
}

/** Returns true for the code of a refusal. */
export function isErrorCode(text: unknown): text is ErrorCode {
	return typeof text === "string" && Object.hasOwn(ERRORS, text);
}

/**
 * Parses doubts from the output of `describeDoubts`, which is all that inboxes and exports of earlier versions have. Returns
 * none for any other text.
 */
export function doubtsOfReason(reason: string | undefined): readonly Doubt[] {
	if (reason === undefined || !START.test(reason)) return [];
	return reason.split(BORDER).flatMap((part) => {
		const [code, ...rest] = part.split(": ");
		return isErrorCode(code) ? [{ code, detail: rest.join(": ") }] : [];
	});
}

// --- helpers ---

/** The refusals of the firewall and the signature. */
const DOOR: ReadonlySet<ErrorCode> = new Set([
	"FIREWALL_DENIED",
	"SIGNATURE_MISSING",
	"SIGNATURE_INVALID",
]);

const START = /^[A-Z]+_[A-Z_]+: /;
const BORDER = /; (?=[A-Z]+_[A-Z_]+: )/;
