import type { InboxStats } from "../../inbox/port/delivery.ts";
import type { SpoolReading } from "../../inbox/port/spool.ts";

/** The readings that `/metrics` asks for. A part that does not exist has none, and its metrics are absent. */
export interface Sources {
	/** The whole inbox. Of several processes that share one, only one has it. */
	inbox?: InboxSource;
	/** The spool of the inbox, which one process owns. */
	spool?: () => SpoolReading;
	/** The part of a process that handles events of the inbox. */
	worker?: () => WorkerReading;
	/** The circuits of the upstreams in use. */
	circuits?: () => readonly CircuitReading[];
	/** The names of the paused routes. */
	pausedRoutes?: () => Iterable<string>;
}

/** The circuit of one route to one upstream. */
export interface CircuitReading {
	readonly route: string;
	/** The origin or the socket of the upstream. */
	readonly upstream: string;
	readonly isOpen: boolean;
}

/** The work that a process has in hand. */
export interface WorkerReading {
	readonly running: number;
	readonly leased: number;
	readonly isOutage: boolean;
}

/** The inbox. */
export interface InboxSource {
	/** Counts the whole inbox, which may take long. */
	stats(): Promise<InboxStats>;
	backlog(): number;
	readonly bounds: {
		readonly maxBacklog: number;
		readonly maxBytes: number | undefined;
		readonly quarantine: {
			readonly maxCount: number;
			readonly maxBytes: number;
		};
	};
}
