import type { RouteSettings, Settings } from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import { SCHEMES } from "../../gate/schemes/index.ts";
import type { Schemes } from "../../gate/schemes/table.ts";
import type {
	HandlerTypes,
	UpstreamState,
} from "../../handler/handler-type.ts";
import { createTemplates } from "../../handler/template/templates.ts";
import {
	createRouteUrls,
	type NamedPath,
} from "../../handler/template/urls.ts";
import { HANDLER_TYPES } from "../../handler/types.ts";
import { type Inputs, NO_INPUTS } from "../../inputs.ts";
import type { Kind, KindCatalog } from "../../kind/kind.ts";
import {
	compileKind,
	createKindReader,
	loadSchemaKind,
} from "../../kind/load.ts";
import { narrowKind } from "../../kind/narrow.ts";
import { createOpenKind } from "../../kind/open.ts";
import { memo } from "../../memo.ts";
import type { Log } from "../../observe/log.ts";
import { groupBy } from "../../route/group.ts";
import { hasPath } from "../../route/route.ts";
import { inTurns, mapInTurns } from "../../turns.ts";
import { createHandOn } from "../inbox/hand-on.ts";
import { circuit } from "../own/cause.ts";
import {
	type Base,
	closeRoutes,
	createRuntime,
	type Runtime,
} from "../runtime.ts";
import type { ServedRoute } from "../served-route.ts";
import { createServices, type Services } from "../services.ts";
import { buildRoute, createShared, headersAmong } from "./build-route.ts";
import { bindTargets } from "./fan-out.ts";
import { createHandlerBuilder } from "./handlers.ts";
import { findUnreached } from "./reach.ts";
import { checkReplays } from "./replays.ts";
import { findUnusedTables } from "./unused-tables.ts";

/** The runtime and the findings. The runtime is undefined if a finding is an error. */
export interface Compiled {
	readonly runtime: Runtime | undefined;
	readonly findings: readonly Finding[];
	/** The names of unused tables, as far as a configuration without errors can tell. */
	readonly unusedTables: readonly string[];
}

export interface CompileOptions {
	/** Sets the plugins up. Undefined to only check them. */
	readonly log: Log | undefined;
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** The services of the previous configuration. Default: new ones, without an inbox. */
	readonly services?: Services | undefined;
	/** All routes that the filter `url` can refer to. Default: the routes of the settings. */
	readonly names?: Iterable<NamedPath>;
	/** The signature schemes that the settings were read with. Default: the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Returns a number from 0 up to, but not including, 1, for the delays of retries. Default: Math.random. */
	readonly random?: (() => number) | undefined;
	/** Gets the files that plugins are read from. Default: none. */
	readonly inputs?: Inputs | undefined;
}

/**
 * Creates all parts that serving needs, so that a request compiles nothing: kinds, templates, files, plugins, gates and the
 * table. With a `log` the plugins are set up. If anything fails, the plugins that were set up are torn down again.
 */
