import { signal } from "@preact/signals";
import { isAble } from "../state/router.ts";
import { type Query, urlOf } from "./client.ts";
import type { RouterEvent } from "./event.ts";

/** Whether the latest stream is connected, for the head line. */
export const isConnected = signal(true);

/** What a stream calls back with. */
export interface StreamListener {
	/** The id is unique, so that another stream can begin after the event. */
	onEvent(event: RouterEvent, id: string): void;
	/** Events that were not sent. Null for an unknown number. */
	onSkipped?(count: number | null): void;
	/** Called after each connection, the first one too. */
	onOpen?(): void;
}

const TYPES = [
	"webhook",
	"refusal",
	"delivery",
	"reload",
	"pause",
	"alert",
	"action",
];

/**
 * Opens a stream of events. `after` in the query is the id of the last event of another one. It rests while the page is hidden, since a browser has six connections to a router for all its tabs.
 * Returns the function that closes it.
 */
export function openStream(query: Query, listener: StreamListener): () => void {
	// An inbox without a router has no events.
	if (!isAble("events")) return () => {};
	let source: EventSource | undefined;
	let lastId = query.after;
	const open = (): void => {
		source = new EventSource(
			urlOf("watchEvents", {}, { ...query, after: lastId }),
		);
		source.onopen = () => {
			isConnected.value = true;
			listener.onOpen?.();
		};
		source.onerror = () => {
			isConnected.value = false;
		};
		for (const type of TYPES) {
			source.addEventListener(type, ({ data, lastEventId }) => {
				lastId = lastEventId;
				listener.onEvent(JSON.parse(data as string), lastEventId);
			});
		}
		source.addEventListener("skipped", ({ data }) =>
			listener.onSkipped?.(
				(JSON.parse(data as string) as { readonly count: number | null }).count,
			),
		);
	};
	const close = (): void => {
		source?.close();
		source = undefined;
	};
	const follow = (): void => {
		if (document.hidden) close();
		else if (source === undefined) open();
	};
	document.addEventListener("visibilitychange", follow);
	follow();
	return () => {
		document.removeEventListener("visibilitychange", follow);
		close();
	};
}
