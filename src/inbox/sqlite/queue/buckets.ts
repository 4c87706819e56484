import type { PacedAsk, PacedLeases } from "../../port/pacing.ts";
import type { Lease } from "../../port/queue.ts";
import {
	isToBeStored,
	msToToken,
	type Toll,
	takeTokens,
	tokensOf,
} from "../../port/rate.ts";
import type { Database } from "../driver.ts";
import type { Leases, Taken } from "./leases.ts";

/** Leases deliveries of routes with a rate. Runs in a transaction of the caller. */
export type TakePaced = (
	asks: readonly PacedAsk[],
	leaseMs: number,
	now: number,
) => { readonly taken: Taken; readonly waits: PacedLeases["waits"] };

export function createTakePaced(db: Database, leases: Leases): TakePaced {
	const select = db.prepare("select full_at from bucket where name = ?");
	select.setReturnArrays(true);
	const store = db.prepare(
		`insert into bucket (name, full_at) values (?, ?)
		on conflict do update set full_at = excluded.full_at`,
	);
	const fullAtOf = ({ bucket }: Toll): number | undefined =>
		(select.get(bucket) as readonly [number] | undefined)?.[0];

	return (asks, leaseMs, now) => {
		const found: Lease[] = [];
		const taken: Taken["taken"][number][] = [];
		const lost: string[] = [];
		const waits: PacedLeases["waits"][number][] = [];
		// One by one: routes may share a bucket.
		for (const { tolls, ...ask } of asks) {
			const tokens = tolls.map((toll) =>
				tokensOf(fullAtOf(toll), toll.rate, now),
			);
			const max = Math.max(0, Math.min(ask.max, ...tokens));
			const one = leases.take([{ ...ask, max }], leaseMs, now);
			found.push(...one.leases);
			taken.push(...one.taken);
			lost.push(...one.lost);
			const count = one.leases.length;
			let inMs = 0;
			for (const toll of tolls) {
				const spent = { tokens: count, now };
				const before = fullAtOf(toll);
				const fullAt = takeTokens(before, toll.rate, spent);
				if (isToBeStored(before, fullAt, count)) store.run(toll.bucket, fullAt);
				inMs = Math.max(inMs, msToToken(fullAt, toll.rate, now));
			}
			if (max < ask.max && count === max)
				waits.push({ route: ask.route, inMs });
		}
		return { taken: { leases: found, taken, lost }, waits };
	};
}
