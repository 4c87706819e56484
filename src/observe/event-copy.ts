/** A copy of an event, with its content. It is plain JSON, because a worker sends it to its supervisor. */
export interface EventCopy {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** The `data` of its server-sent event. Undefined for an event beyond the limit, which is only counted. */
	readonly text: string | undefined;
}

/** Which events are copied. It is plain JSON, because a supervisor sends it to its workers. */
export interface CopyChoice {
	/** Absent for all. */
	readonly routes?: readonly string[] | undefined;
	/** Absent for all. */
	readonly kinds?: readonly string[] | undefined;
}
