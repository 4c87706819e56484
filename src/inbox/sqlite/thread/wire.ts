import type { InboxStats, Note } from "../../port/delivery.ts";
import type { PacedLeases } from "../../port/pacing.ts";
import type {
	Commit,
	Evicted,
	InboxStore,
	StoreOptions,
} from "../../port/store.ts";
import type { Portion, Progress } from "../desk/command.ts";
import type { Look } from "../desk/look.ts";
import type { RedactionOperations } from "../desk/redact.ts";
import type { TotalsPart } from "../history.ts";
import type { FillReport } from "../tally.ts";
import {
	isPacked,
	type Packed,
	type PackedReceipts,
	type PackedSettlements,
	packDeliveries,
	packLeases,
	packReceipts,
	packSettlements,
	unpackDeliveries,
	unpackLeases,
	unpackReceipts,
	unpackSettlements,
} from "./packing.ts";

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
	"children",
	"changes",
	"release",
	"note",
	"dropped",
	"prune",
	"import",
	"pauses",
	"pause",
	"resume",
	"addHistory",
	"readHistory",
] as const satisfies readonly (keyof InboxStore)[];

/** The same operations with the port's signatures. */
export type Whole = Pick<InboxStore, (typeof WHOLE)[number]>;

/** The operations that the store splits into parts, so that the thread can run other requests in between. */
interface Bites
	extends RedactionOperations,
		Pick<Look, "list" | "scan" | "count" | "export"> {
	replay(portion: Portion, note: Note | undefined): Progress;
	drop(portion: Portion, note: Note | undefined): Progress;
	totals(from: number, after: string | undefined): TotalsPart;
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
