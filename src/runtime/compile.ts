import type { RouteSettings, Settings } from "../config/settings.ts";
import { isRecord } from "../event/is-record.ts";
import {
	createHeaderFilter,
	type HeaderFilter,
} from "../event/kept-headers.ts";
import type { Payload } from "../event/webhook.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { Handler } from "../handler/handler.ts";
import type { HandlerBuilder, HandlerTypes } from "../handler/handler-type.ts";
import { createTemplates } from "../handler/template/templates.ts";
import { createRouteUrls } from "../handler/template/urls.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import type { KeyOf } from "../inbox/port/keys.ts";
import { createDedupeKey, createOrderKey } from "../inbox/port/keys.ts";
import { type Inputs, NO_INPUTS } from "../inputs.ts";
import { createTextRestorer, isInTextField } from "../kind/decode.ts";
import type { KeyField, Kind, KindCatalog } from "../kind/kind.ts";
import { compileKind, createKindReader, loadSchemaKind } from "../kind/load.ts";
import { narrowKind } from "../kind/narrow.ts";
import { createOpenKind } from "../kind/open.ts";
import { memo } from "../memo.ts";
import type { Log } from "../observe/log.ts";
import { groupBy } from "../route/group.ts";
import type { TableUsage } from "../table/usage.ts";
import { inTurns, mapInTurns } from "../turns.ts";
import { secretHeadersOf, secretParametersOf } from "./doors.ts";
import { createHandlerBuilder } from "./handlers.ts";
import { createHandOn } from "./inbox/hand-on.ts";
import { checkReplays } from "./replays.ts";
import {
	type Base,
	closeRoutes,
	createRuntime,
	type Runtime,
} from "./runtime.ts";
import type { ServedRoute } from "./served-route.ts";
import { createServices, type Services } from "./services.ts";

/** The runtime, and what was found on the way; the runtime is undefined when a finding is an error. */
export interface Compiled {
	readonly runtime: Runtime | undefined;
	readonly findings: readonly Finding[];
	/** Names of tables that nothing looks up, as far as a configuration without errors tells. */
	readonly unusedTables: readonly string[];
}

export interface CompileOptions {
	/** Sets the plugins up; undefined to check only. */
	readonly log: Log | undefined;
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** Those of the configuration before; default new ones, without an inbox. */
	readonly services?: Services | undefined;
	/** All routes that the filter `url` may name, default those of the settings. */
	readonly names?: Iterable<{ readonly name: string; readonly path: string }>;
	/** The signature schemes that the settings were read by; default the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** From 0 up to, but not including, 1, for the delays of retries; default Math.random. */
	readonly random?: (() => number) | undefined;
	/** Hear of the files that plugins are read from; default nobody does. */
	readonly inputs?: Inputs | undefined;
}

/**
 * Makes all that serving takes, so that a request only runs: kinds, templates, files, plugins, doors
 * and the table. With a `log` the plugins are set up; when anything fails, those that were are torn
 * down again.
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
		handOn: createHandOn({
			find: (name) => served.get(name),
			drain: () => stop.signal,
			inbox: services.inbox,
		}),
		publicUrl: () => base.url,
	});
	// What is only checked would keep what the settings say.
	const hasInbox =
		services.inbox !== undefined ||
		(log === undefined && settings.inbox.store.type !== "none");
	const known = { hasInbox, handlerTypes, shared: createShared(schemes) };
	const build = async (
		route: RouteSettings,
	): Promise<ServedRoute | undefined> => {
		const kind = await findKind(route);
		if (kind === undefined) return undefined;
		findings.push(...(route.checkSchema?.(kind) ?? []));
		const headers = matched.get(route.path) ?? [];
		return buildRoute(route, { ...known, kind, headers }, builder, findings);
	};
	const built = await mapInTurns(settings.routes, build);
	findings.push(...templates.findings());
	const routes = built.filter((route) => route !== undefined);
	if (routes.length < built.length || hasErrors(findings)) {
		await closeRoutes(routes);
		return { runtime: undefined, findings, unusedTables: [] };
	}
	for (const [index, route] of built.entries()) {
		if (route === undefined) continue;
		served.set(route.name, route);
		const replays = checkReplays(
			settings.routes[index] as RouteSettings,
			route,
			settings,
		);
		if (replays !== undefined) findings.push(replays);
	}
	const parts = { base, services, stop, random };
	const runtime = await inTurns(createRuntime(settings, routes, parts));
	for (const { match } of settings.routes) noteMatched(match, templates.usage);
	const unusedTables = [...settings.tables.keys()].filter(
		(name) => !templates.usage.isUsed(name),
	);
	return { runtime, findings, unusedTables };
}

// --- helpers ---

/** Finds a route's kind and compiles it; what is wrong with its file becomes findings once. */
function createKindFinder(
	kinds: KindCatalog,
	schemes: Schemes,
	findings: Finding[],
): (route: RouteSettings) => Promise<Kind | undefined> {
	const reader = createKindReader(schemes);
	const open = createOpenKind();
	const known = new Map<string, Promise<Kind | undefined>>();
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
		const key = JSON.stringify([
			schema === "" || isNarrowed ? kind : "",
			schema,
		]);
		return memo(known, key, () => find(route));
	};
}

