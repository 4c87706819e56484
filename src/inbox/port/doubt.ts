import { ERRORS, type ErrorCode } from "../../errors.ts";

/** Says why one gate does not trust a webhook that is kept in quarantine. */
export interface Doubt {
	readonly code: ErrorCode;
	/** A sentence for a person. */
	readonly detail: string;
}

/**
 * The two budgets of the quarantine. `door`: the firewall or the signature doubted it, so that anybody may have sent it; the oldest are
 * evicted. `admitted`: the door let it in, so that it is the platform's; none is evicted.
 */
export type Budget = "door" | "admitted";

/** Returns the budget that a quarantined delivery counts for. */
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
 * Reads doubts out of a line that `describeDoubts` wrote: inboxes of earlier versions, and their exports, have nothing else.
 * Returns none for any other text.
 */
export function doubtsOfReason(reason: string | undefined): readonly Doubt[] {
	if (reason === undefined || !START.test(reason)) return [];
	return reason.split(BORDER).flatMap((part) => {
		const [code, ...rest] = part.split(": ");
		return isErrorCode(code) ? [{ code, detail: rest.join(": ") }] : [];
	});
}

// --- helpers ---

/** The refusals of the door. */
const DOOR: ReadonlySet<ErrorCode> = new Set([
	"FIREWALL_DENIED",
	"SIGNATURE_MISSING",
	"SIGNATURE_INVALID",
]);

const START = /^[A-Z]+_[A-Z_]+: /;
const BORDER = /; (?=[A-Z]+_[A-Z_]+: )/;
