import type { Socket } from "node:net";
import type { HandedConnections } from "../http/handed.ts";
import type { Supervisor } from "./protocol.ts";

/** The connections that the supervisor hands to this worker. Each is confirmed before a byte is read from it. */
export class WorkerConnections implements HandedConnections {
	readonly #supervisor: Pick<Supervisor, "send">;
	readonly #listeners = new Map<number, (socket: Socket) => void>();
	#arrived = 0;

	constructor(supervisor: Pick<Supervisor, "send">) {
		this.#supervisor = supervisor;
	}

	take(place: number, listener: (socket: Socket) => void): () => void {
		this.#listeners.set(place, listener);
		return () => this.#listeners.delete(place);
	}

	/** Returns the connections of another group of addresses, whose indexes begin at a number. */
	from(first: number): HandedConnections {
		return { take: (place, listener) => this.take(first + place, listener) };
	}

	/** Passes a connection on. Without a listener it is closed. Undefined for one that was reset on its way. */
	arrive(place: number, socket: Socket | undefined): void {
		// The messages of one turn are confirmed together, before the event loop looks for their first bytes.
		if (this.#arrived === 0)
			setImmediate(() => {
				const count = this.#arrived;
				this.#arrived = 0;
				this.#supervisor.send({ type: "took", count });
			});
		this.#arrived += 1;
		if (socket === undefined) return;
		const listener = this.#listeners.get(place);
		if (listener === undefined) socket.destroy();
		else listener(socket);
	}
}
