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
	/** As the route has them; undefined for none. */
	readonly options: unknown;
	readonly route: PluginRoute;
	readonly kind: Kind;
	readonly log: RoutePluginLog;
	readonly checker: NccoChecker;
	readonly urls: RouteUrls;
	readonly tables: PluginTables;
	readonly handOn: HandOnFrom;
	readonly keeper: StateKeeper;
	/** Says where in the user's own files an error was thrown, default nowhere. */
	readonly placeOf?: PlaceOf | undefined;
	/** Milliseconds, default 10 000. */
	readonly setupTimeoutMs?: number;
}

/**
 * Has another route handle a payload, as a new event. `from` is the event that it comes of; undefined
 * where it comes of none, as in a timer.
 */
export type HandOnFrom = (
	route: string,
	payload: Payload,
	init: HandOnInit,
	from: Origin | undefined,
) => Promise<void>;

/** The event that another comes of, and where what it makes is written. */
export interface Origin {
	readonly event: HookEvent;
	readonly journal: Journal;
}
