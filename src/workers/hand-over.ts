import type { Socket } from "node:net";
import type { Member } from "./member.ts";

/**
 * Hands each accepted connection to a worker: to the one with the fewest connections on their way, and then in turns. A worker
 * whose event loop is blocked takes none, so the others get them. This process keeps its copy until the worker has confirmed the
 * arrival. If the worker dies before that, nobody has read from the connection, and another worker gets it.
 */
export class HandOver {
	readonly #members: () => readonly Member[];
	readonly #maxWaiting: number;
	readonly #under = new Map<Member, Handed[]>();
	/** Connections that no worker can take now. */
	#waiting: Handed[] = [];
	#last = 0;

	/**
	 * @param members all workers
	 * @param maxWaiting connections that wait for a worker at most, and are closed beyond it
	 */
	constructor(members: () => readonly Member[], maxWaiting: number) {
		this.#members = members;
		this.#maxWaiting = maxWaiting;
	}

	/** The number of connections that no worker has confirmed. */
	get size(): number {
		let sum = this.#waiting.length;
		for (const { length } of this.#under.values()) sum += length;
		return sum;
	}

	take(socket: Socket, place: number): void {
		// A connection that is reset on its way is found out by the worker.
		socket.on("error", () => {});
		this.#pass({ socket, place });
	}

	/** A worker has so many of the connections that it was sent, the oldest first. */
	confirm(member: Member, count: number): void {
		const own = this.#under.get(member) ?? [];
		for (const { socket } of own.splice(0, count)) socket.destroy();
	}

	/** A worker has ended. */
	lose(member: Member): void {
		const own = this.#under.get(member) ?? [];
		this.#under.delete(member);
		for (const handed of own) this.#pass(handed);
	}

	/** A worker can take connections. */
	welcome(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const handed of waiting) this.#pass(handed);
	}

	/** Closes the connections that no worker took. */
	close(): void {
		for (const { socket } of this.#waiting) socket.destroy();
		this.#waiting = [];
	}

	#pass(handed: Handed): void {
		const member = this.#choose();
		if (member === undefined) {
			if (this.#waiting.length >= this.#maxWaiting) handed.socket.destroy();
			else this.#waiting.push(handed);
			return;
		}
		let own = this.#under.get(member);
		if (own === undefined) {
			own = [];
			this.#under.set(member, own);
		}
		own.push(handed);
		member.send({ type: "connection", place: handed.place }, handed.socket);
	}

	#choose(): Member | undefined {
		const members = this.#members();
		let best: Member | undefined;
		let fewest = Number.POSITIVE_INFINITY;
		for (let step = 1; step <= members.length; step += 1) {
			const member = members[(this.#last + step) % members.length] as Member;
			if (!member.isServing) continue;
			const count = this.#under.get(member)?.length ?? 0;
			if (count >= fewest) continue;
			best = member;
			fewest = count;
		}
		if (best !== undefined) this.#last = members.indexOf(best);
		return best;
	}
}

// --- helpers ---

interface Handed {
	readonly socket: Socket;
	readonly place: number;
}
