import { DEFAULT_RETRY } from "../../inbox/port/retry.ts";
import { unique } from "../parts/authored.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/draft.ts";
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
	const { name, path, firewall, signature, schema } = route;
	const handler = route.handler?.settings;
	const level = levelOf(route);
	// A mistyped kind must not pass for none.
	const isMistyped =
		(route.kind === undefined && route.wrote("kind")) ||
		(schema === undefined && route.wrote("schema"));
	if (
		isMistyped ||
		name === undefined ||
		path === undefined ||
		level === undefined ||
		firewall === undefined ||
		signature === undefined ||
		handler === undefined
	) {
		return undefined;
	}
	const isFree = route.kind === undefined;
	const isReplying = replying.has(path);
	return {
		name,
		path,
		kind:
			isFree && schema !== undefined ? schemaName(schema) : route.kind?.name,
		schema,
		...(isFree || schema === undefined ? {} : { isNarrowed: true }),
		methods: route.methods ?? (isFree ? freeMethods(schema) : undefined),
		level,
		...(route.account && { accounts: route.account }),
		...(route.app && level === "app" ? { apps: route.app } : {}),
		match: route.match,
		firewall: firewall.names,
		signature: signature.schemes,
		copyHeaders: route.copyHeaders,
		bodyLimitBytes: route.bodyLimit ?? server.bodyLimitBytes,
		mode: isFree ? modeOf(route) : route.mode,
		timeoutMs: route.timeout,
		handler,
		fallback: takesFallback(route) ? route.fallback?.settings : undefined,
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
		onDenied: outcomeOf(route, "onDenied", isReplying) ?? "reject",
		onUnsigned: outcomeOf(route, "onUnsigned", isReplying) ?? "reject",
		onInvalid: outcomeOf(route, "onInvalid", modeOf(route) === "reply"),
		checkSchema: schema === undefined ? undefined : createSchemaCheck(route),
		locate: createLocate(route, defaults),
	};
}

// --- helpers ---

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
	{ site, wrote }: Pick<RouteDraft, "site" | "wrote">,
	defaults: Pick<DefaultsDraft, "site" | "wrote">,
): RouteSettings["locate"] {
	return (...keys) => {
		const [key] = keys;
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
