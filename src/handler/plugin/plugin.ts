import { HookError } from "../../errors.ts";
import type { HookEvent, Reply } from "../../event/webhook.ts";
import { isHeard, type ReplyRule } from "../../kind/kind.ts";
import type { RoutePluginLog } from "../../observe/plugin-log.ts";
import type {
	HandOn,
	PluginContext,
	PluginLog,
	PluginRoute,
	PluginStore,
	PluginTables,
	RouteUrl,
} from "../../plugin/define.ts";
import type { HandlerProblem } from "../../plugin/loader/options.ts";
import {
	type AnyHandler,
	handlerOf,
	type Plugin,
} from "../../plugin/loader/plugin.ts";
import type { PlaceOf } from "../../plugin/loader/trace.ts";
import { isGiveUp, isRetryLater } from "../../plugin/steer.ts";
import type { Deadline, Handler } from "../handler.ts";
import type { RouteUrls } from "../template/urls.ts";
import { type CheckedPlugin, checkPluginRoute } from "./check.ts";
import type { HandOnFrom, Origin, PluginHandlerInit } from "./init.ts";
import {
	createReplyConverter,
	ignoreReply,
	type ReplyConverter,
} from "./reply.ts";
import { isThenable, messageOf, setUp, tearDown } from "./setup.ts";
import { createPluginStore, type StateKeeper } from "./store.ts";

/**
 * Creates the handler of one route: fills in the options' defaults and runs `setup`. The handler is undefined if there is a
 * problem. Returns no promise for a plugin without `setup`, which thousands of routes may use.
 */
export function createPluginHandler(
	init: PluginHandlerInit,
): BuiltPlugin | Promise<BuiltPlugin> {
	const { plugin, kind } = init;
	const checked = checkPluginRoute(init);
	const { problems, options } = checked;
	const run = handlerOf(plugin, kind.name);
	if (run === undefined || problems.length > 0) return failed(problems);
	if (plugin.setup === undefined) {
		return built(init, run, checked, undefined);
	}
	const url = toUrl(init.urls);
	const handOn = toHandOn(init.handOn, undefined);
	return setUp(init, options, { url, handOn }).then(({ state, problem }) =>
		problem === undefined
			? built(init, run, checked, state)
			: failed([problem]),
	);
}

/** The handler of a route, or the problems that explain why there is none. */
export interface BuiltPlugin {
	readonly handler: Handler | undefined;
	readonly problems: readonly HandlerProblem[];
}

// --- helpers ---

function failed(problems: readonly HandlerProblem[]): BuiltPlugin {
	return { handler: undefined, problems };
}

function built(
	init: PluginHandlerInit,
	run: AnyHandler,
	{ options, handsOn }: CheckedPlugin,
	state: unknown,
): BuiltPlugin {
	const { plugin, kind, route, log, checker, handOn } = init;
	const parts: Parts = {
		plugin,
		run,
		rule: kind.reply,
		toReply: createReplyConverter(route.mode, kind.reply, checker),
		options,
		state,
		log,
		route,
		tables: init.tables,
		url: toUrl(init.urls),
		placeOf: init.placeOf ?? nowhere,
		handOnFrom: handOn,
		keeper: init.keeper,
		handsOn,
	};
	return { handler: new PluginHandler(parts), problems: NO_PROBLEMS };
}

const NO_PROBLEMS: readonly HandlerProblem[] = [];

interface Parts {
	readonly plugin: Plugin;
	readonly run: AnyHandler;
	readonly rule: ReplyRule;
	readonly toReply: ReplyConverter;
	readonly options: unknown;
	readonly state: unknown;
	readonly log: RoutePluginLog;
	readonly route: PluginRoute;
	readonly tables: PluginTables;
	readonly url: RouteUrl;
	readonly placeOf: PlaceOf;
	readonly handOnFrom: HandOnFrom;
	readonly handsOn: readonly string[];
	readonly keeper: StateKeeper;
}

