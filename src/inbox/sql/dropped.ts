import type { Dropped } from "../port/delivery.ts";

/** A row of `dropped`. */
export interface RawDropped {
	readonly id: string;
	readonly route: string;
	readonly at: number;
	readonly actor: string | null;
	readonly reason: string | null;
}

/** Turns a row of `dropped` into what the port calls it. */
export function toDropped({ actor, reason, ...row }: RawDropped): Dropped {
	return { ...row, actor: actor ?? undefined, reason: reason ?? undefined };
}
