import type { RouteTree, TreePath, TreeRoute } from "../../state/routes.ts";
import { NO_NUMBERS, numbersOf, type RouteNumbers, sum } from "./numbers.ts";

/** A row of the tree. */
export type TreeItem = BranchItem | RouteItem;

/** A path, a kind of a path with several, or the routes without a path. */
export interface BranchItem {
	readonly type: "path" | "kind" | "internal";
	readonly key: string;
	/** From 1 on, as `aria-level`. */
	readonly depth: number;
	readonly parent: string | undefined;
	/** The path or the kind. */
	readonly name: string;
	/** The kinds of a path, if it has one. */
	readonly kind: string | undefined;
	readonly path: TreePath | undefined;
	readonly isOpen: boolean;
	readonly numbers: RouteNumbers;
	readonly size: number;
	readonly position: number;
}

/** A route: level, match and handler. */
export interface RouteItem {
	readonly type: "route";
	readonly key: string;
	readonly depth: number;
	readonly parent: string;
	readonly route: TreeRoute;
	readonly path: TreePath | undefined;
	readonly numbers: RouteNumbers;
	readonly size: number;
	readonly position: number;
}

/** Which routes are shown. */
export interface TreeFilter {
	/** A part of a name, a path, a kind or a handler, in any case. */
	readonly text: string;
	/** Only routes in this condition. Empty for all. */
	readonly condition: string;
}

/** The conditions of routes that somebody looks for. */
export const CONDITIONS: Readonly<
	Record<string, (route: TreeRoute) => boolean>
> = {
	failing: ({ failing }) => failing !== undefined,
	paused: ({ paused }) => paused !== undefined,
	waiting: ({ inbox }) => (inbox?.waiting ?? 0) > 0,
	dead: ({ inbox }) => (inbox?.dead ?? 0) > 0,
};

/**
 * Lists the rows of the tree in their order: the paths, below them the kinds if there are several, and the routes from the
 * narrowest level to the widest, as they are tried. `isOpen` says which branches are open.
 */
export function listItems(
	tree: RouteTree,
	filter: TreeFilter,
	isOpen: (key: string) => boolean,
): readonly TreeItem[] {
	const shown = tree.paths.flatMap((path) => {
		const kinds = path.kinds.flatMap(({ kind, levels }) => {
			const routes = levels
				.flatMap(({ routes: own }) => own)
				.filter((route) => fits(route, path.path, filter));
			return routes.length === 0 ? [] : [{ kind, routes }];
		});
		return kinds.length === 0 ? [] : [{ path, kinds }];
	});
	const internal = tree.internal.filter((route) => fits(route, "", filter));
	const size = shown.length + (internal.length > 0 ? 1 : 0);
	const items = shown.flatMap(({ path, kinds }, at) =>
		pathItems(path, kinds, { size, position: at + 1, isOpen }),
	);
	if (internal.length === 0) return items;
	const key = "internal";
	const open = isOpen(key);
	return [
		...items,
		{
			...{ type: "internal", key, depth: 1, parent: undefined },
			...{ name: "internal routes", kind: undefined, path: undefined },
			...{ isOpen: open, size, position: size },
			numbers: sumOf(internal),
		},
		...(open ? routeItems(internal, undefined, key, 2) : []),
	];
}

// --- helpers ---

interface KindRoutes {
	readonly kind: string;
	readonly routes: readonly TreeRoute[];
}

function pathItems(
	path: TreePath,
	kinds: readonly KindRoutes[],
	{
		size,
		position,
		isOpen,
	}: {
		readonly size: number;
		readonly position: number;
		isOpen(key: string): boolean;
	},
): readonly TreeItem[] {
	const key = `path ${path.path}`;
	const [only, ...others] = kinds;
	const open = isOpen(key);
	const head: BranchItem = {
		...{ type: "path", key, depth: 1, parent: undefined, path },
		name: path.path,
		kind: others.length === 0 ? only?.kind : undefined,
		...{ isOpen: open, size, position },
		numbers: sumOf(kinds.flatMap(({ routes }) => routes)),
	};
	if (!open || only === undefined) return [head];
	if (others.length === 0)
		return [head, ...routeItems(only.routes, path, key, 2)];
	const below = kinds.flatMap(({ kind, routes }, at): TreeItem[] => {
		const ownKey = `${key} ${kind}`;
		const isKindOpen = isOpen(ownKey);
		return [
			{
				...{ type: "kind", key: ownKey, depth: 2, parent: key, path },
				...{ name: kind, kind, isOpen: isKindOpen },
				...{ size: kinds.length, position: at + 1 },
				numbers: sumOf(routes),
			},
			...(isKindOpen ? routeItems(routes, path, ownKey, 3) : []),
		];
	});
	return [head, ...below];
}

function routeItems(
	routes: readonly TreeRoute[],
	path: TreePath | undefined,
	parent: string,
	depth: number,
): readonly RouteItem[] {
	return routes.map((route, at) => ({
		...{ type: "route", key: `route ${route.name}`, depth, parent },
		...{ route, path, numbers: numbersOf(route) },
		...{ size: routes.length, position: at + 1 },
	}));
}

function sumOf(routes: readonly TreeRoute[]): RouteNumbers {
	return routes.map(numbersOf).reduce(sum, NO_NUMBERS);
}

function fits(
	route: TreeRoute,
	path: string,
	{ text, condition }: TreeFilter,
): boolean {
	if (CONDITIONS[condition]?.(route) === false) return false;
	if (text === "") return true;
	const wanted = text.toLowerCase();
	return [route.name, path, route.kind, route.handler].some((part) =>
		part.toLowerCase().includes(wanted),
	);
}
