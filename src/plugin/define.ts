import type { Ncco } from "../event/ncco.ts";
import type { HookEvent, Level, Mode, Payload } from "../event/webhook.ts";
import type { Payloads } from "../generated/payloads.ts";
import type { FreeReply } from "./respond.ts";
import type { FromSchema, JsonSchema } from "./schema-type.ts";

/**
 * Defines a plugin and its types: payload and reply by the kind, options by their schema, state by the result of `setup`.
 * Returns its argument.
 *
 * @example
 * export default definePlugin({
 *   name: "greeter",
 *   on: { "voice.answer": (event) => [{ action: "talk", text: `Hello ${event.payload.from}` }] },
 * });
 */
export function definePlugin<
	const Schema extends JsonSchema | undefined = undefined,
	State = undefined,
>(plugin: PluginDefinition<Schema, State>): PluginDefinition<Schema, State> {
	return plugin;
}

/** A plugin as its author writes it. */
export interface PluginDefinition<
	Schema extends JsonSchema | undefined = JsonSchema | undefined,
	State = unknown,
> {
	/** The name in the log. */
	readonly name: string;
	/** The JSON Schema (2020-12) of the route's `options`. Without it options are not checked. */
	readonly options?: Schema | undefined;
	/**
	 * Runs once for each route that uses the plugin, before the first event. Its result is the handlers' `state`. Write it above
	 * `on`, so that the state's type is known there.
	 */
	setup?(context: SetupContext<OptionsOf<Schema>>): State | Promise<State>;
	/**
	 * A handler for each kind. `*` gets every kind without its own handler. A kind that is not in `Payloads` does not compile:
	 * `switchhook types` declares the kinds of a folder's own schemas.
	 */
	readonly on: PluginHandlers<OptionsOf<Schema>, State>;
	/** Releases the resources of `setup` when the route is removed. It may still hand on events. */
	teardown?(state: State): unknown;
	/**
	 * Names the routes that the plugin hands on to, so that a wrong name is found before the port opens, and so that they are
	 * torn down after it. Also runs at `check`, so it must only read the options.
	 */
	handsOn?(options: OptionsOf<Schema>): readonly (string | undefined)[];
}

/** The handlers by kind: kinds of the platform, kinds that are declared in `Payloads`, and `*` for all others. */
export type PluginHandlers<Options = unknown, State = unknown> = {
	readonly [Kind in keyof Payloads | keyof PayloadOverrides | "*"]?:
		| PluginHandler<Kind, Options, State>
		| undefined;
};

/** Handles the events of one kind. Throws `retryLater(…)` or `giveUp(…)` to decide about retries. */
export type PluginHandler<
	Kind extends string,
	Options = unknown,
	State = unknown,
> = (
	event: HookEvent<PayloadOf<Kind>>,
	context: PluginContext<Options, State>,
) => ReplyOf<Kind> | Promise<ReplyOf<Kind>>;

/** The argument of `setup`. */
export interface SetupContext<Options = unknown> {
	/** The route's options, checked and with defaults. */
	readonly options: Options;
	readonly log: PluginLog;
	readonly route: PluginRoute;
	/** The tables of routes.yaml by name: `tables.numbers.get(event.payload.to)?.customer`. */
	readonly tables: PluginTables;
	readonly url: RouteUrl;
	/** Hands on events outside of a handler, such as in a timer. Routes accept events only after all plugins are set up. */
	readonly handOn: HandOn;
	/** The plugin's own durable state. Each write is on disk when its promise resolves. */
	readonly store: PluginStore;
}

/** The second argument of a handler, beside the event. */
export interface PluginContext<Options = unknown, State = unknown>
	extends SetupContext<Options> {
	/** The result of `setup`. */
	readonly state: State;
	/** Aborts at the route's timeout and when the router stops. Pass it to `fetch` and similar functions. */
	readonly signal: AbortSignal;
	/** Hands on a new event with the claims of the current one. It is created when this handler succeeds. */
	readonly handOn: HandOn;
	/**
	 * The plugin's own durable state. A handler's writes are committed together with the success of its event: if it fails,
	 * nothing is written, and a retry starts from the same state.
	 */
	readonly store: PluginStore;
}

/**
 * Stores values by key for one plugin across restarts: in the inbox, or with `inbox.store: none` only in memory. Values are
 * plain JSON data.
 */
