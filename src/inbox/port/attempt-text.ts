import type { Attempt } from "./delivery.ts";

/**
 * Writes why an attempt failed as one text, which engines keep: the reason, and behind a separator the
 * stack. So inboxes from before stacks were kept need no new column.
 */
export function toAttemptText({
	reason,
	stack,
}: Pick<Attempt, "reason" | "stack">): string | undefined {
	const plain = reason?.replaceAll(SEPARATOR, " ");
	if (plain === undefined || stack === undefined) return plain;
	return `${plain}${SEPARATOR}${stack}`;
}

/** Reads what `toAttemptText` wrote. */
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

/** The record separator of ASCII: no reason has it, and every engine can keep it. */
const SEPARATOR = "\u001e";
