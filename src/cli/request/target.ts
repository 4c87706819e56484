import { formatWording } from "../../finding/finding.ts";
import { didYouMean } from "../../finding/suggest.ts";
import { adviseKind } from "../../kind/absent.ts";
import type { Kind, KindCatalog } from "../../kind/kind.ts";
import { hasPath } from "../../route/route.ts";
import type { Table } from "../../route/table.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { Pairs } from "../command.ts";
import { CannotRun } from "../io.ts";
import type { Place } from "./encode.ts";

/** The known kinds and routes. Without a configuration there are no routes. */
export interface Known {
	readonly kinds: KindCatalog;
	readonly routes: readonly ServedRoute[];
	readonly table?: Table<ServedRoute>;
}

/** Finds a kind by name, including kinds from a route's `schema`. Undefined if there is none. */
export function findKind(name: string, known: Known): Kind | undefined {
	const ofRoute = known.routes.find(({ kind }) => kind.name === name)?.kind;
	return known.kinds.get(name) ?? ofRoute;
}

/** Creates the error for an unknown kind. */
export function unknownKind(name: string, { kinds, routes }: Known): CannotRun {
	const names = new Set(kinds.keys());
	for (const { kind } of routes) names.add(kind.name);
	const { todo, isNone } = adviseKind(name, names);
	const said = formatWording({ what: `unknown kind \`${name}\``, todo });
	if (isNone) return new CannotRun(said);
	const stop = todo === undefined ? "." : "";
	return new CannotRun(`${said}${stop} \`switchhook schema\` lists the kinds.`);
}

/**
 * Finds the destination of a webhook: the route of that name, the path as it is written, or without `to` the first route of the
 * kind. Throws CannotRun if there is none.
 */
export function findPlace(
	to: string | undefined,
	kind: Kind,
	{ known, params }: { readonly known: Known; readonly params: Pairs },
): Place {
	const { routes } = known;
	const isOfKind = (route: ServedRoute) => route.kind.name === kind.name;
	if (to?.startsWith("/")) {
		return { path: to, methods: methodsAt(to, known) ?? kind.methods };
	}
	const route =
		to === undefined
			? (routes.filter(hasPath).find(isOfKind) ?? routes.find(isOfKind))
			: routes.find(({ name }) => name === to);
	if (route !== undefined && !hasPath(route))
		return { path: "/", methods: ["POST"], internal: route.name };
	if (route !== undefined) {
		return { path: fillPath(route.path, params), methods: route.methods };
	}
	if (to === undefined) {
		throw new CannotRun(
			`no route takes \`${kind.name}\`. Add one, or name a route with --to.`,
		);
	}
	const names = routes.map(({ name }) => name);
	throw new CannotRun(
		formatWording({
			what: `no route is named \`${to}\``,
			todo: didYouMean(to, names) ?? "`switchhook routes` lists the routes",
		}),
	);
}

/** Inserts values into the `:name` segments of a path. Missing ones become `example`. Throws CannotRun for an unknown name. */
export function fillPath(path: string, params: Pairs): string {
	const values = new Map(params);
	const segments = path.split("/");
	for (const name of values.keys()) {
		if (segments.includes(`:${name}`)) continue;
		throw new CannotRun(`the path ${path} has no segment :${name}`);
	}
	return segments
		.map((segment) =>
			segment.startsWith(":")
				? encodeURIComponent(values.get(segment.slice(1)) ?? "example")
				: segment,
		)
		.join("/");
}

// --- helpers ---

/** Returns the methods of a requested path. Undefined if no route has it. */
function methodsAt(
	path: string,
	{ table }: Known,
): readonly string[] | undefined {
	try {
		return table?.find(path).stack.methods;
	} catch {
		return undefined;
	}
}
