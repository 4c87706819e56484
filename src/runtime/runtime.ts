import type { ClientFinder } from "../gate/client-address.ts";
import type { Table } from "../route/table.ts";
import type { ServedRoute } from "./served-route.ts";

/** One loaded configuration, ready to serve. A reload builds the next beside it and swaps. */
export interface Runtime {
	readonly table: Table<ServedRoute>;
	readonly routes: readonly ServedRoute[];
	readonly findClient: ClientFinder;
	/** What the platform calls, without a trailing slash. */
	publicUrl(): string;
	/** Tells on which port it is served: a public URL that nobody wrote follows it. */
	servedOn(port: number): void;
	/** Aborts when the router stops. */
	readonly drain: AbortSignal;
	/** Aborts `drain`: handlers that are still at work hear the reason. */
	abort(reason: Error): void;
	/** Releases what the handlers hold. Called once, when nothing is under way any more. */
	close(): Promise<void>;
}
