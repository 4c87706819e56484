import type {
	DeliveryRow,
	DeliveryState,
	Note,
} from "../inbox/port/delivery.ts";
import type { Desk } from "../inbox/port/desk.ts";
import type { Queue } from "../inbox/port/queue.ts";
import {
	type Ground,
	type ReleaseOptions,
	release,
} from "../runtime/inbox/release.ts";
import type { Copier } from "./copy.ts";
import { type Edit, editDelivery } from "./edit.ts";
import type { Kept, Made, Step, Stride } from "./run.ts";

/** Replays dead and delivered ones, and their children with them. */
export function replayStep(
	store: Pick<Desk, "replay" | "children">,
	note: Note,
): Step {
	return {
		size: BITE,
		async run(ids) {
			const done = await store.replay({ ids }, note);
			// One that waits or is with a handler needs no replay.
			const children = await otherChildren(store, ids);
			if (children.length > 0)
				await store.replay({ ids: children.map(({ id }) => id) }, note);
			return { done, kept: keptOf(ids.length - done, NOT_REPLAYED) };
		},
	};
}

/** Removes deliveries that no handler is working on. */
export function dropStep(store: Pick<Desk, "drop">, note: Note): Step {
	return {
		size: BITE,
		async run(ids) {
			const done = await store.drop({ ids }, note);
			return { done, kept: keptOf(ids.length - done, NOT_DROPPED) };
		},
	};
}

/** A step that redacts. */
export interface RedactStep extends Step {
	/** Returns the number of children that were spared so far, because of their state. */
	spared(): number;
}

/**
 * Removes the content of deliveries that no handler is working on, and of their children.
 *
 * @param states the states in which a child is redacted with its parent. Others are spared
 */
export function redactStep(
	store: Pick<Desk, "redact" | "children">,
	note: Note,
	states: readonly DeliveryState[],
): RedactStep {
	let spared = 0;
	return {
		size: BITE,
		async run(ids) {
			const children = await otherChildren(store, ids);
			const chosen = children.filter(({ state }) => states.includes(state));
			spared += children.length - chosen.length;
			const all = [...ids, ...chosen.map(({ id }) => id)];
			const named = new Set(ids);
			const redacted = await store.redact(all, note);
			const done = redacted.filter((id) => named.has(id)).length;
			return { done, kept: keptOf(ids.length - done, NOT_DROPPED) };
		},
		spared: () => spared,
	};
}

/** Releases quarantined ones. */
export function releaseStep(
	store: Pick<Desk, "get" | "release">,
	ground: Ground,
	options: ReleaseOptions,
): Step {
	return eachStep(async (id) => {
		const ruling = await release(store, ground, id, options);
		return ruling.as === "kept"
			? ruling.why
			: { id, from: ruling.from, route: ruling.to.route };
	});
}

/** Sends copies to a service, and notes that. */
export function copyStep(
	store: Pick<Desk, "get" | "note">,
	copier: Copier,
	note: Note,
): Step {
	return eachStep(async (id, signal) => {
		const detail = await store.get(id);
		if (detail === undefined) return MISSING;
		const why = await copier.send(detail, signal);
		if (why !== undefined) return why;
		await store.note(id, "copied", note);
		return undefined;
	});
}

/** Makes a new event from each delivery. */
export function editStep(
	store: Pick<Desk, "get" | "note"> & Pick<Queue, "put">,
	ground: Ground,
	{
		edit,
		note,
		now = Date.now,
	}: {
		readonly edit: Edit;
		readonly note: Note;
		readonly now?: () => number;
	},
): Step {
	return eachStep(async (id) => {
		const detail = await store.get(id);
		if (detail === undefined) return MISSING;
		const edited = editDelivery(ground, detail, edit, now());
		if (edited.as === "kept") return edited.why;
		const { delivery, from } = edited;
		const [receipt] = await store.put([delivery]);
		if (receipt === undefined || receipt.isDuplicate)
			return `the route ${delivery.route} already holds ${receipt?.id ?? "a delivery"} with the dedupe key of the edited event`;
		await store.note(id, "edited", note);
		return { id, from, route: delivery.route, event: delivery.id };
	});
}

// --- helpers ---

/** Returns the children of deliveries that are not among them. */
async function otherChildren(
	store: Pick<Desk, "children">,
	ids: readonly string[],
): Promise<readonly DeliveryRow[]> {
	const named = new Set(ids);
	return (await store.children(ids)).filter(({ id }) => !named.has(id));
}

/** Deliveries of one transaction. */
const BITE = 500;

/** Deliveries that are worked on one by one, between two looks at the pace. */
const FEW = 20;

const MISSING = "the inbox does not hold it";
const NOT_REPLAYED =
	"only dead or delivered ones that still have a body can be replayed";
const NOT_DROPPED =
	"the inbox does not hold them, or a handler is working on them";

/** Does one thing after the other, in the order of the ids. */
function eachStep(
	one: (
		id: string,
		signal: AbortSignal | undefined,
	) => Promise<Made | string | undefined>,
): Step {
	return {
		size: FEW,
		async run(ids, signal): Promise<Stride> {
			const kept: Kept[] = [];
			const made: Made[] = [];
			let done = 0;
			for (const id of ids) {
				if (signal?.aborted === true) {
					kept.push({ id, count: 1, why: "it was cancelled" });
					continue;
				}
				const result = await one(id, signal);
				if (typeof result === "string") {
					kept.push({ id, count: 1, why: result });
					continue;
				}
				done += 1;
				if (result !== undefined) made.push(result);
			}
			return { done, kept, made };
		},
	};
}

function keptOf(count: number, why: string): readonly Kept[] {
	return count === 0 ? [] : [{ id: undefined, count, why }];
}
