import type { ClientFinder } from "../gate/client-address.ts";
import type { Peers } from "../gate/peers.ts";
import type { Routes } from "../inbox/worker/work.ts";
import type { Table } from "../route/table.ts";
import type { ServedRoute } from "./served-route.ts";
import type { Surroundings } from "./surroundings.ts";

/** One loaded configuration, ready to serve. A reload builds the next beside it and swaps. */
export interface Runtime extends Surroundings {
	readonly table: Table<ServedRoute>;
	readonly routes: readonly ServedRoute[];
	readonly findClient: ClientFinder;
	readonly peers: Peers;
	/** How the deliveries of each route are handled, by its name. */
	readonly work: Routes;
	/** What the platform calls, without a trailing slash. */
	publicUrl(): string;
	/** Tells on which port it is served: a public URL that nobody wrote follows it. */
	servedOn(port: number): void;
	/** Aborts `drain`: handlers that are still at work hear the reason. */
	abort(reason: Error): void;
	/** Releases what the handlers hold. Called once, when nothing is under way any more. */
	close(): Promise<void>;
}
