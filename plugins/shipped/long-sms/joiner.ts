import { randomUUID } from "node:crypto";
import { type PluginStore, retryLater } from "switchhook";
import { createClaims } from "./claims.ts";
import { createLanes } from "./lanes.ts";
import {
	missingOf,
	type Part,
	type Sms,
	toMessage,
	toPart,
} from "./message.ts";
import {
	clear,
	closingKey,
	findOpen,
	judge,
	type KeptPart,
	nameOf,
	partKey,
	readShelf,
	type Shelf,
} from "./shelf.ts";
import { type SetTimer, startWatch } from "./watch.ts";

/** Sends an SMS on its way; rejects when it was not taken. */
export type Send = (sms: Sms) => Promise<void>;

/** The event that an SMS comes with. */
export interface Call {
	readonly id: string;
	/** What is written and sent here commits with the success of the event. */
	readonly store: PluginStore;
	readonly send: Send;
}

/** Keeps the parts of messages until all are there, or their time is over. */
export interface Joiner {
	/**
	 * Takes an SMS. Resolves when it is kept or sent, and rejects when that failed: then the same SMS
	 * may come again.
	 */
	take(sms: Sms, call: Call): Promise<void>;
	/** Ends all waiting. What is kept stays where it outlives the router, and is sent as it is where not. */
	close(): Promise<void>;
}

/** What a joiner needs. */
export interface JoinerInit {
	/** The route's name: each has messages of its own. */
	readonly route: string;
	/** Milliseconds, from the first part on. */
	readonly timeoutMs: number;
	/** So many messages are kept; for one more, the oldest has to go. */
	readonly maxOpen: number;
	/** Each write is kept when its promise resolves. */
	readonly store: PluginStore;
	/** Sends where no SMS is being taken: after the time limit, and at the end. */
	readonly send: Send;
	readonly log: {
		warn(message: string, fields: object): void;
		error(message: string, fields: object): void;
	};
	/** Milliseconds since the epoch, default Date.now. */
	readonly now?: () => number;
	/** Tests pass their own. */
	readonly setTimer?: SetTimer;
}

