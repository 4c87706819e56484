import { signal } from "@preact/signals";
import { type Query, urlOf } from "./client.ts";

/** An event of the router, as the stream of the admin API sends it. */
export interface RouterEvent {
	readonly type: string;
	readonly at: number;
	readonly [field: string]: unknown;
}

/** Whether the latest stream is connected, for the head line. */
export const isConnected = signal(true);

/** What a stream calls back with. */
export interface StreamListener {
	onEvent(event: RouterEvent): void;
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
 * Opens a stream of events. It rests while the page is hidden, since a browser has six connections to a router for all its tabs.
 * Returns the function that closes it.
 */
export function openStream(query: Query, listener: StreamListener): () => void {
	let source: EventSource | undefined;
	const open = (): void => {
		source = new EventSource(urlOf("watchEvents", {}, query));
		source.onopen = () => {
			isConnected.value = true;
			listener.onOpen?.();
		};
		source.onerror = () => {
			isConnected.value = false;
		};
		for (const type of TYPES) {
			source.addEventListener(type, ({ data }) =>
				listener.onEvent(JSON.parse(data as string) as RouterEvent),
			);
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
