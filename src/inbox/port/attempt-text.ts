import type { Attempt } from "./delivery.ts";

/**
 * Writes why an attempt failed as the one text that engines keep of it: the reason, and behind a mark the
 * stack. So inboxes that were made before stacks were kept need no other tables.
 */
export function toAttemptText({
	reason,
	stack,
}: Pick<Attempt, "reason" | "stack">): string | undefined {
	const plain = reason?.replaceAll(MARK, " ");
	if (plain === undefined || stack === undefined) return plain;
	return `${plain}${MARK}${stack}`;
}

/** Reads what `toAttemptText` wrote. */
export function fromAttemptText(
	text: string | null,
): Pick<Attempt, "reason" | "stack"> {
	if (text === null) return { reason: undefined };
	const at = text.indexOf(MARK);
	if (at === -1) return { reason: text };
	return { reason: text.slice(0, at), stack: text.slice(at + MARK.length) };
}

// --- helpers ---

/** ASCII's record separator: no reason has it, and every engine can keep it. */
const MARK = "\u001e";
