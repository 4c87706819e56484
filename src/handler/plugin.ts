import { HookError } from "../errors.ts";
import type { HookEvent, Reply } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import type {
	PluginContext,
	PluginLog,
	PluginRoute,
	RouteUrl,
} from "../plugin/define.ts";
import { placeOfThrow } from "../plugin/fault.ts";
import type { HandlerProblem } from "../plugin/options.ts";
import { type AnyHandler, handlerOf, type Plugin } from "../plugin/plugin.ts";
import { isGiveUp, isRetryLater } from "../plugin/steer.ts";
import { LATE, within } from "../plugin/within.ts";
import type { Deadline, Handler } from "./handler.ts";
import type { NccoChecker } from "./ncco-check.ts";
import { createReplyConverter, type ReplyConverter } from "./plugin-reply.ts";
import type { RouteUrls } from "./template-url.ts";

/** What the handler of one route is made of. */
export interface PluginHandlerInit {
	readonly plugin: Plugin;
	/** As the route has them; undefined for none. */
	readonly options: unknown;
	readonly route: PluginRoute;
	readonly kind: Kind;
	readonly log: PluginLog;
	readonly checker: NccoChecker;
	readonly urls: RouteUrls;
	/** Milliseconds, default 10 000. */
	readonly setupTimeoutMs?: number;
}

/**
 * What a route's plugin and options have against each other; empty when they fit. Runs nothing of the
 * plugin.
 */
export function checkPluginRoute(
	init: Pick<PluginHandlerInit, "plugin" | "options" | "kind">,
): readonly HandlerProblem[] {
	const { plugin, options, kind } = init;
	const { problems } = plugin.checkOptions(options);
	if (handlerOf(plugin, kind.name) !== undefined) return problems;
	const handled = [...plugin.on.keys()].map((name) => `\`${name}\``);
	const unhandled: HandlerProblem = {
		keys: ["plugin"],
		what: `the plugin \`${plugin.name}\` does not handle \`${kind.name}\``,
		expected: `one of the kinds in its \`on\`: ${handled.join(", ")}`,
		todo: `add \`"${kind.name}"\` or \`"*"\` to its \`on\``,
	};
	return [unhandled, ...problems];
}

/**
 * Makes the handler of one route: fills in the options' defaults and runs `setup`. The handler is
 * undefined when there is a problem.
 */
export async function createPluginHandler(init: PluginHandlerInit): Promise<{
	handler: Handler | undefined;
	problems: readonly HandlerProblem[];
}> {
	const { plugin, kind, route, log, checker } = init;
	const found = checkPluginRoute(init);
	const run = handlerOf(plugin, kind.name);
	if (run === undefined || found.length > 0) {
		return { handler: undefined, problems: found };
	}
	const { options } = plugin.checkOptions(init.options);
	const { state, problem } = await setUp(init, options);
	if (problem !== undefined) return { handler: undefined, problems: [problem] };
	const toReply = createReplyConverter(route.mode, kind.reply, checker);
	const url = toUrl(init.urls);
	const parts: Parts = {
		plugin,
		run,
		toReply,
		options,
		state,
		log,
		route,
		url,
	};
	return { handler: new PluginHandler(parts), problems: [] };
}

// --- helpers ---

interface Parts {
	readonly plugin: Plugin;
	readonly run: AnyHandler;
	readonly toReply: ReplyConverter;
	readonly options: unknown;
	readonly state: unknown;
	readonly log: PluginLog;
	readonly route: PluginRoute;
	readonly url: RouteUrl;
}

/** Holds its parts itself: one object less to touch for each event. */
class PluginHandler implements Handler, Parts {
	readonly type = "plugin";
	readonly plugin: Plugin;
	readonly run: AnyHandler;
	readonly toReply: ReplyConverter;
	readonly options: unknown;
	readonly state: unknown;
	readonly log: PluginLog;
	readonly route: PluginRoute;
	readonly url: RouteUrl;

