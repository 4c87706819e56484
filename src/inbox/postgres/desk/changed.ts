import type { WorkDelta } from "../gauge.ts";
import type { Lanes } from "../queue/lanes.ts";
import type { Database } from "../sql.ts";

/** The effects of a command. */
export interface Changed {
	readonly count: number;
	/** The change of the unfinished work. */
	readonly work: WorkDelta;
	/** The routes with work that can be leased now. */
	readonly routes: ReadonlySet<string>;
}

/** The database, and its lanes. */
export interface ChangeTools {
	readonly database: Database;
	readonly lanes: Lanes;
}
