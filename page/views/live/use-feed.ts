import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { call } from "../../api/client.ts";
import { openStream } from "../../api/stream.ts";
import { now } from "../../state/clock.ts";
import { LiveFeed, type LiveState } from "./feed.ts";
import { type LiveFilter, toInboxQuery, toQuery, toTest } from "./filters.ts";

/** The rows of the view, and what is done with them. */
export interface Live {
	readonly state: LiveState;
	/** True until the inbox was asked for earlier rows. */
	readonly isFilling: boolean;
}

/**
 * Follows the events that fit a filter. The rows outlive the view, so that they are there again when somebody comes back from a
 * delivery.
 */
export function useFeed(filter: LiveFilter, isHeld: boolean): Live {
	const state = useSignal(site.feed.draw());
	const isFilling = useSignal(true);
	const key = JSON.stringify(filter);
	const painter = useRef<Painter>(undefined);
	painter.current ??= new Painter(() => {
		state.value = site.feed.draw();
	});
	useEffect(() => {
		site.feed.hold(isHeld);
		painter.current?.ask();
	}, [isHeld]);
	useEffect(() => {
		const paint = (): void => painter.current?.ask();
		const stop = new AbortController();
		if (site.key !== key) site.feed.keep(toTest(filter));
		site.key = key;
		isFilling.value = true;
		void fill(filter, stop.signal).then(() => {
			if (stop.signal.aborted) return;
			isFilling.value = false;
			paint();
		});
		let isNew = false;
		const close = openStream(
			{ ...toQuery(filter), after: site.lastId },
			{
				onOpen() {
					isNew = true;
				},
				onEvent(event, id) {
					isNew = false;
					site.lastId = id;
					site.feed.add(event);
					paint();
				},
				onSkipped(count) {
					// Right after a connection it is what was missed before, later what is too much.
					if (isNew) site.feed.addGap(count);
					else site.feed.addUnsent(count);
					isNew = false;
					paint();
				},
			},
		);
		// The rate falls while nothing comes.
		const unwatch = now.subscribe(() => {
			state.value = site.feed.draw();
		});
		return () => {
			stop.abort();
			unwatch();
			close();
		};
	}, [key]);
	useEffect(() => () => painter.current?.stop(), []);
	return { state: state.value, isFilling: isFilling.value };
}

// --- helpers ---

/** The rows of this tab. */
const site: { readonly feed: LiveFeed; key: string; lastId?: string } = {
	feed: new LiveFeed(),
	key: "",
};

/** Reads earlier rows from the inbox. A router without one has none. */
async function fill(filter: LiveFilter, signal: AbortSignal): Promise<void> {
	const query = toInboxQuery(filter);
	if (query === undefined) return;
	const page = await call("listDeliveries", { query, signal }).catch(
		() => undefined,
	);
	if (page === undefined || signal.aborted) return;
	site.feed.addEarlier(
		page.deliveries.map(
			({ id, route, kind, state, attempts, receivedAt, dueAt, reason }) => ({
				...{ id, route, kind, reason },
				at: receivedAt,
				outcome: state === "leased" ? "received" : state,
				attempt: attempts === 0 ? undefined : attempts,
				retryAt: state === "waiting" ? dueAt : undefined,
			}),
		),
	);
}

/** Draws in a frame of the browser, ten times a second at most. */
class Painter {
	readonly #draw: () => void;
	#isAsked = false;
	#nextAt = 0;
	#frame = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(draw: () => void) {
		this.#draw = draw;
	}

	ask(): void {
		if (this.#isAsked) return;
		this.#isAsked = true;
		const waitMs = this.#nextAt - performance.now();
		if (waitMs <= 0) this.#onFrame();
		else this.#timer = setTimeout(() => this.#onFrame(), waitMs);
	}

	stop(): void {
		cancelAnimationFrame(this.#frame);
		clearTimeout(this.#timer);
	}

	#onFrame(): void {
		this.#frame = requestAnimationFrame(() => {
			this.#isAsked = false;
			this.#nextAt = performance.now() + BETWEEN_MS;
			this.#draw();
		});
	}
}

const BETWEEN_MS = 100;
