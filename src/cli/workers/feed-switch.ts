import { createEventBudget } from "../../admin/event-budget.ts";
import type { Feed } from "../../observe/feed.ts";
import type { Supervisor } from "../../workers/protocol.ts";

/** The events that a supervisor hears of: `all`, or as many as clients without a filter get. Undefined for none. */
export type Hearing = "all" | "some" | undefined;

/**
 * Creates the switch that tells the supervisor what happens, while somebody watches. A message to another process costs as much as
 * a webhook, so a worker sends no more than somebody gets. The others are counted.
 */
export function createFeedSwitch(
	feed: Pick<Feed, "watch">,
	supervisor: Pick<Supervisor, "send">,
): (hearing: Hearing) => void {
	const budget = createEventBudget();
	let unwatch: (() => void) | undefined;
	let skipped = 0;
	const gate = {
		wants: (type, at) => budget.admits({ type, at }),
		skip(count) {
			skipped += count;
		},
	} satisfies Parameters<Feed["watch"]>[1];
	return (hearing) => {
		unwatch?.();
		unwatch =
			hearing &&
			feed.watch(
				(event) => {
					supervisor.send({ type: "seen", event, skipped });
					skipped = 0;
				},
				hearing === "some" ? gate : undefined,
			);
	};
}
