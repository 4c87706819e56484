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
import type { Toll } from "../inbox/port/rate.ts";
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
	readonly names?: Iterable<{ readonly name: string; readonly path: string }>;
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

type Signature = RouteSettings["signature"];

/** Creates the parts that depend only on a few names. Routes with the same names share one, which stays in the CPU cache. */
function createShared(schemes: Schemes) {
	const dedupeKeys = new Map<Kind, Map<string, KeyOf>>();
	const orderKeys = new Map<string, KeyOf>();
	const parameters = new Map<Kind, Map<string, readonly string[]>>();
	const filters = new Map<string, HeaderFilter>();
	return {
		/** @param fields the route's own fields. Default: the fields of the kind */
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
			const key = fields.length === 0 ? "" : JSON.stringify(fields);
			return memo(orderKeys, key, () => createOrderKey(fields));
		},
		/** @param names the headers to keep, without the headers that contain a proof in the signature's schemes */
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
	/** The headers that its path matches on, in lower case. */
	readonly headers: readonly string[];
	readonly shared: ReturnType<typeof createShared>;
	readonly handlerTypes: HandlerTypes;
	readonly services: Pick<Services, "metrics">;
}

async function buildRoute(
	route: RouteSettings,
	{ kind, hasInbox, headers, handlerTypes, shared, services }: Known,
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
		tolls: tollsOf(route, main.handler),
		delayMs: route.delayMs,
		retry: route.retry,
		secretParameters: shared.secretParameters(route.signature, kind),
		keepHeaders: shared.headerFilter(
			[...headers, ...headersOf(route, kind, [main.handler, fallback])],
			route.signature,
		),
		isFetched,
		isUnkept,
		meters: services.metrics.ofRoute({
			name: route.name,
			kind: kind.name,
			level: route.level,
			mode,
		}),
		// Anybody may fetch a file, so the request is not a webhook: strangers could fill the inbox with such requests.
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

/** Returns the limits of a route and of the service that its handler calls. */
function tollsOf(
	{ name, rate }: RouteSettings,
	{ toll }: Handler,
): readonly Toll[] | undefined {
	const tolls = [
		...(rate === undefined ? [] : [{ bucket: `route ${name}`, rate }]),
		...(toll === undefined ? [] : [toll]),
	];
	return tolls.length === 0 ? undefined : tolls;
}

/**
 * Reads a key from the payload as it was sent, so that a later change of the decoder does not make a duplicate look new. A
 * field inside of a value that may be sent as text, such as `dtmf.digits`, is read from the decoded payload, where it is always
 * available.
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

/** Collects the tables that the conditions of a match look up, including the conditions inside of `not`. */
function noteMatched(match: RouteSettings["match"], usage: TableUsage): void {
	const note = (written: unknown): void => {
		if (!isRecord(written)) return;
		if (typeof written.in === "string") usage.use(written.in);
		note(written.not);
	};
	for (const conditions of match?.values() ?? [])
		for (const { written } of conditions) note(written);
}

/** Returns all headers that a route refers to, in lower case. */
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

/**
 * Collects, for each path, the headers that any of its routes matches on. A quarantined delivery may be released to another
 * route of its path.
 */
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

/** Returns the names of headers in fields such as `headers.x-github-delivery`. */
function headersAmong(fields: readonly string[]): readonly string[] {
	const prefix = "headers.";
	return fields
		.filter((field) => field.startsWith(prefix))
		.map((field) => field.slice(prefix.length).toLowerCase());
}