/** Makes a joiner; it looks after what is kept already in a second. */
export function createJoiner(init: JoinerInit): Joiner {
	const { route, timeoutMs, maxOpen, store, log } = init;
	const { now = Date.now } = init;
	const me = randomUUID();
	const lanes = createLanes();
	/** When the wait for each message ends, the oldest first. */
	const open = new Map<string, number>();
	const claims = createClaims(now);

	const clearing = (by: string) => ({
		by,
		until: now() + timeoutMs,
		expiresAfterMs: timeoutMs + DAY_MS,
	});
	const keep = (
		to: PluginStore,
		name: string,
		{ number, total, sms }: Part,
	) => {
		const value: KeptPart = { number, total, since: now(), sms };
		const expiresAfterMs = timeoutMs + DAY_MS;
		return to.put(partKey(name, number), value, { expiresAfterMs });
	};

	/** Sends what there is, together with the success of the event. */
	const sendWith = async (
		{ id, send, store: pending }: Call,
		name: string,
		shelf: Shelf,
	): Promise<void> => {
		claims.claim(name, id);
		try {
			await send(toWhole(shelf, log));
		} catch (error) {
			claims.unclaim(name);
			throw error;
		}
		// Without an inbox it is sent by now, whatever becomes of the event.
		await clear(store.isDurable ? pending : store, name, shelf, clearing(id));
		open.delete(name);
	};

	/** Ends the wait for a message. False where an event is just about to send it. */
	const end = async (name: string): Promise<boolean> => {
		// Written before it is read: a part that comes meanwhile elsewhere is read here, or sees this.
		await store.put(closingKey(name), me, { expiresAfterMs: CLOSING_MS });
		try {
			const shelf = await readShelf(store, name);
			if (claims.isElsewhere(name, me, shelf.sent?.by)) return false;
			if (shelf.parts.size === 0) {
				for (const key of shelf.keys) await store.delete(key);
			} else {
				await init.send(toWhole(shelf, log));
				await clear(store, name, shelf, clearing(me));
			}
			open.delete(name);
			return true;
		} finally {
			await store.delete(closingKey(name));
		}
	};

	const makeRoom = async (name: string): Promise<void> => {
		if (open.has(name)) return;
		for (const oldest of open.keys()) {
			if (open.size < maxOpen) break;
			await lanes.run(oldest, () => end(oldest));
		}
		open.set(name, now() + timeoutMs);
	};

	const takePart = async (part: Part, name: string, call: Call) => {
		let shelf = await readShelf(store, name);
		const verdict = judge(part, shelf, now());
		if (verdict === "sent") return;
		if (claims.isElsewhere(name, call.id, shelf.sent?.by)) {
			if (verdict === "kept") return;
			throw retryLater("its message is just being sent", SOON);
		}
		if (verdict === "other") {
			await sendWith(call, name, shelf);
			if (part.total === 1)
				return call.send(toMessage(new Map([[1, part.sms]]), 1));
			// In the same commit: it takes the place of a part of the former.
			await keep(store.isDurable ? call.store : store, name, part);
			open.set(name, now() + timeoutMs);
			return;
		}
		if (verdict === "new") {
			await makeRoom(name);
			await keep(store, name, part);
			shelf = await readShelf(store, name);
		}
		if (shelf.isClosing)
			throw retryLater("the wait for its message just ends", SOON);
		if (shelf.parts.size === part.total) await sendWith(call, name, shelf);
	};

	/** Looks after all that is kept, that of a router that is no more included. */
	const look = async (): Promise<void> => {
		claims.prune();
		const found = await findOpen(store, route);
		for (const name of open.keys()) if (!found.has(name)) open.delete(name);
		for (const [name, since] of found)
			if (!open.has(name)) open.set(name, since + timeoutMs);
		for (const [name, dueAt] of [...open]) {
			if (dueAt > now()) continue;
			try {
				const isDone = await lanes.run(name, () => end(name));
				if (!isDone) open.set(name, now() + SOON_MS);
			} catch (error) {
				log.error("a long message could not be handed on", { err: error });
				open.set(name, now() + timeoutMs);
			}
		}
	};

	const watch = startWatch(
		async () => {
			try {
				await look();
			} catch (error) {
				log.error("the parts of long messages cannot be read", { err: error });
			}
			const next = Math.min(...open.values(), now() + timeoutMs);
			return Math.max(next - now(), LOOK_MS);
		},
		Math.min(FIRST_LOOK_MS, timeoutMs),
		init.setTimer,
	);

	return {
		async take(sms, call) {
			const part = toPart(sms);
			if (part === undefined) return call.send(sms);
			const name = nameOf(route, part.key);
			return lanes.run(name, () => takePart(part, name, call));
		},
		async close() {
			await watch.stop();
			if (store.isDurable) return;
			for (const name of [...open.keys()]) {
				await lanes
					.run(name, () => end(name))
					.catch((error: unknown) => {
						log.error("a long message could not be handed on", { err: error });
					});
			}
		},
	};
}

// --- helpers ---

/** As long as the platform itself tries. */
const DAY_MS = 86_400_000;
/** A router that ends a wait has done so by then, or was killed. */
const CLOSING_MS = 30_000;
const SOON_MS = 1000;
const SOON = { after: "1s" };
/** No route takes anything before all plugins are set up. */
const FIRST_LOOK_MS = 1000;
/** Between two looks at least: each reads all that is kept. */
const LOOK_MS = 1000;

function toWhole({ parts, total }: Shelf, log: JoinerInit["log"]): Sms {
	const missing = missingOf(parts, total);
	if (missing.length > 0)
		log.warn("a long message goes on without all of its parts", { missing });
	return toMessage(parts, total);
}
