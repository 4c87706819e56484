import {
	DELIVERY_STATES,
	type DeliveryFilter,
} from "../../inbox/port/delivery.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import type { CopyChoice, EventCopy } from "../../observe/event-copy.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { type Client, HEARTBEAT, skippedNotice } from "../stream/client.ts";
import { createFanOut, type FanOutOptions } from "../stream/fan-out.ts";
import type { Missed } from "../stream/history.ts";
import { compileChoices } from "./choice.ts";
import { copyOfStored } from "./copy.ts";

/** Which copies a client wants, and where it continues. */
export interface CopyOptions extends CopyChoice {
	/** Returns true for a copy whose content is wanted. Undefined for all. */
	readonly test?: ((copy: EventCopy) => boolean) | undefined;
	/** The id of the last copy that the client got. */
	readonly lastId?: string | undefined;
	/** Begins with the stored events from then on, milliseconds since the epoch. `lastId` comes first. */
	readonly since?: number | undefined;
	/** Aborts when the client disconnects. */
	readonly signal: AbortSignal;
}

/** Streams copies of events to many clients. */
export interface CopyStream {
	/**
	 * Returns server-sent events until the signal aborts. A client that was away gets what it missed, from memory or from the
	 * inbox. Throws `unavailable` beyond 20 clients.
	 */
	stream(options: CopyOptions): AsyncIterable<string>;
}

/** The parts of a router that the stream reads. */
export interface CopySource {
	/** Sets which events are copied, here and in other processes. Empty for none. */
	choose(choices: readonly CopyChoice[]): void;
	watch(watcher: (copy: EventCopy) => void): () => void;
	/** Undefined if nothing is stored. */
	readonly store: Pick<Desk, "export"> | undefined;
	readonly routes: () => readonly ServedRoute[];
}

/** Creates the stream of copies. */
export function createCopyStream(
	source: CopySource,
	options: FanOutOptions = {},
): CopyStream {
	// They only grow until nobody listens: without an earlier one, its client could not continue after its last copy.
	const choices = new Map<string, CopyChoice>();
	const fanOut = createFanOut<EventCopy>(
		{
			watch(watcher) {
				const end = source.watch(watcher);
				return () => {
					end();
					choices.clear();
					source.choose([]);
				};
			},
			admits: ({ text }) => text !== undefined,
			write: (copy, id) => write(copy, `${id}-${copy.receivedAt}`),
			sizeOf: ({ text }) => (text?.length ?? 0) + ENTRY_BYTES,
		},
		{ ...BOUNDS, ...options },
	);
	return {
		stream({ routes, kinds, test, lastId, since, signal }) {
			const choice = { routes, kinds };
			const isChosen = compileChoices([choice]);
			const chunks = fanOut.stream({
				lastId,
				signal,
				wants: (copy) => isChosen(copy) && fits(copy, test),
				begin(client, missed) {
					const isWhole =
						lastId === undefined ? since === undefined : missed.skipped === 0;
					const from = lastId === undefined ? since : timeOf(lastId);
					const { store } = source;
					if (isWhole || from === undefined || store === undefined)
						return void client.begin(missed);
					const isSeen = lastId !== undefined;
					const stored = {
						store,
						from,
						isSeen,
						choice,
						test,
						routes: source.routes(),
					};
					return beginStored({ client, missed, signal }, stored);
				},
			});
			return join(choice, chunks);
		},
	};

	/** Makes the choice known as soon as the client is served. */
	async function* join(
		choice: CopyChoice,
		chunks: AsyncIterable<string>,
	): AsyncGenerator<string> {
		choices.set(JSON.stringify(choice), choice);
		source.choose([...choices.values()]);
		yield* chunks;
	}
}

// --- helpers ---

/** A developer waits for a copy, so it is sent sooner than what people only watch. */
const BOUNDS = {
	maxBytes: 16 * 1024 * 1024,
	clientsMax: 20,
	gatherMs: 20,
} as const;

/** The memory of a copy besides its text. */
const ENTRY_BYTES = 500;

