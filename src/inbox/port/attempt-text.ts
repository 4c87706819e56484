import type { Attempt } from "./delivery.ts";

/**
 * Combines the reason and the stack of a failed attempt into one text with a separator, so that inboxes from before stacks were
 * stored need no new column.
 */
export function toAttemptText({
	reason,
	stack,
}: Pick<Attempt, "reason" | "stack">): string | undefined {
	const plain = reason?.replaceAll(SEPARATOR, " ");
	if (plain === undefined || stack === undefined) return plain;
	return `${plain}${SEPARATOR}${stack}`;
}

/** Parses the text of `toAttemptText`. */
export function fromAttemptText(
	text: string | null,
): Pick<Attempt, "reason" | "stack"> {
	if (text === null) return { reason: undefined };
	const at = text.indexOf(SEPARATOR);
	if (at === -1) return { reason: text };
	return {
		reason: text.slice(0, at),
		stack: text.slice(at + SEPARATOR.length),
	};
}

// --- helpers ---

/** The record separator of ASCII: no reason contains it, and every engine can store it. */
const SEPARATOR = "\u001e";
