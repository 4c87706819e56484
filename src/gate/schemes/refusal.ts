import { HookError } from "../../errors.ts";

/** Creates SIGNATURE_MISSING: the webhook has nothing of this scheme. */
export function missing(scheme: string, why: string): HookError {
	return new HookError("SIGNATURE_MISSING", `${scheme} says: ${why}`);
}

/** Creates SIGNATURE_INVALID, with the failed check and its value, but never a secret or the expected value. */
export function invalid(scheme: string, why: string): HookError {
	return new HookError("SIGNATURE_INVALID", `${scheme} says: ${why}`);
}

/**
 * Formats a value from a stranger for the log: at most 40 characters of printable ASCII, so it can neither fill the line
 * nor start another.
 */
export function show(value: unknown): string {
	if (value === undefined) return "missing";
	if (value === null) return "null";
	if (typeof value === "number" || typeof value === "boolean")
		return `${value}`;
	if (typeof value !== "string") {
		return Array.isArray(value) ? "a list" : "an object";
	}
	const start = value.slice(0, SHOWN_MAX).replace(/[^\x20-\x7e]/g, "?");
	return value.length > SHOWN_MAX ? `${start}…` : start;
}

// --- helpers ---

const SHOWN_MAX = 40;