/** Has its parts as own fields, which saves one object access for each event. */
class PluginHandler implements Handler, Parts {
	readonly plugin: Plugin;
	readonly run: AnyHandler;
	readonly rule: ReplyRule;
	readonly toReply: ReplyConverter;
	readonly options: unknown;
	readonly state: unknown;
	readonly log: RoutePluginLog;
	readonly route: PluginRoute;
	readonly tables: PluginTables;
	readonly url: RouteUrl;
	readonly placeOf: PlaceOf;
	readonly handOnFrom: HandOnFrom;
	readonly handsOn: readonly string[];
	readonly keeper: StateKeeper;

	constructor(parts: Parts) {
		this.plugin = parts.plugin;
		this.run = parts.run;
		this.rule = parts.rule;
		this.toReply = parts.toReply;
		this.options = parts.options;
		this.state = parts.state;
		this.log = parts.log;
		this.route = parts.route;
		this.tables = parts.tables;
		this.url = parts.url;
		this.placeOf = parts.placeOf;
		this.handOnFrom = parts.handOnFrom;
		this.handsOn = parts.handsOn;
		this.keeper = parts.keeper;
	}

	/** Returns no promise if the plugin returns none, so that the reply is available at once. */
	handle(
		event: HookEvent,
		deadline: Deadline,
	): Reply | undefined | Promise<Reply | undefined> {
		// Plugins and converters are independent functions, not methods of this object.
		const { run, rule } = this;
		const toReply = isHeard(rule, event.payload) ? this.toReply : ignoreReply;
		let value: unknown;
		try {
			value = run(event, new Call(this, event, deadline));
		} catch (error) {
			throw this.#toFailure(error);
		}
		if (!isThenable(value)) return toReply(value);
		return Promise.resolve(value).then(toReply, (error: unknown) => {
			throw this.#toFailure(error);
		});
	}

	/** Passes steering errors through. Any other error gets the plugin's name and position, with the original error as its cause. */
	#toFailure(error: unknown): unknown {
		if (isRetryLater(error) || isGiveUp(error)) return error;
		const place = this.placeOf(error);
		const where = place === undefined ? "" : ` at ${place}`;
		return new HookError(
			"HANDLER_FAILED",
			`the plugin \`${this.plugin.name}\` threw${where}: ${messageOf(error)}`,
			{ cause: error },
		);
	}

	async close(): Promise<void> {
		await tearDown(this.plugin, this.state, this.log);
	}
}

/** The context of a handler. A class, so that each instance needs no closures or getters of its own. */
class Call implements PluginContext {
	readonly options: unknown;
	readonly state: unknown;
	readonly route: PluginRoute;
	readonly tables: PluginTables;
	readonly url: RouteUrl;
	readonly #parts: Parts;
	readonly #event: HookEvent;
	readonly #deadline: Deadline;
	#log: PluginLog | undefined;

	constructor(parts: Parts, event: HookEvent, deadline: Deadline) {
		this.options = parts.options;
		this.state = parts.state;
		this.route = parts.route;
		this.tables = parts.tables;
		this.url = parts.url;
		this.#parts = parts;
		this.#event = event;
		this.#deadline = deadline;
	}

	// Created at its first use, like the signal: most handlers write no line.
	get log(): PluginLog {
		this.#log ??= this.#parts.log.forEvent(this.#event);
		return this.#log;
	}

	// A signal is expensive and most handlers never read it, so it is created at its first use.
	get signal(): AbortSignal {
		return this.#deadline.signal;
	}

	get handOn(): HandOn {
		const { journal } = this.#deadline;
		const from = { event: this.#event, journal };
		return toHandOn(this.#parts.handOnFrom, from);
	}

	get store(): PluginStore {
		const { plugin, keeper } = this.#parts;
		return createPluginStore(
			plugin.name,
			keeper,
			this.#deadline.journal.writes,
		);
	}
}

function nowhere(): undefined {
	return undefined;
}

function toHandOn(handOn: HandOnFrom, from: Origin | undefined): HandOn {
	return (route, payload, init = {}) => handOn(route, payload, init, from);
}

function toUrl(urls: RouteUrls): RouteUrl {
	return (route, params = {}) =>
		urls.urlOf(route, new Map(Object.entries(params)));
}
