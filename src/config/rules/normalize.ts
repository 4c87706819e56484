import { DEFAULT_RETRY } from "../../inbox/port/retry.ts";
import { unique } from "../parts/authored.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/draft.ts";
import { schemaName } from "../read/files.ts";
import type { RouteSettings, ServerSettings } from "../settings.ts";
import { takesFallback } from "./answers.ts";
import { levelOf, modeOf, outcomeOf } from "./effective.ts";
import { checkMatchAgainst, type WithMatch } from "./match.ts";

/** Holds everything that a route's settings depend on besides the route itself. */
export interface RouteSurroundings {
	readonly defaults: DefaultsDraft;
	readonly server: ServerSettings;
	/** The paths on which a route replies. */
	readonly replying: ReadonlySet<string>;
}

/** Turns a route without mistakes into its settings; undefined for one with mistakes. */
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

/** A function of its own, so that the draft is gone when the check is done. */
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

/** Keeps of the draft what the check needs. */
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
