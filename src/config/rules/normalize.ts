import { DEFAULT_RETRY } from "../../inbox/port/retry.ts";
import { unique } from "../parts/authored/authored.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/route/draft.ts";
import { schemaName } from "../read/files.ts";
import type { RouteSettings, ServerSettings } from "../settings.ts";
import { takesFallback } from "./answers.ts";
import { levelOf, modeOf, outcomeOf } from "./effective.ts";
import { checkMatchAgainst, type WithMatch } from "./match.ts";

/** The context for a route's settings. */
export interface RouteSurroundings {
	readonly defaults: DefaultsDraft;
	readonly server: ServerSettings;
	/** The paths with a reply route. */
	readonly replying: ReadonlySet<string>;
}

/** Converts a route without mistakes to its settings. Returns undefined for a route with mistakes. */
export function toRouteSettings(
	route: RouteDraft,
	{ defaults, server, replying }: RouteSurroundings,
): RouteSettings | undefined {
	const { name, schema } = route;
	const handler = route.handler?.settings;
	// A mistyped kind must not pass for none.
	const isMistyped =
		(route.kind === undefined && route.wrote("kind")) ||
		(schema === undefined && route.wrote("schema"));
	if (isMistyped || name === undefined || handler === undefined) {
		return undefined;
	}
	const request = route.isInternal
		? { ...NO_REQUEST, onInvalid: onInvalidOf(route) }
		: readRequest(route, server, replying);
	if (request === undefined) return undefined;
	const isFree = route.kind === undefined;
	// One literal with all keys, because spreads of this many keys would take most of the time of a check.
	const settings: Mutable<RouteSettings> = {
		name,
		path: request.path,
		kind:
			isFree && schema !== undefined ? schemaName(schema) : route.kind?.name,
		schema,
		methods: request.methods,
		level: request.level,
		match: route.match,
		firewall: request.firewall,
		signature: request.signature,
		bodyLimitBytes: request.bodyLimitBytes,
		limit: request.limit,
		copyHeaders: route.copyHeaders,
		mode: request.mode,
		timeoutMs: route.timeout,
		handler,
		fallback: request.fallback,
		retry: route.retry ?? DEFAULT_RETRY,
		concurrency: route.concurrency ?? DEFAULT_CONCURRENCY,
		orderBy:
			route.orderBy === true
				? (route.kind?.orderBy ?? NOTHING)
				: unique(route.orderBy ?? NOTHING),
		stepAside: route.stepAside,
		dedupe:
			route.dedupe === true ? undefined : route.dedupe && unique(route.dedupe),
		onDenied: request.onDenied,
		onUnsigned: request.onUnsigned,
		onInvalid: request.onInvalid,
		checkSchema: schema === undefined ? undefined : createSchemaCheck(route),
		locate: createLocate(route, defaults),
	};
	addRare(settings, route);
	return settings;
}

// --- helpers ---

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: readonly string[] = [];

const DEFAULT_CONCURRENCY = 10;

/** The keys of a request and its answer. */
type Request = Pick<
	RouteSettings,
	| "path"
	| "methods"
	| "level"
	| "firewall"
	| "signature"
	| "bodyLimitBytes"
	| "limit"
	| "mode"
	| "fallback"
	| "onDenied"
	| "onUnsigned"
	| "onInvalid"
>;

/** An internal route has no request. */
const NO_REQUEST = {
	path: undefined,
	methods: [],
	level: undefined,
	firewall: [],
	signature: [],
	bodyLimitBytes: 0,
	limit: undefined,
	mode: "accept",
	fallback: undefined,
	onDenied: "reject",
	onUnsigned: "reject",
} as const;

/** A quarantine is for requests. The plugin that hands on gets the error. */
function onInvalidOf({ onInvalid }: RouteDraft): "report" | "reject" {
	return onInvalid === "report" ? "report" : "reject";
}

/** Returns undefined if something of it is wrong. */
function readRequest(
	route: RouteDraft,
	server: ServerSettings,
	replying: ReadonlySet<string>,
): Request | undefined {
	const { path, firewall, signature, schema } = route;
	const level = levelOf(route);
	if (
		path === undefined ||
		level === undefined ||
		firewall === undefined ||
		signature === undefined
	) {
		return undefined;
	}
	const isFree = route.kind === undefined;
	const isReplying = replying.has(path);
	return {
		path,
		methods: route.methods ?? (isFree ? freeMethods(schema) : undefined),
		level,
		firewall: firewall.names,
		signature: signature.schemes,
		bodyLimitBytes: route.bodyLimit ?? server.bodyLimitBytes,
		limit: route.limit,
		mode: isFree ? modeOf(route) : route.mode,
		fallback: takesFallback(route) ? route.fallback?.settings : undefined,
		onDenied: outcomeOf(route, "onDenied", isReplying) ?? "reject",
		onUnsigned: outcomeOf(route, "onUnsigned", isReplying) ?? "reject",
		onInvalid: outcomeOf(route, "onInvalid", modeOf(route) === "reply"),
	};
}

/** Adds the keys that are absent from most routes. */
function addRare(settings: Mutable<RouteSettings>, route: RouteDraft): void {
	const { parent, kind, schema, account, app, isInternal } = route;
	if (parent !== undefined) settings.parent = parent;
	if (kind !== undefined && schema !== undefined) settings.isNarrowed = true;
	if (!isInternal && account) settings.accounts = account;
	if (!isInternal && app && settings.level === "app") settings.apps = app;
	addPace(settings, route);
}

/** Adds what limits the pace of a route. A reply route ignores what stands in `defaults`. */
function addPace(settings: Mutable<RouteSettings>, route: RouteDraft): void {
	const { rate, delay, handler } = route;
	if (modeOf(route) === "reply" || handler?.type.isUnkept) return;
	if (rate) settings.rate = rate;
	if (delay !== undefined) settings.delayMs = delay;
}

/** Creates `locate`, in a separate function, so that the draft can be garbage-collected after the check. */
function createLocate(
	{
		site,
		handlerSite,
		wrote,
	}: Pick<RouteDraft, "site" | "handlerSite" | "wrote">,
	defaults: Pick<DefaultsDraft, "site" | "wrote">,
): RouteSettings["locate"] {
	return (...keys) => {
		const [key, ...inner] = keys;
		if (key === "handler") return handlerSite.at(...inner);
		const isInherited =
			key !== undefined && !wrote(String(key)) && defaults.wrote(String(key));
		return (isInherited ? defaults.site : site).at(...keys);
	};
}

/** Creates the check against the route's schema. It keeps only the necessary parts of the draft. */
function createSchemaCheck({
	site,
	match,
	matchKeys,
	matchValues,
}: WithMatch): RouteSettings["checkSchema"] {
	if (match === undefined) return undefined;
	const route = { site, match, matchKeys, matchValues };
	return (kind) => checkMatchAgainst(kind, route);
}

/** Without a kind there is none to take the methods from. */
function freeMethods(schema: string | undefined): readonly string[] {
	return schema === undefined ? GET : POST;
}

const GET: readonly string[] = ["GET"];
const POST: readonly string[] = ["POST"];