type Signature = RouteSettings["signature"];

/** Makes what depends on a few names alone: one for all routes that say the same stays in the cache. */
function createShared(schemes: Schemes) {
	const dedupeKeys = new Map<Kind, Map<string, KeyOf>>();
	const orderKeys = new Map<string, KeyOf>();
	const parameters = new Map<Kind, Map<string, readonly string[]>>();
	const filters = new Map<string, HeaderFilter>();
	return {
		/** @param fields the route's own, default those of the kind */
		dedupeKey(kind: Kind, fields?: readonly KeyField[]) {
			const ofKind = memo(dedupeKeys, kind, () => new Map<string, KeyOf>());
			const key = fields === undefined ? "" : JSON.stringify(fields);
			return memo(ofKind, key, () =>
				asSent(
					fields === undefined
						? createDedupeKey(kind.dedupe, kind.dedupeNeeds)
						: createDedupeKey(fields, []),
					kind,
					fields?.flat(),
				),
			);
		},
		secretParameters(signature: Signature, kind: Kind) {
			const ofKind = memo(parameters, kind, () => new Map());
			const key = signature.map(({ scheme }) => scheme.name).join(" ");
			return memo(ofKind, key, () =>
				secretParametersOf(signature, kind, schemes),
			);
		},
		orderKey(fields: readonly KeyField[]) {
			const key = JSON.stringify(fields);
			return memo(orderKeys, key, () => createOrderKey(fields));
		},
		/** @param names the headers to keep, but for those that the signature's schemes prove an origin by */
		headerFilter(names: readonly string[], signature: Signature) {
			const own = signature.flatMap(({ secretHeaders }) => secretHeaders);
			const key = `${names.join(" ")} but ${own.join(" ")}`;
			return memo(filters, key, () =>
				createHeaderFilter(names, secretHeadersOf(signature, schemes)),
			);
		},
	};
}

/** The facts about a route besides its settings. */
interface Known {
	readonly kind: Kind;
	readonly hasInbox: boolean;
	/** Headers that its path matches on, lower case. */
	readonly headers: readonly string[];
	readonly shared: ReturnType<typeof createShared>;
	readonly handlerTypes: HandlerTypes;
}

