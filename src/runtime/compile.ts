import { type Finding, hasErrors } from "../config/finding.ts";
import type { RouteSettings, Settings } from "../config/settings.ts";
import { createAddressReader } from "../gate/address.ts";
import { createClientFinder } from "../gate/client-address.ts";
import { createFirewall, type Firewall } from "../gate/firewall.ts";
import { compileRanges } from "../gate/ranges.ts";
import { UNSIGNED } from "../gate/signature.ts";
import type { Handler } from "../handler/handler.ts";
import { createRouteUrls } from "../handler/template-url.ts";
import type { Kind, KindCatalog } from "../kind/kind.ts";
import { compileKind, createKindReader, loadSchemaKind } from "../kind/load.ts";
import { createOpenKind } from "../kind/open.ts";
import type { Log } from "../observe/log.ts";
import { groupBy } from "../route/group.ts";
import { createStack, type Door } from "../route/stack.ts";
import { createTable } from "../route/table.ts";
import { createHandlerBuilder, type HandlerBuilder } from "./handlers.ts";
import { memo } from "./memo.ts";
import { compileNetworks } from "./networks.ts";
import type { Runtime } from "./runtime.ts";
import type { ServedRoute } from "./served-route.ts";

/** The runtime, and what was found on the way; the runtime is undefined when a finding is an error. */
export interface Compiled {
	readonly runtime: Runtime | undefined;
	readonly findings: readonly Finding[];
}

export interface CompileOptions {
	/** Sets the plugins up; undefined to check only. */
	readonly log: Log | undefined;
	/** All routes that the filter `url` may name, default those of the settings. */
	readonly names?: Iterable<{ readonly name: string; readonly path: string }>;
}

/**
 * Makes all that serving takes, so that a request only runs: kinds, templates, files, plugins, doors
 * and the table. With a `log` the plugins are set up; when anything fails, those that were are torn
 * down again.
 */
export async function compile(
	settings: Settings,
	kinds: KindCatalog,
	{ log, names = settings.routes }: CompileOptions,
): Promise<Compiled> {
	const findings: Finding[] = [];
	const findKind = createKindFinder(kinds, findings);
	const base: Base = { url: settings.server.publicUrl };
	const builder = createHandlerBuilder({
		folder: settings.folder,
		urls: createRouteUrls(() => base.url, names),
		log,
	});
	const built = await Promise.all(
		settings.routes.map(async (route) => {
			const kind = await findKind(route);
			return kind && buildRoute(route, kind, builder, findings);
		}),
	);
	const routes = built.filter((route) => route !== undefined);
	if (routes.length < built.length || hasErrors(findings)) {
		await closeAll(routes);
		return { runtime: undefined, findings };
	}
	return { runtime: createRuntime(settings, routes, base), findings };
}

// --- helpers ---

/** The public URL, which may only be known when the port is. */
interface Base {
	url: string;
}

/** Finds a route's kind and compiles it; what is wrong with its file becomes findings once. */
function createKindFinder(
	kinds: KindCatalog,
	findings: Finding[],
): (route: RouteSettings) => Promise<Kind | undefined> {
	const reader = createKindReader();
	const open = createOpenKind();
	const known = new Map<string, Promise<Kind | undefined>>();
	const find = async ({
		kind: name,
		schema,
	}: RouteSettings): Promise<Kind | undefined> => {
		if (schema !== undefined) {
			const loaded = await loadSchemaKind(schema, reader);
			findings.push(...loaded.findings);
			if (loaded.kind !== undefined) findings.push(...compileKind(loaded.kind));
			return loaded.kind;
		}
		const kind = name === undefined ? open : kinds.get(name);
		if (kind !== undefined) findings.push(...compileKind(kind));
		return kind;
	};
	return (route) =>
		memo(known, route.schema ?? route.kind ?? "", () => find(route));
}

async function buildRoute(
	route: RouteSettings,
	kind: Kind,
	builder: HandlerBuilder,
	findings: Finding[],
): Promise<ServedRoute | undefined> {
	const mode = route.mode ?? kind.mode;
	const place = { route, kind, mode };
	const main = await builder.build(route.handler, { ...place, key: "handler" });
	findings.push(...main.findings);
	let fallback: Handler | undefined;
	if (route.fallback !== undefined) {
		const spare = await builder.build(route.fallback, {
			...place,
			key: "fallback",
		});
		findings.push(...spare.findings);
		fallback = spare.handler;
	}
	if (main.handler === undefined) {
		await fallback?.close?.();
		return undefined;
	}
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
		onInvalid: route.onInvalid,
	};
}

function createRuntime(
	settings: Settings,
	routes: readonly ServedRoute[],
	base: Base,
): Runtime {
	const { networks, server } = settings;
	// Most routes name the same networks: one firewall for all of them is one that stays in the cache.
	const firewalls = new Map<string, Firewall>();
	const toFirewall = (names: readonly string[]): Firewall =>
		memo(firewalls, names.join(" "), () =>
			createFirewall(names, compileNetworks(names, networks)),
		);
	const toDoor = ({
		firewall,
		onDenied,
		bodyLimitBytes,
	}: RouteSettings): Door => ({
		firewall: toFirewall(firewall),
		onDenied,
		signature: UNSIGNED,
		bodyLimitBytes,
	});
	// Routes of one path agree about the door: the check has seen to it.
	const doors = new Map(settings.routes.map((route) => [route.path, route]));
	const stacks = [...groupBy(routes, ({ path }) => path)].map(([path, group]) =>
		createStack(path, group, toDoor(doors.get(path) as RouteSettings)),
	);
	const trusted =
		compileNetworks(server.trustedProxies, networks) ?? compileRanges([]);
	const stop = new AbortController();
	return {
		table: createTable(stacks),
		routes,
		findClient: createClientFinder(trusted, createAddressReader()),
		publicUrl: () => base.url,
		servedOn(port) {
			if (server.isPublicUrlWritten) return;
			const url = new URL(base.url);
			url.port = String(port);
			base.url = url.origin;
		},
		drain: stop.signal,
		abort: (reason) => stop.abort(reason),
		close: () => closeAll(routes),
	};
}

async function closeAll(routes: readonly ServedRoute[]): Promise<void> {
	await Promise.all(
		routes.flatMap(({ handler, fallback }) => [
			handler.close?.(),
			fallback?.close?.(),
		]),
	);
}
