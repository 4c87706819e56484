import type { Attempt, DeliveryDetail } from "../../../inbox/port/delivery.ts";
import { formatTable } from "../../table.ts";
import { plain, toTime } from "../row.ts";

/**
 * Writes the attempts of a delivery as a table, with their stacks.
 *
 * @param isParent true if it has children. Default false
 */
export function describeAttempts(
	{ history, state, attempts }: DeliveryDetail,
	show: (text: string) => string,
	isParent = false,
): string[] {
	const isReply = attempts === 0 && (state === "delivered" || state === "dead");
	if (isParent && history.length === 0)
		return ["Stored for its targets. Its children have the attempts."];
	if (isReply && history.length === 0) {
		return ["Answered within the request, so no attempts were needed."];
	}
	if (history.length === 0) return ["No attempt has finished yet."];
	const rows = history.map(
		({ attempt, startedAt, durationMs, outcome, reason }) => [
			String(attempt),
			toTime(startedAt),
			`${durationMs} ms`,
			outcome,
			reason === undefined ? "" : plain(show(reason)),
		],
	);
	const [head = "", ...lines] = formatTable([
		["TRY", "BEGAN", "TOOK", "OUTCOME", "ERROR"],
		...rows,
	]);
	return [
		head,
		...lines.flatMap((line, at) => [line, ...describeStack(history, at, show)]),
	];
}

/** Writes what people did with a delivery, a line for each. */
export function describeActions(
	{ actions = [] }: DeliveryDetail,
	show: (text: string) => string,
): string[] {
	return actions.map(({ action, at, actor, reason }) => {
		const by = actor === undefined ? "" : ` by ${actor}`;
		const why = reason === undefined ? "" : `: ${reason}`;
		return plain(show(`  ${toTime(at)}  ${action}${by}${why}`));
	});
}

// --- helpers ---

/** Writes the stack of an attempt, unless it equals the previous attempt's stack. */
function describeStack(
	history: readonly Attempt[],
	at: number,
	show: (text: string) => string,
): string[] {
	const stack = history[at]?.stack;
	if (stack === undefined) return [];
	const before = history[at - 1];
	if (before?.stack === stack)
		return [`     same stack as attempt ${before.attempt}`];
	return show(stack)
		.split("\n")
		.map((line) => `     ${plain(line)}`);
}