async function buildRoute(
	route: RouteSettings,
	{ kind, hasInbox, headers, handlerTypes, shared }: Known,
	builder: HandlerBuilder,
	findings: Finding[],
): Promise<ServedRoute | undefined> {
	const mode = route.mode ?? kind.mode;
	const site = { route, kind, mode };
	const main = await builder.build(route.handler, { ...site, key: "handler" });
	findings.push(...main.findings);
	let fallback: Handler | undefined;
	if (route.fallback !== undefined) {
		const spare = await builder.build(route.fallback, {
			...site,
			key: "fallback",
		});
		findings.push(...spare.findings);
		fallback = spare.handler;
	}
	if (main.handler === undefined) {
		await fallback?.close?.();
		return undefined;
	}
	const { isFetched = false, isUnkept = false } =
		handlerTypes.get(route.handler.type) ?? {};
	return {
		name: route.name,
		path: route.path,
		methods: route.methods ?? kind.methods,
		kind,
		level: route.level,
		match: route.match,
		mode,
		timeoutMs: route.timeoutMs ?? kind.timeoutMs,
		handler: main.handler,
		fallback,
		onInvalid:
			route.onInvalid ??
			(mode === "accept" && hasInbox ? "quarantine" : "reject"),
		dedupeKeyOf: shared.dedupeKey(kind, route.dedupe),
		orderKeyOf: shared.orderKey(route.orderBy),
		stepAside: route.stepAside,
		concurrency: route.concurrency,
		retry: route.retry,
		secretParameters: shared.secretParameters(route.signature, kind),
		keepHeaders: shared.headerFilter(
			[...headers, ...headersOf(route, kind, [main.handler, fallback])],
			route.signature,
		),
		isFetched,
		isUnkept,
		// What anybody may fetch is no webhook: a stranger could fill the inbox with it.
		isRecorded:
			mode === "reply" &&
			!isUnkept &&
			!(isFetched && route.kind === undefined && route.schema === undefined),
		describe(runs, show) {
			const settings = route[runs];
			return (
				settings && handlerTypes.get(settings.type)?.describe(settings, show)
			);
		},
	};
}

/**
 * A key of a payload as it was sent: what a decoder learns to change later makes no duplicate new. One of fields that are inside of
 * what may come as text, such as `dtmf.digits`, is read of the decoded payload, which has them in any case.
 */
function asSent(
	keyOf: KeyOf,
	{ schema }: Kind,
	fields: readonly string[] = [],
): KeyOf {
	const restore = createTextRestorer(schema);
	const isInside = fields.some((field) => isInTextField(schema, field));
	return restore === undefined || isInside
		? keyOf
		: (webhook) =>
				keyOf({ ...webhook, payload: restore(webhook.payload as Payload) });
}

/** Notes the tables that the conditions of a match look up, those inside of `not` too. */
function noteMatched(match: RouteSettings["match"], usage: TableUsage): void {
	const note = (written: unknown): void => {
		if (!isRecord(written)) return;
		if (typeof written.in === "string") usage.use(written.in);
		note(written.not);
	};
	for (const conditions of match?.values() ?? [])
		for (const { written } of conditions) note(written);
}

/** The headers that a route names in any way, lower case. */
function headersOf(
	{ copyHeaders, dedupe, orderBy, signature }: RouteSettings,
	kind: Pick<Kind, "dedupe" | "dedupeNeeds">,
	built: readonly (Handler | undefined)[],
): readonly string[] {
	return [
		...(copyHeaders ?? []),
		...signature.flatMap(({ plainHeaders }) => plainHeaders),
		...headersAmong([
			...(dedupe ?? [...kind.dedupe, ...kind.dedupeNeeds].flat()),
			...orderBy,
		]),
		...built.flatMap((one) => one?.readsHeaders ?? []),
	];
}

/** By path, the headers that any of its routes matches on: what is quarantined may be released to another one of them. */
function headersMatchedOn(
	routes: readonly RouteSettings[],
): ReadonlyMap<string, readonly string[]> {
	const matching = routes.filter(({ match }) => match !== undefined);
	return new Map(
		[...groupBy(matching, ({ path }) => path)].map(([path, group]) => [
			path,
			headersAmong(group.flatMap(({ match }) => [...(match?.keys() ?? [])])),
		]),
	);
}

/** The names of headers among fields such as `headers.x-github-delivery`. */
function headersAmong(fields: readonly string[]): readonly string[] {
	const prefix = "headers.";
	return fields
		.filter((field) => field.startsWith(prefix))
		.map((field) => field.slice(prefix.length).toLowerCase());
}
