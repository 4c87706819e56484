import type { Evicted, StoreOptions } from "../port/store.ts";
import type { FillReport } from "./fill.ts";
import type { Operations } from "./operations.ts";

/** What the thread is started with. */
export interface ThreadData {
	/** Absolute path. */
	readonly file: string;
	readonly isOwner: boolean;
	readonly mustExist: boolean;
	readonly quarantine: StoreOptions["quarantine"];
	readonly maxBytes: number | undefined;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** To the thread. */
export interface Request {
	readonly id: number;
	readonly name: keyof Operations | "close";
	readonly args: readonly unknown[];
}

/** From the thread: one for each request, in their order; 0 is the id of the start. */
export interface Response {
	readonly id: number;
	readonly value?: unknown;
	readonly error?: {
		readonly name: string;
		readonly message: string;
		readonly stack: string | undefined;
		/** The code of an InboxOpenError. */
		readonly code: string | undefined;
		/** SQLite's primary result code, where it is SQLite's error. */
		readonly errcode: number | undefined;
	};
	readonly routes?: readonly string[] | undefined;
	/** Empty where nothing is known. */
	readonly fill: FillReport;
	/** What gave way in quarantine. */
	readonly evicted?: readonly Evicted[];
}
