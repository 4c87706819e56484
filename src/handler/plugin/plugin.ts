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
import { checkPluginRoute, targetsOf } from "./check.ts";
import type { HandOnFrom, Origin, PluginHandlerInit } from "./init.ts";
import {
	createReplyConverter,
	ignoreReply,
	type ReplyConverter,
} from "./reply.ts";
import { isThenable, messageOf, setUp, tearDown } from "./setup.ts";
import { createPluginStore, type StateKeeper } from "./store.ts";

/**
 * Makes the handler of one route: fills in the options' defaults and runs `setup`. The handler is
 * undefined when there is a problem.
 */
export async function createPluginHandler(init: PluginHandlerInit): Promise<{
	handler: Handler | undefined;
	problems: readonly HandlerProblem[];
}> {
	const { plugin, kind, route, log, checker, handOn } = init;
	const found = checkPluginRoute(init);
	const run = handlerOf(plugin, kind.name);
	if (run === undefined || found.length > 0) {
		return { handler: undefined, problems: found };
	}
	const { options } = plugin.checkOptions(init.options);
	const url = toUrl(init.urls);
	const { state, problem } = await setUp(init, options, {
		url,
		handOn: toHandOn(handOn, undefined),
	});
	if (problem !== undefined) return { handler: undefined, problems: [problem] };
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
		url,
		placeOf: init.placeOf ?? nowhere,
		handOnFrom: handOn,
		keeper: init.keeper,
		handsOn: targetsOf(plugin, options),
	};
	return { handler: new PluginHandler(parts), problems: [] };
}

// --- helpers ---

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

/** Holds its parts itself: one object less to touch for each event. */
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

	/** No promise where the plugin returns none: the reply is there at once. */
	handle(
		event: HookEvent,
		deadline: Deadline,
	): Reply | undefined | Promise<Reply | undefined> {
		// Plugins and converters are functions of their own, not of this object.
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

	/** Steering passes as it is; anything else says whose it was and where, with what was thrown as its cause. */
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

/** The context that a handler gets beside the event. A class, so that one costs no closure and no getter of its own. */
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

	// As with the signal: most handlers write no line.
	get log(): PluginLog {
		this.#log ??= this.#parts.log.forEvent(this.#event);
		return this.#log;
	}

	// A signal is dear and most handlers never look: it is only made when this is read.
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