export async function compile(
	settings: Settings,
	kinds: KindCatalog,
	{
		log,
		handlerTypes = HANDLER_TYPES,
		names = settings.routes,
		services = createServices(undefined, handlerTypes),
		schemes = SCHEMES,
		random,
		inputs = NO_INPUTS,
	}: CompileOptions,
): Promise<Compiled> {
	const findings: Finding[] = [];
	const findKind = createKindFinder(kinds, schemes, findings);
	const base: Base = { url: settings.server.publicUrl };
	const stop = new AbortController();
	const served = new Map<string, ServedRoute>();
	const matched = headersMatchedOn(settings.routes);
	const templates = createTemplates(
		createRouteUrls(() => base.url, names),
		settings.tables,
	);
	const handOn = createHandOn({
		find: (name) => served.get(name),
		drain: () => stop.signal,
		inbox: services.inbox,
	});
	const builder = createHandlerBuilder({
		types: handlerTypes,
		resources: services.resources,
		checker: services.checker,
		folder: settings.folder,
		inputs,
		urls: templates.urls,
		templates,
		log,
		keeper: services.state,
		async handOn(...args) {
			await handOn(...args);
		},
		publicUrl: () => base.url,
		onUpstream: createUpstreamListener(services),
	});
	// A check opens no inbox, so the settings tell whether there will be one.
	const hasInbox =
		services.inbox !== undefined ||
		(log === undefined && settings.inbox.store.type !== "none");
	const shared = createShared(schemes);
	const known = { hasInbox, handlerTypes, services, shared };
	const build = async (
		route: RouteSettings,
	): Promise<ServedRoute | undefined> => {
		const kind = await findKind(route);
		if (kind === undefined) return undefined;
		findings.push(...(route.checkSchema?.(kind) ?? []));
		const headers = matched.get(route.path ?? "") ?? [];
		return buildRoute(route, { ...known, kind, headers }, builder, findings);
	};
	const built = await mapInTurns(settings.routes, build);
	findings.push(...templates.findings());
	const routes = built.filter((route) => route !== undefined);
	if (routes.length < built.length || hasErrors(findings)) {
		await closeRoutes(routes);
		return { runtime: undefined, findings, unusedTables: [] };
	}
	const bound = bindTargets(routes, settings.routes, { handlerTypes, shared });
	for (const route of bound) served.set(route.name, route);
	for (const route of settings.routes) {
		const one = served.get(route.name) as ServedRoute;
		const replays = checkReplays(route, one, settings);
		if (replays !== undefined) findings.push(replays);
	}
	findings.push(...findUnreached(settings.routes, served, hasInbox));
	const parts = { base, services, stop, random, handOn };
	const runtime = await inTurns(createRuntime(settings, bound, parts));
	const unusedTables = findUnusedTables(settings, templates);
	return { runtime, findings, unusedTables };
}

// --- helpers ---

/** Finds a route's kind and compiles it. The mistakes in its file are reported once. */
function createKindFinder(
	kinds: KindCatalog,
	schemes: Schemes,
	findings: Finding[],
): (route: RouteSettings) => Promise<Kind | undefined> {
	const reader = createKindReader(schemes);
	const open = createOpenKind();
	const bySchema = new Map<string, Map<string, Promise<Kind | undefined>>>();
	const find = async ({
		kind: name,
		schema,
		isNarrowed = false,
	}: RouteSettings): Promise<Kind | undefined> => {
		const wide = name === undefined ? open : kinds.get(name);
		let kind = wide;
		if (schema !== undefined) {
			const loaded = await loadSchemaKind(schema, reader);
			findings.push(...loaded.findings);
			const own = loaded.kind;
			kind = own && wide && isNarrowed ? narrowKind(wide, own) : own;
		}
		if (kind !== undefined) findings.push(...compileKind(kind));
		return kind;
	};
	return (route) => {
		const { kind = "", schema = "", isNarrowed = false } = route;
		const known = memo(bySchema, schema, () => new Map());
		const key = schema === "" || isNarrowed ? kind : "";
		return memo(known, key, () => find(route));
	};
}

/** Raises the own events of circuits. A failing alert MUST NOT cause another one. */
function createUpstreamListener({ own }: Services) {
	return (change: UpstreamState): void => {
		if (!change.isOwn) own.raise(circuit(change.route, change));
	};
}

/**
 * Collects, for each path, the headers that any of its routes matches on. A quarantined delivery may be released to another
 * route of its path.
 */
function headersMatchedOn(
	routes: readonly RouteSettings[],
): ReadonlyMap<string, readonly string[]> {
	const matching = routes
		.filter(hasPath)
		.filter(({ match }) => match !== undefined);
	return new Map(
		[...groupBy(matching, ({ path }) => path)].map(([path, group]) => [
			path,
			headersAmong(group.flatMap(({ match }) => [...(match?.keys() ?? [])])),
		]),
	);
}