	constructor(parts: Parts) {
		this.plugin = parts.plugin;
		this.run = parts.run;
		this.toReply = parts.toReply;
		this.options = parts.options;
		this.state = parts.state;
		this.log = parts.log;
		this.route = parts.route;
		this.url = parts.url;
	}

	/** No promise where the plugin returns none: the reply is there at once. */
	handle(
		event: HookEvent,
		deadline: Deadline,
	): Reply | undefined | Promise<Reply | undefined> {
		// Plugins and converters are functions of their own, not of this object.
		const { plugin, run, toReply } = this;
		let value: unknown;
		try {
			value = run(event, new Call(this, deadline));
		} catch (error) {
			throw toFailure(plugin, error);
		}
		if (!isThenable(value)) return toReply(value);
		return Promise.resolve(value).then(toReply, (error: unknown) => {
			throw toFailure(plugin, error);
		});
	}

	async close(): Promise<void> {
		await tearDown(this.plugin, this.state, this.log);
	}
}

/** What a handler gets beside the event. A class, so that one costs no closure and no getter of its own. */
class Call implements PluginContext {
	readonly options: unknown;
	readonly state: unknown;
	readonly log: PluginLog;
	readonly route: PluginRoute;
	readonly url: RouteUrl;
	readonly #deadline: Deadline;

	constructor(parts: Parts, deadline: Deadline) {
		this.options = parts.options;
		this.state = parts.state;
		this.log = parts.log;
		this.route = parts.route;
		this.url = parts.url;
		this.#deadline = deadline;
	}

	// A signal is dear and most handlers never look: it is only made when this is read.
	get signal(): AbortSignal {
		return this.#deadline.signal;
	}
}

/** Steering passes as it is; anything else says whose it was, with what was thrown as its cause. */
function toFailure({ name }: Plugin, error: unknown): unknown {
	if (isRetryLater(error) || isGiveUp(error)) return error;
	return new HookError(
		"HANDLER_FAILED",
		`the plugin \`${name}\` threw: ${messageOf(error)}`,
		{ cause: error },
	);
}

async function setUp(
	init: PluginHandlerInit,
	options: unknown,
): Promise<{ state: unknown; problem: HandlerProblem | undefined }> {
	const { plugin, route, log, setupTimeoutMs = 10_000 } = init;
	const whose = `setup of the plugin \`${plugin.name}\` for the route \`${route.name}\``;
	const fail = (what: string, todo?: string) => ({
		state: undefined,
		problem: { keys: ["plugin"], what: `${whose} ${what}`, todo },
	});
	try {
		const work = plugin.setup?.({ options, log, route, url: toUrl(init.urls) });
		const state = isThenable(work)
			? await within(Promise.resolve(work), setupTimeoutMs)
			: work;
		if (state !== LATE) return { state, problem: undefined };
		// What it took must not stay taken when it gets there after all.
		Promise.resolve(work).then(
			(late) => tearDown(plugin, late, log),
			(error: unknown) =>
				log.error({ err: error }, "setup failed after its time"),
		);
		return fail(
			`did not finish in ${setupTimeoutMs / 1000} s`,
			"did it forget to return?",
		);
	} catch (error) {
		log.error({ err: error }, "setup failed");
		const place = placeOfThrow(error, plugin.file);
		const where = place && ` (${place.file}:${place.line}:${place.column})`;
		return fail(`threw: ${messageOf(error)}${where ?? ""}`);
	}
}

async function tearDown(
	plugin: Plugin,
	state: unknown,
	log: PluginLog,
): Promise<void> {
	try {
		await plugin.teardown?.(state);
	} catch (error) {
		log.error({ err: error }, "teardown failed");
	}
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		"then" in value &&
		typeof value.then === "function"
	);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function toUrl(urls: RouteUrls): RouteUrl {
	return (route, params = {}) =>
		urls.urlOf(route, new Map(Object.entries(params)));
}
