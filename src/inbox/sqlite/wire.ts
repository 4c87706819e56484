import type { InboxStats, Note } from "../port/delivery.ts";
import type { PacedLeases } from "../port/pacing.ts";
import type { Lease, NewDelivery, Receipt, Settlement } from "../port/queue.ts";
import type { StateWrite } from "../port/state.ts";
import type {
	Commit,
	Evicted,
	InboxStore,
	StoreOptions,
} from "../port/store.ts";
import type { Portion, Progress } from "./command.ts";
import type { Look } from "./look.ts";
import type { RedactionOperations } from "./redact.ts";
import type { FillReport } from "./tally.ts";

/** The methods of the port that the thread runs as one operation. */
export const WHOLE = [
	"put",
	"lease",
	"leasePaced",
	"extend",
	"settle",
	"raise",
	"due",
	"readState",
	"listState",
	"writeState",
	"get",
	"find",
	"changes",
	"release",
	"note",
	"dropped",
	"prune",
	"import",
	"pauses",
	"pause",
	"resume",
] as const satisfies readonly (keyof InboxStore)[];

/** The same operations with the port's signatures. */
export type Whole = Pick<InboxStore, (typeof WHOLE)[number]>;

/** The operations that the store splits into parts, so that the thread can run other requests in between. */
interface Bites
	extends RedactionOperations,
		Pick<Look, "list" | "scan" | "count" | "export"> {
	replay(portion: Portion, note: Note | undefined): Progress;
	drop(portion: Portion, note: Note | undefined): Progress;
}

/** The operations that only this engine has. */
interface Own {
	quarantine(): InboxStats["quarantine"];
	/** Looks for work that was not announced. */
	poll(): void;
}

type Asked = Whole & Bites & Own;

/** The name of an operation that the thread can be asked for. */
export type OperationName = keyof Asked;
export type ArgumentsOf<Name extends OperationName> = Parameters<Asked[Name]>;
export type ValueOf<Name extends OperationName> = Awaited<
	ReturnType<Asked[Name]>
>;

/** The thread's side: each operation gets the caller's time after its arguments. */
export type Operations = {
	readonly [Name in OperationName]: (
		...args: [...ArgumentsOf<Name>, now: number]
	) => ValueOf<Name>;
};

/** The options that the thread is started with. */
export interface ThreadData {
	/** Absolute path. */
	readonly file: string;
	readonly isOwner: boolean;
	readonly mustExist: boolean;
	/** True to refuse a file of another version instead of migrating it. Default false. */
	readonly isReader?: boolean;
	readonly quarantine: StoreOptions["quarantine"];
	readonly maxBytes: number | undefined;
	/** The path of the socket for the workers of this router. Undefined for a router of one process. */
	readonly hub?: string | undefined;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** The same moment by `monotonicMs`. */
	readonly nowAt: number;
}

/** A message to the thread. */
export interface Request {
	readonly id: number;
	readonly name: OperationName | "close";
	readonly args: readonly unknown[];
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** A message from the thread: one for each request, in their order. The start has the id 0. */
export interface Response extends News {
	readonly id: number;
	readonly value?: unknown;
	readonly error?: Fault;
}

/** An error of the thread in a form that the other side can throw again. */
export interface Fault {
	readonly name: string;
	readonly message: string;
	readonly stack: string | undefined;
	/** SQLite's primary result code, if it is SQLite's error. */
	readonly errcode: number | undefined;
	/** True for an InboxOpenError, whose message contains advice. */
	readonly isExplained: boolean;
}

/** The changes since the last response. */
export interface News {
	/** Empty if nothing is known. */
	readonly fill: FillReport;
	/** Routes that may have work. */
	readonly routes?: readonly string[];
	/** The evicted deliveries. */
	readonly evicted?: readonly Evicted[];
	/** The last commit of new deliveries. */
	readonly commit?: Commit;
	/** True if pauses changed. */
	readonly pauses?: boolean;
}

/** The conversion of one operation for the thread and back. A missing part is sent unchanged. */
interface Crossing<Name extends OperationName> {
	readonly packArgs?: (args: ArgumentsOf<Name>) => readonly unknown[];
	readonly unpackArgs?: (packed: readonly unknown[]) => ArgumentsOf<Name>;
	readonly packValue?: (value: ValueOf<Name>) => unknown;
	readonly unpackValue?: (
		packed: unknown,
		args: ArgumentsOf<Name>,
	) => ValueOf<Name>;
}

/** The operations that are packed. Each cast restores the type that the other side packed. */
export const CROSSINGS: {
	readonly [Name in OperationName]?: Crossing<Name>;
} = {
	put: {
		packArgs: ([batch]) => [packDeliveries(batch)],
		unpackArgs: ([batch]) => [unpackDeliveries(batch as Packed)],
		packValue: packReceipts,
		unpackValue: (packed, [batch]) =>
			unpackReceipts(packed as PackedReceipts, batch),
	},
	lease: {
		packValue: packLeases,
		unpackValue: (packed) => unpackLeases(packed as Packed),
	},
	leasePaced: {
		packValue: ({ leases, waits }) => ({ ...packLeases(leases), waits }),
		unpackValue: (packed) => ({
			leases: unpackLeases(packed as Packed),
			waits: (packed as Pick<PacedLeases, "waits">).waits,
		}),
	},
	extend: {
		// A lease contains its body, which stays here.
		packArgs: ([leases, leaseMs]) => [
			leases.map(({ id, attempt }) => ({ id, attempt })),
			leaseMs,
		],
	},
	settle: {
		packArgs: ([settlements]) => [packSettlements(settlements)],
		unpackArgs: ([packed]) => [unpackSettlements(packed as PackedSettlements)],
	},
};

/** Returns the buffers that are transferred with a message instead of copied. */
export function buffersOf(packed: readonly unknown[]): readonly ArrayBuffer[] {
	return packed.filter(isPacked).map(({ bodies }) => bodies.buffer);
}

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
			one.body.byteLength,
		);
	return { values, bodies: join(batch) };
}

export function unpackDeliveries({ values, bodies }: Packed): NewDelivery[] {
	const batch: NewDelivery[] = [];
	let end = 0;
	for (let at = 0; at < values.length; at += 15) {
		const start = end;
		end += values[at + 14] as number;
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
	for (let at = 0; at < values.length; at += 10) {
		const extra = extras.get(at / 10);
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
		});
	}
	return settlements;
}

// --- helpers ---

type PackedValue =
	| string
	| number
	| NewDelivery["quarantine"]
	| NewDelivery["alerts"];

function packReceipts(receipts: readonly Receipt[]): PackedReceipts {
	const duplicates: [number, string][] = [];
	const leased: number[] = [];
	for (const [at, { id, isDuplicate, isLeased }] of receipts.entries())
		if (isDuplicate) duplicates.push([at, id]);
		else if (isLeased) leased.push(at);
	return { duplicates, leased };
}

function unpackReceipts(
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

function isPacked(value: unknown): value is Packed {
	return typeof value === "object" && value !== null && "bodies" in value;
}

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
