import type { Visit } from "../../http/app.ts";
import type { NewDelivery } from "../../inbox/port/queue.ts";
import type { SettledAttempt } from "../../inbox/worker/work.ts";
import type { CopyChoice, EventCopy } from "../../observe/event-copy.ts";
import { type CopyBudget, createCopyBudget } from "./budget.ts";
import { compileChoices, type IsChosen } from "./choice.ts";
import {
	copiedEventOf,
	copyOfDelivery,
	copyOfVisit,
	handedOnBy,
	ownEventOf,
} from "./copy.ts";

/** Passes copies of events to those who listen. Without a choice nothing is copied: callers MUST ask `isWatched` first. */
export interface CopyFeed {
	readonly isWatched: boolean;
	visited(visit: Visit): void;
	settled(attempt: SettledAttempt): void;
	/** Passes on a copy that another process wrote. */
	publish(copy: EventCopy): void;
	/** Sets which events are copied. Empty for none. */
	choose(choices: readonly CopyChoice[]): void;
	/** Calls back with each copy. Returns the function that ends it. A watcher MUST NOT throw. */
	watch(watcher: (copy: EventCopy) => void): () => void;
}

/** Creates a feed that copies nothing yet. */
export function createCopyFeed({
	budget = createCopyBudget(),
	now = Date.now,
}: {
	readonly budget?: CopyBudget;
	readonly now?: () => number;
} = {}): CopyFeed {
	const watchers = new Set<(copy: EventCopy) => void>();
	let isChosen: IsChosen | undefined;
	const publish = (copy: EventCopy): void => {
		for (const watcher of watchers) watcher(copy);
	};
	const copyDelivery = (delivery: NewDelivery): void => {
		if (isChosen?.(delivery) !== true) return;
		const isAdmitted = budget.admits(delivery.body.byteLength, now());
		publish(isAdmitted ? copyOfDelivery(delivery) : withoutText(delivery));
	};
	return {
		get isWatched() {
			return isChosen !== undefined;
		},
		visited(visit) {
			const event = copiedEventOf(visit);
			if (event === undefined || isChosen?.(event) !== true) return;
			const size = visit.answer.event?.raw.byteLength ?? 0;
			const isAdmitted = budget.admits(size, now());
			publish(isAdmitted ? copyOfVisit(visit) : withoutText(event, now()));
		},
		settled(attempt) {
			for (const delivery of handedOnBy(attempt)) copyDelivery(delivery);
			const own = ownEventOf(attempt);
			if (own !== undefined) copyDelivery(own);
		},
		publish,
		choose(choices) {
			isChosen = choices.length === 0 ? undefined : compileChoices(choices);
		},
		watch(watcher) {
			const own = (copy: EventCopy): void => watcher(copy);
			watchers.add(own);
			return () => void watchers.delete(own);
		},
	};
}

// --- helpers ---

function withoutText(
	{
		id,
		route,
		kind,
		receivedAt,
	}: Pick<EventCopy, "id" | "route" | "kind"> & {
		readonly receivedAt?: number;
	},
	now = 0,
): EventCopy {
	return { id, route, kind, receivedAt: receivedAt ?? now, text: undefined };
}
