import type { HookEvent, Payload } from "../../event/webhook.ts";
import type { Kind } from "../../kind/kind.ts";
import type { RoutePluginLog } from "../../observe/plugin-log.ts";
import type {
	HandOnInit,
	PluginRoute,
	PluginTables,
} from "../../plugin/define.ts";
import type { Plugin } from "../../plugin/loader/plugin.ts";
import type { PlaceOf } from "../../plugin/loader/trace.ts";
import type { Journal } from "../journal.ts";
import type { NccoChecker } from "../ncco/check.ts";
import type { RouteUrls } from "../template/urls.ts";
import type { StateKeeper } from "./store.ts";

/** The parts of the handler of one route. */
export interface PluginHandlerInit {
	readonly plugin: Plugin;
	/** The options of the route. Undefined for none. */
	readonly options: unknown;
	readonly route: PluginRoute;
	readonly kind: Kind;
	readonly log: RoutePluginLog;
	readonly checker: NccoChecker;
	readonly urls: RouteUrls;
	readonly tables: PluginTables;
	readonly handOn: HandOnFrom;
	readonly keeper: StateKeeper;
	/** Finds the position in the user's own files where an error was thrown. Default: none. */
	readonly placeOf?: PlaceOf | undefined;
	/** Milliseconds, default 10 000. */
	readonly setupTimeoutMs?: number;
}

/** Lets another route handle a payload as a new event. `from` is the original event. Undefined if there is none, as in a timer. */
export type HandOnFrom = (
	route: string,
	payload: Payload,
	init: HandOnInit,
	from: Origin | undefined,
) => Promise<void>;

/** The original event, and the journal for the results. */
export interface Origin {
	readonly event: HookEvent;
	readonly journal: Journal;
}
