import { ERRORS, type ErrorCode } from "../../errors.ts";

/** What one gate had against a webhook that is kept in quarantine. */
export interface Doubt {
	readonly code: ErrorCode;
	/** A sentence for a person. */
	readonly detail: string;
}

/**
 * The two budgets of the quarantine. `door`: firewall or signature doubted it, so that it may be anybody's; the oldest give way.
 * `admitted`: the gates before let it in, so that it is the platform's; it never gives way.
 */
export type Budget = "door" | "admitted";

/** The budget that a quarantined delivery counts for. */
export function budgetOf(doubts: readonly Doubt[]): Budget {
	return doubts.some(({ code }) => DOOR.has(code)) ? "door" : "admitted";
}

/** Writes doubts in one line: `CODE: sentence; CODE: sentence`. */
export function describeDoubts(doubts: readonly Doubt[]): string {
	return doubts.map(({ code, detail }) => `${code}: ${detail}`).join("; ");
}

/** True for the code of a refusal. */
export function isErrorCode(text: unknown): text is ErrorCode {
	return typeof text === "string" && Object.hasOwn(ERRORS, text);
}

/**
 * Reads doubts out of a line that `describeDoubts` wrote: all that the inboxes of versions before this one, and exports of
 * theirs, say of them. A text that is no such line holds none.
 */
export function doubtsOfReason(reason: string | undefined): readonly Doubt[] {
	if (reason === undefined || !START.test(reason)) return [];
	return reason.split(BORDER).flatMap((part) => {
		const [code, ...rest] = part.split(": ");
		return isErrorCode(code) ? [{ code, detail: rest.join(": ") }] : [];
	});
}

// --- helpers ---

/** Gates before anything is proved, or that prove it. */
const DOOR: ReadonlySet<ErrorCode> = new Set([
	"FIREWALL_DENIED",
	"SIGNATURE_MISSING",
	"SIGNATURE_INVALID",
]);

const START = /^[A-Z]+_[A-Z_]+: /;
const BORDER = /; (?=[A-Z]+_[A-Z_]+: )/;
