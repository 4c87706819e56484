import { DEFAULT_RETRY } from "../../inbox/port/retry.ts";
import { unique } from "../parts/authored/authored.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/route/draft.ts";
import { schemaName } from "../read/files.ts";
import type {
	HandlerSettings,
	RouteSettings,
	ServerSettings,
} from "../settings.ts";
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
	const { name, path, firewall, signature, schema } = route;
	const handler = route.handler?.settings;
	const level = levelOf(route);
	// A mistyped kind must not pass for none.
	const isMistyped =
		(route.kind === undefined && route.wrote("kind")) ||
		(schema === undefined && route.wrote("schema"));
	if (isMistyped || name === undefined || handler === undefined) {
		return undefined;
	}
	if (route.isInternal) return toInternal(route, { name, handler, defaults });
	if (
		path === undefined ||
		level === undefined ||
		firewall === undefined ||
		signature === undefined
	) {
		return undefined;
	}
	const isReplying = replying.has(path);
	return {
		...toShared(route, name, handler, defaults),
		path,
		methods:
			route.methods ??
			(route.kind === undefined ? freeMethods(schema) : undefined),
		level,
		...(route.account && { accounts: route.account }),
		...(route.app && level === "app" ? { apps: route.app } : {}),
		firewall: firewall.names,
		signature: signature.schemes,
		bodyLimitBytes: route.bodyLimit ?? server.bodyLimitBytes,
		limit: route.limit,
		mode: route.kind === undefined ? modeOf(route) : route.mode,
		fallback: takesFallback(route) ? route.fallback?.settings : undefined,
		onDenied: outcomeOf(route, "onDenied", isReplying) ?? "reject",
		onUnsigned: outcomeOf(route, "onUnsigned", isReplying) ?? "reject",
		onInvalid: outcomeOf(route, "onInvalid", modeOf(route) === "reply"),
	};
}

// --- helpers ---

/** The keys of a request and its answer, which internal routes do not have. */
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

interface Identified {
	readonly name: string;
	readonly handler: HandlerSettings;
	readonly defaults: DefaultsDraft;
}

function toInternal(
	route: RouteDraft,
	{ name, handler, defaults }: Identified,
): RouteSettings {
	// A quarantine is for requests. The plugin that hands on gets the error.
	const onInvalid = route.onInvalid === "report" ? "report" : "reject";
	return {
		...toShared(route, name, handler, defaults),
		...NO_REQUEST,
		onInvalid,
	};
}

/** Returns the settings that all routes have. */
function toShared(
	route: RouteDraft,
	name: string,
	handler: HandlerSettings,
	defaults: DefaultsDraft,
) {
	const { schema } = route;
	const isFree = route.kind === undefined;
	return {
		name,
		...(route.parent !== undefined && { parent: route.parent }),
		kind:
			isFree && schema !== undefined ? schemaName(schema) : route.kind?.name,
		schema,
		...(isFree || schema === undefined ? {} : { isNarrowed: true }),
		match: route.match,
		copyHeaders: route.copyHeaders,
		timeoutMs: route.timeout,
		handler,
		retry: route.retry ?? DEFAULT_RETRY,
		concurrency: route.concurrency ?? DEFAULT_CONCURRENCY,
		...paceOf(route),
		orderBy:
			route.orderBy === true
				? (route.kind?.orderBy ?? [])
				: unique(route.orderBy ?? []),
		stepAside: route.stepAside,
		dedupe:
			route.dedupe === true ? undefined : route.dedupe && unique(route.dedupe),
		checkSchema: schema === undefined ? undefined : createSchemaCheck(route),
		locate: createLocate(route, defaults),
	};
}

const DEFAULT_CONCURRENCY = 10;

/** Returns what limits the pace of a route. A reply route ignores what stands in `defaults`. */
function paceOf(route: RouteDraft): Pick<RouteSettings, "rate" | "delayMs"> {
	const { rate, delay, handler } = route;
	if (modeOf(route) === "reply" || handler?.type.isUnkept) return {};
	return {
		...(rate && { rate }),
		...(delay !== undefined && { delayMs: delay }),
	};
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
	return schema === undefined ? ["GET"] : ["POST"];
}
