import type { Leg } from "./leg.ts";

/** A member of a conversation, by the options of its `conversation` action. */
export interface Membership {
	readonly leg: Leg;
	readonly startOnEnter: boolean;
	readonly endOnExit: boolean;
	/** Ids of the legs that hear it. Undefined for all. */
	readonly canSpeak: readonly string[] | undefined;
	readonly canHear: readonly string[] | undefined;
	readonly mute: boolean;
}

/** A named conversation and those who are in it. */
export interface Room {
	readonly name: string;
	readonly uuid: string;
	readonly members: readonly Membership[];
	readonly hasStarted: boolean;
}

/** The named conversations of a session, as of one application. */
export class Rooms {
	readonly #rooms = new Map<string, OpenRoom>();

	/** Lists the rooms that somebody is in. */
	list(): readonly Room[] {
		return [...this.#rooms.values()];
	}

	/** Returns the room of a name, which is made for the first who enters. */
	open(name: string, uuid: string): OpenRoom {
		const known = this.#rooms.get(name);
		if (known !== undefined) return known;
		const room = new OpenRoom(name, uuid, () => this.#rooms.delete(name));
		this.#rooms.set(name, room);
		return room;
	}
}

/** A room that legs enter and leave. */
export class OpenRoom implements Room {
	readonly name: string;
	readonly uuid: string;
	readonly members: Membership[] = [];
	isRecorded = false;
	readonly #starts = new AbortController();
	readonly #ends = new AbortController();
	readonly #onEmpty: () => void;

	constructor(name: string, uuid: string, onEmpty: () => void) {
		this.name = name;
		this.uuid = uuid;
		this.#onEmpty = onEmpty;
	}

	/** Aborts when somebody with `startOnEnter` has entered. */
	get started(): AbortSignal {
		return this.#starts.signal;
	}

	/** Aborts when somebody with `endOnExit` has left. */
	get ended(): AbortSignal {
		return this.#ends.signal;
	}

	get hasStarted(): boolean {
		return this.#starts.signal.aborted;
	}

	enter(member: Membership): void {
		this.members.push(member);
		if (member.startOnEnter) this.#starts.abort();
	}

	leave(member: Membership): void {
		const index = this.members.indexOf(member);
		if (index !== -1) this.members.splice(index, 1);
		if (member.endOnExit || this.members.length === 0) {
			// Nobody enters a conversation that has ended.
			this.#onEmpty();
			this.#ends.abort();
		}
	}
}
