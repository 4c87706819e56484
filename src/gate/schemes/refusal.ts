import { HookError } from "../../errors.ts";

/** SIGNATURE_MISSING: the webhook carries nothing of this scheme. */
export function missing(scheme: string, why: string): HookError {
	return new HookError("SIGNATURE_MISSING", `${scheme} says: ${why}`);
}

/** SIGNATURE_INVALID, with the check that failed and what it failed on; never a secret or what was expected. */
export function invalid(scheme: string, why: string): HookError {
	return new HookError("SIGNATURE_INVALID", `${scheme} says: ${why}`);
}

/**
 * Shows what a stranger sent in a line of the log: at most 40 characters of printable ASCII, so that it
 * can neither fill the line nor begin another.
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