export interface PluginStore {
	/** True if the values outlive the router. False in memory. */
	readonly isDurable: boolean;
	/** Returns the value of a key. Undefined if there is none or it has expired. */
	get<T = unknown>(key: string): Promise<T | undefined>;
	/** Writes a value. Throws a TypeError for a key above 500 characters and for a value that JSON cannot represent. */
	put(key: string, value: unknown, options?: PutOptions): Promise<void>;
	delete(key: string): Promise<void>;
	/** Lists the entries whose key begins with the prefix (default all), by key, at most `max` (default 1,000). */
	list<T = unknown>(
		prefix?: string,
		options?: { readonly max?: number | undefined },
	): Promise<readonly { readonly key: string; readonly value: T }[]>;
}

/** The lifetime of a value. */
export interface PutOptions {
	/** Milliseconds, default for good. */
	readonly expiresAfterMs?: number | undefined;
}

/** The rows of tables by name. Empty until `switchhook types` declares those of a folder, by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with.
export interface Tables {}

/** The tables by name. While `Tables` declares none, each may be missing, and the types of its columns are unknown. */
export type PluginTables = keyof Tables extends never
	? { readonly [name: string]: PluginTable | undefined }
	: { readonly [Name in keyof Tables]: PluginTable<Tables[Name]> };

/** A table of rows that are found by their key. A look-up costs the same for one row and for 100,000. */
export interface PluginTable<Row = { readonly [column: string]: unknown }> {
	/** The number of rows. */
	readonly size: number;
	has(key: string): boolean;
	/** Returns the row of a key. Undefined if there is none. */
	get(key: string): Row | undefined;
	/** Lists the keys in the order of the file. */
	keys(): Iterable<string>;
}

/**
 * Writes the absolute URL of a route by its name, as the platform calls it. A parameter fills the `:name` segment with its
 * name, and the others become the query. Throws for an unknown route.
 */
export type RouteUrl = (
	route: string,
	params?: Readonly<Record<string, string | number | boolean | undefined>>,
) => string;

/**
 * Makes a new event for another route, by its name, and has that route's handler handle it; the
 * route's gates and its `match` are not asked. Resolves when the route took the event. Rejects for a
 * name that no route has, for a payload that does not fit the route's kind, for the ninth route in a
 * row, and with what the route's handler threw.
 *
 * @example
 * await handOn("inbound-sms", { ...event.payload, text: "joined" });
 */
export type HandOn = (
	route: string,
	payload: Payload,
	init?: HandOnInit,
) => Promise<void>;

/** The parts of a handed-on event besides its payload. */
export interface HandOnInit {
	/** Values of the `:name` segments of the route's path, default none. */
	readonly params?: Readonly<Record<string, string>> | undefined;
	/**
	 * The text after the `?`, as `URLSearchParams` writes it. Default: the query of the current event, unless that query was the
	 * payload.
	 */
	readonly query?: string | undefined;
}

/** The route that a plugin works for. */
export interface PluginRoute {
	readonly name: string;
	/** The kind's name. */
	readonly kind: string;
	/** Undefined on an internal route. */
	readonly level: Level | undefined;
	readonly mode: Mode;
	/** As in routes.yaml, with its `:name` segments. */
	readonly path: string;
}

/**
 * The router's log, with the plugin's and the route's names on each line, and in a handler the event's id and attempt. Fields
 * are under `fields`, so that every name is allowed. Numbers, secrets and message text are masked unless the router runs with
 * `--log-payloads`. The message may come before or after the fields.
 */
export interface PluginLog {
	debug: PluginLogLine;
	info: PluginLogLine;
	warn: PluginLogLine;
	error: PluginLogLine;
}

/** Writes one line. */
export type PluginLogLine = {
	(message: string, fields?: object): void;
	(fields: object, message?: string): void;
};

/** The replies by kind. Kinds without an entry leave the answer to the route. Extended by declaration merging. */
export interface Replies {
	"voice.answer": Ncco;
	"voice.fallback-answer": Ncco;
	"ncco.input": Ncco | Nothing;
	"ncco.stream": FreeReply;
}

/** The payloads of kinds whose schema a folder replaces. `switchhook types` extends it by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with.
export interface PayloadOverrides {}

/** The payload of a kind, as its schema says; of an unknown kind, an object. */
export type PayloadOf<Kind extends string> = Kind extends keyof PayloadOverrides
	? PayloadOverrides[Kind]
	: Kind extends keyof Payloads
		? Payloads[Kind]
		: Payload;

/** The allowed results of a handler. */
export type ReplyOf<Kind extends string> = Kind extends keyof Replies
	? Replies[Kind]
	: unknown;

/** The type of a plugin's options, by its schema. */
export type OptionsOf<Schema> = Schema extends JsonSchema
	? FromSchema<Schema>
	: { readonly [option: string]: unknown };

// --- helpers ---

// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a `return` is one that says nothing.
type Nothing = undefined | void;
