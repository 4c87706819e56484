import type {
	Lease,
	NewDelivery,
	Receipt,
	Settlement,
} from "../../port/queue.ts";
import type { StateWrite } from "../../port/state.ts";

/**
 * Packed deliveries or leases. Structured clone costs time for each object and each buffer, and a view of a pooled buffer
 * copies the whole pool. So they are sent as one flat list of values, and their bodies as one transferred buffer.
 */
export interface Packed {
	readonly values: readonly PackedValue[];
	readonly bodies: Uint8Array<ArrayBuffer>;
}

/** Settlements without the leases' contents. */
export interface PackedSettlements {
	readonly values: readonly PackedValue[];
	/** By index in the list, for settlements that have any. */
	readonly extras: ReadonlyMap<
		number,
		{ readonly writes: readonly StateWrite[]; readonly events: Packed }
	>;
}

/** The receipts of duplicates and of leased deliveries, by index in the batch. All other deliveries are new. */
export interface PackedReceipts {
	/** With the id of the first delivery. */
	readonly duplicates: readonly (readonly [at: number, id: string])[];
	readonly leased: readonly number[];
}

export function packDeliveries(batch: readonly NewDelivery[]): Packed {
	const values: PackedValue[] = [];
	for (const one of batch)
		values.push(
			one.id,
			one.route,
			one.kind,
			one.receivedAt,
			one.dedupeKey,
			one.orderKey,
			one.state,
			one.reason,
			one.envelope,
			one.leaseMs,
			one.quarantine,
			one.answer,
			one.delayMs,
			one.alerts,
			one.children,
			one.body.byteLength,
		);
	return { values, bodies: join(batch) };
}

export function unpackDeliveries({ values, bodies }: Packed): NewDelivery[] {
	const batch: NewDelivery[] = [];
	let end = 0;
	for (let at = 0; at < values.length; at += 16) {
		const start = end;
		end += values[at + 15] as number;
		batch.push({
			id: values[at] as string,
			route: values[at + 1] as string,
			kind: values[at + 2] as string,
			receivedAt: values[at + 3] as number,
			dedupeKey: values[at + 4] as string | undefined,
			orderKey: values[at + 5] as string | undefined,
			state: values[at + 6] as NewDelivery["state"],
			reason: values[at + 7] as string | undefined,
			envelope: values[at + 8] as string,
			leaseMs: values[at + 9] as number | undefined,
			quarantine: values[at + 10] as NewDelivery["quarantine"],
			answer: values[at + 11] as string | undefined,
			delayMs: values[at + 12] as number | undefined,
			alerts: values[at + 13] as NewDelivery["alerts"],
			children: values[at + 14] as NewDelivery["children"],
			body: bodies.subarray(start, end),
		});
	}
	return batch;
}

export function packLeases(leases: readonly Lease[]): Packed {
	const values: PackedValue[] = [];
	for (const one of leases)
		values.push(
			one.id,
			one.route,
			one.kind,
			one.orderKey,
			one.attempt,
			one.receivedAt,
			one.envelope,
			one.body.byteLength,
		);
	return { values, bodies: join(leases) };
}

export function unpackLeases({ values, bodies }: Packed): Lease[] {
	const leases: Lease[] = [];
	let end = 0;
	for (let at = 0; at < values.length; at += 8) {
		const start = end;
		end += values[at + 7] as number;
		leases.push({
			id: values[at] as string,
			route: values[at + 1] as string,
			kind: values[at + 2] as string,
			orderKey: values[at + 3] as string | undefined,
			attempt: values[at + 4] as number,
			receivedAt: values[at + 5] as number,
			envelope: values[at + 6] as string,
			body: bodies.subarray(start, end),
		});
	}
	return leases;
}

export function packSettlements(
	settlements: readonly Settlement[],
): PackedSettlements {
	const values: PackedValue[] = [];
	const extras = new Map<number, { writes: StateWrite[]; events: Packed }>();
	for (const [at, one] of settlements.entries()) {
		const { lease, verdict, writes, events } = one;
		values.push(
			lease.id,
			lease.attempt,
			verdict.as,
			"afterMs" in verdict ? verdict.afterMs : undefined,
			"reason" in verdict ? verdict.reason : undefined,
			"stack" in verdict ? verdict.stack : undefined,
			verdict.as === "waiting" && verdict.stepsAside ? 1 : undefined,
			one.startedAt,
			one.durationMs,
			one.alerts,
			one.lapsesWithinMs,
		);
		if (verdict.as === "delivered" && writes.length + events.length > 0)
			extras.set(at, { writes: [...writes], events: packDeliveries(events) });
	}
	return { values, extras };
}

export function unpackSettlements({
	values,
	extras,
}: PackedSettlements): Settlement[] {
	const settlements: Settlement[] = [];
	for (let at = 0; at < values.length; at += 11) {
		const extra = extras.get(at / 11);
		settlements.push({
			lease: {
				id: values[at] as string,
				attempt: values[at + 1] as number,
			},
			// In the packed order, field by field.
			verdict: {
				as: values[at + 2],
				afterMs: values[at + 3],
				reason: values[at + 4],
				stack: values[at + 5],
				stepsAside: values[at + 6] === 1 ? true : undefined,
			} as Settlement["verdict"],
			startedAt: values[at + 7] as number,
			durationMs: values[at + 8] as number,
			writes: extra?.writes ?? [],
			events: extra === undefined ? [] : unpackDeliveries(extra.events),
			alerts: values[at + 9] as Settlement["alerts"],
			lapsesWithinMs: values[at + 10] as number | undefined,
		});
	}
	return settlements;
}

export function packReceipts(receipts: readonly Receipt[]): PackedReceipts {
	const duplicates: [number, string][] = [];
	const leased: number[] = [];
	for (const [at, { id, isDuplicate, isLeased }] of receipts.entries())
		if (isDuplicate) duplicates.push([at, id]);
		else if (isLeased) leased.push(at);
	return { duplicates, leased };
}

export function unpackReceipts(
	packed: PackedReceipts,
	batch: readonly NewDelivery[],
): readonly Receipt[] {
	const leased = new Set(packed.leased);
	const receipts = batch.map(
		({ id }, at): Receipt =>
			leased.has(at)
				? { id, isDuplicate: false, isLeased: true }
				: { id, isDuplicate: false },
	);
	for (const [at, id] of packed.duplicates)
		receipts[at] = { id, isDuplicate: true };
	return receipts;
}

export function isPacked(value: unknown): value is Packed {
	return typeof value === "object" && value !== null && "bodies" in value;
}

// --- helpers ---

type PackedValue =
	| string
	| number
	| NewDelivery["quarantine"]
	| NewDelivery["alerts"]
	| NewDelivery["children"];

/** Returns a separate buffer: `concat` would take it from Node's pool, which must not be transferred. */
function join(
	things: readonly { readonly body: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
	const bytes = things.reduce((sum, { body }) => sum + body.byteLength, 0);
	const joined = new Uint8Array(bytes);
	let at = 0;
	for (const { body } of things) {
		joined.set(body, at);
		at += body.byteLength;
	}
	return joined;
}