/** Milliseconds before the last copy that are read again: an event whose put took long was copied after later ones. */
const OVERLAP_MS = 15_000;

/** Stored events that are examined between two heartbeats, if none of them fits. */
const HEARTBEAT_EVENTS = 1000;

function write({ text }: EventCopy, id: string): string {
	return `id: ${id}\nevent: copy\ndata: ${text}\n\n`;
}

/** A copy beyond the limit has no content. It is counted, although it may not fit. */
function fits(copy: EventCopy, test: CopyOptions["test"]): boolean {
	return copy.text === undefined || test === undefined || test(copy);
}

/** Returns the time in the id of a copy. */
function timeOf(id: string): number | undefined {
	const [, , time = ""] = id.split("-");
	return /^\d{1,15}$/.test(time) ? Number(time) : undefined;
}

/** The client that begins, and what is still in memory for it. */
interface Beginning {
	readonly client: Client<EventCopy>;
	readonly missed: Missed<EventCopy>;
	readonly signal: AbortSignal;
}

/** The events that the client gets from the inbox. */
interface Stored {
	readonly store: Pick<Desk, "export">;
	/** Milliseconds since the epoch. */
	readonly from: number;
	/** True if the client has got copies of that time already. */
	readonly isSeen: boolean;
	readonly choice: CopyChoice;
	readonly test: CopyOptions["test"];
	readonly routes: readonly ServedRoute[];
}

/** Sends the events of the inbox, and then lets the client continue with new ones. */
async function* beginStored(
	{ client, missed, signal }: Beginning,
	{ isSeen, ...stored }: Stored,
): AsyncGenerator<string> {
	client.begin({ entries: missed.entries, skipped: 0 });
	if (
		isSeen &&
		stored.routes.some((route) => isForgotten(route, stored.choice))
	)
		yield skippedNotice(undefined);
	const sent = new Map<string, number>();
	let from = stored.from - (isSeen ? OVERLAP_MS : 0);
	for (;;) {
		const began = Date.now();
		let examined = 0;
		for await (const copy of readStored(stored, from)) {
			if (signal.aborted) return;
			examined += 1;
			if (copy !== undefined && !sent.has(copy.id)) {
				sent.set(copy.id, copy.receivedAt);
				yield write(copy, `0-0-${copy.receivedAt}`);
			} else if (examined % HEARTBEAT_EVENTS === 0) yield HEARTBEAT;
		}
		if (!client.hasLost) break;
		// More came meanwhile than memory holds, so it is read from the inbox too.
		client.restart();
		from = began - OVERLAP_MS;
		for (const [id, at] of sent) if (at < from) sent.delete(id);
	}
	client.omit(({ id }) => sent.has(id));
}

/** Yields the copies of stored events, oldest first, and undefined for one that does not fit. */
async function* readStored(
	{
		store,
		choice: { routes, kinds },
		test,
		routes: served,
	}: Omit<Stored, "isSeen">,
	from: number,
): AsyncGenerator<EventCopy | undefined> {
	const levels = new Map(served.map(({ name, level }) => [name, level]));
	const filter: DeliveryFilter = {
		from,
		states: HANDLED_STATES,
		...(routes !== undefined && { routes }),
	};
	for await (const delivery of store.export(filter)) {
		const isWanted =
			delivery.body !== undefined &&
			(kinds === undefined || kinds.includes(delivery.kind));
		const copy = isWanted
			? copyOfStored(delivery, levels.get(delivery.route))
			: undefined;
		yield copy !== undefined && fits(copy, test) ? copy : undefined;
	}
}

const HANDLED_STATES = DELIVERY_STATES.filter(
	(state) => state !== "quarantined",
);

/** Returns true for a route whose events are not in the inbox. */
function isForgotten(route: ServedRoute, choice: CopyChoice): boolean {
	const isStored =
		!route.isUnkept && (route.mode === "accept" || route.isRecorded);
	return (
		!isStored &&
		compileChoices([choice])({ route: route.name, kind: route.kind.name })
	);
}
