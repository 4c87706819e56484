import { randomUUID } from "node:crypto";
import { type PluginStore, retryLater } from "switchhook";
import { type Claims, createClaims } from "./claims.ts";
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
import { type SetTimer, startWatch, type Watch } from "./watch.ts";

/** Sends an SMS on its way; rejects when it was not taken. */
export type Send = (sms: Sms) => Promise<void>;

/** The event that an SMS comes with. */
export interface Call {
	readonly id: string;
	/** Writes and sends here commit with the success of the event. */
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

/** The parts of a joiner. */
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
	return new RouteJoiner(init);
}

// --- helpers ---

/** The joiner of one route. */
class RouteJoiner implements Joiner {
	readonly #init: JoinerInit;
	readonly #store: PluginStore;
	readonly #now: () => number;
	readonly #me = randomUUID();
	readonly #lanes = createLanes();
	/** When the wait for each message ends, the oldest first. */
	readonly #open = new Map<string, number>();
	readonly #claims: Claims;
	readonly #watch: Watch;

	constructor(init: JoinerInit) {
		this.#init = init;
		this.#store = init.store;
		this.#now = init.now ?? Date.now;
		this.#claims = createClaims(this.#now);
		this.#watch = startWatch(
			() => this.#lookAndTell(),
			Math.min(FIRST_LOOK_MS, init.timeoutMs),
			init.setTimer,
		);
	}

	async take(sms: Sms, call: Call): Promise<void> {
		const part = toPart(sms);
		if (part === undefined) return call.send(sms);
		const name = nameOf(this.#init.route, part.key);
		return this.#lanes.run(name, () => this.#takePart(part, name, call));
	}

	async close(): Promise<void> {
		await this.#watch.stop();
		if (this.#store.isDurable) return;
		for (const name of [...this.#open.keys()]) {
			await this.#lanes
				.run(name, () => this.#end(name))
				.catch((error: unknown) => this.#logStuck(error));
		}
	}

	async #takePart(part: Part, name: string, call: Call): Promise<void> {
		const store = this.#store;
		let shelf = await readShelf(store, name);
		const verdict = judge(part, shelf, this.#now());
		if (verdict === "sent") return;
		if (this.#claims.isElsewhere(name, call.id, shelf.sent?.by)) {
			if (verdict === "kept") return;
			throw retryLater("its message is just being sent", SOON);
		}
		if (verdict === "other") {
			await this.#sendWith(call, name, shelf);
			if (part.total === 1)
				return call.send(toMessage(new Map([[1, part.sms]]), 1));
			// In the same commit: it takes the place of a part of the former.
			await this.#keep(store.isDurable ? call.store : store, name, part);
			this.#await(name);
			return;
		}
		if (verdict === "new") {
			await this.#makeRoom(name);
			await this.#keep(store, name, part);
			shelf = await readShelf(store, name);
		}
		if (shelf.isClosing)
			throw retryLater("the wait for its message just ends", SOON);
		if (shelf.parts.size === part.total)
			await this.#sendWith(call, name, shelf);
	}

	#keep(to: PluginStore, name: string, { number, total, sms }: Part) {
		const value: KeptPart = { number, total, since: this.#now(), sms };
		const expiresAfterMs = this.#init.timeoutMs + DAY_MS;
		return to.put(partKey(name, number), value, { expiresAfterMs });
	}

	async #makeRoom(name: string): Promise<void> {
		if (this.#open.has(name)) return;
		for (const oldest of this.#open.keys()) {
			if (this.#open.size < this.#init.maxOpen) break;
			await this.#lanes.run(oldest, () => this.#end(oldest));
		}
		this.#await(name);
	}

	#await(name: string): void {
		this.#open.set(name, this.#now() + this.#init.timeoutMs);
	}

	/** Sends what there is, together with the success of the event. */
	async #sendWith(
		{ id, send, store: pending }: Call,
		name: string,
		shelf: Shelf,
	): Promise<void> {
		this.#claims.claim(name, id);
		try {
			await send(toWhole(shelf, this.#init.log));
		} catch (error) {
			this.#claims.unclaim(name);
			throw error;
		}
		// Without an inbox it is sent by now, whatever becomes of the event.
		const to = this.#store.isDurable ? pending : this.#store;
		await clear(to, name, shelf, this.#clearing(id));
		this.#open.delete(name);
	}

	/** Ends the wait for a message. False where an event is just about to send it. */
	async #end(name: string): Promise<boolean> {
		const store = this.#store;
		// Written before it is read: a part that comes meanwhile elsewhere is read here, or sees this.
		await store.put(closingKey(name), this.#me, { expiresAfterMs: CLOSING_MS });
		try {
			const shelf = await readShelf(store, name);
			if (this.#claims.isElsewhere(name, this.#me, shelf.sent?.by))
				return false;
			if (shelf.parts.size === 0) {
				for (const key of shelf.keys) await store.delete(key);
			} else {
				await this.#init.send(toWhole(shelf, this.#init.log));
				await clear(store, name, shelf, this.#clearing(this.#me));
			}
			this.#open.delete(name);
			return true;
		} finally {
			await store.delete(closingKey(name));
		}
	}

	#clearing(by: string) {
		const { timeoutMs } = this.#init;
		return {
			by,
			until: this.#now() + timeoutMs,
			expiresAfterMs: timeoutMs + DAY_MS,
		};
	}

	/** Looks after all that is kept, and tells in how many milliseconds to look again. */
	async #lookAndTell(): Promise<number> {
		try {
			await this.#look();
		} catch (error) {
			this.#init.log.error("the parts of long messages cannot be read", {
				err: error,
			});
		}
		const now = this.#now();
		const next = Math.min(...this.#open.values(), now + this.#init.timeoutMs);
		return Math.max(next - now, LOOK_MS);
	}

	/** Ends what is over of all that is kept, that of a router that is no more included. */
	async #look(): Promise<void> {
		const open = this.#open;
		this.#claims.prune();
		const found = await findOpen(this.#store, this.#init.route);
		for (const name of open.keys()) if (!found.has(name)) open.delete(name);
		for (const [name, since] of found)
			if (!open.has(name)) open.set(name, since + this.#init.timeoutMs);
		for (const [name, dueAt] of [...open]) {
			if (dueAt > this.#now()) continue;
			try {
				const isDone = await this.#lanes.run(name, () => this.#end(name));
				if (!isDone) open.set(name, this.#now() + SOON_MS);
			} catch (error) {
				this.#logStuck(error);
				this.#await(name);
			}
		}
	}

	#logStuck(error: unknown): void {
		this.#init.log.error("a long message could not be handed on", {
			err: error,
		});
	}
}

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
