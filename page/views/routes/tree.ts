import type { RouteTree, TreePath, TreeRoute } from "../../state/routes.ts";
import {
	NO_NUMBERS,
	numbersOf,
	type RouteNumbers,
	sum,
	workOf,
} from "./numbers.ts";

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

/** A route: level, match and handler. Below it are its targets, if it fans out. */
export interface RouteItem {
	readonly type: "route";
	/** True for the row of a target, below a route that fans out to it. */
	readonly isTarget: boolean;
	/** Undefined if nothing is below it. */
	readonly isOpen: boolean | undefined;
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
 * narrowest level to the widest, as they are tried. The targets of a route are below it. `isOpen` says which branches are open.
 */
export function listItems(
	tree: RouteTree,
	filter: TreeFilter,
	isOpen: (key: string) => boolean,
): readonly TreeItem[] {
	const known = new Map(tree.internal.map((route) => [route.name, route]));
	const choose = (routes: readonly TreeRoute[], path: string) =>
		routes.flatMap((route) => chooseRoute(route, { path, filter, known }));
	const shown = tree.paths.flatMap((path) => {
		const kinds = path.kinds.flatMap(({ kind, levels }) => {
			const own = levels.flatMap(({ routes }) => routes);
			const routes = choose(own, path.path);
			return routes.length === 0 ? [] : [{ kind, routes }];
		});
		return kinds.length === 0 ? [] : [{ path, kinds }];
	});
	// A target that is written in a route is only below it.
	const internal = choose(
		tree.internal.filter(({ parent }) => parent === undefined),
		"",
	);
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
		...(open ? routeItems(internal, { parent: key, depth: 2, isOpen }) : []),
	];
}

/** Returns the key of the row of a route in its own place, which is the only one but for a target that several routes name. */
export function keyOf(route: string): string {
	return `route ${route}`;
}

// --- helpers ---

/** A route that is shown, and those of its targets that are. */
interface ShownRoute {
	readonly route: TreeRoute;
	readonly targets: readonly TreeRoute[];
}

interface KindRoutes {
	readonly kind: string;
	readonly routes: readonly ShownRoute[];
}

/** Chooses a route that fits, or has a target that does. A route that fits by its text is shown with all of its targets. */
function chooseRoute(
	route: TreeRoute,
	{
		path,
		filter,
		known,
	}: {
		readonly path: string;
		readonly filter: TreeFilter;
		readonly known: ReadonlyMap<string, TreeRoute>;
	},
): readonly ShownRoute[] {
	const isFit = fits(route, path, filter);
	const isWhole = isFit && filter.condition === "";
	const targets = (route.targets ?? [])
		.flatMap((name) => known.get(name) ?? [])
		.filter((target) => isWhole || fits(target, path, filter));
	return isFit || targets.length > 0 ? [{ route, targets }] : [];
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
		return [
			head,
			...routeItems(only.routes, { path, parent: key, depth: 2, isOpen }),
		];
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
			...(isKindOpen
				? routeItems(routes, { path, parent: ownKey, depth: 3, isOpen })
				: []),
		];
	});
	return [head, ...below];
}

function routeItems(
	routes: readonly ShownRoute[],
	{
		path,
		parent,
		depth,
		isOpen,
	}: {
		readonly path?: TreePath | undefined;
		readonly parent: string;
		readonly depth: number;
		isOpen(key: string): boolean;
	},
): readonly RouteItem[] {
	return routes.flatMap(({ route, targets }, at) => {
		const key = keyOf(route.name);
		const isBranch = targets.length > 0;
		const open = isBranch && isOpen(key);
		const head: RouteItem = {
			...{ type: "route", key, depth, parent, route, path, isTarget: false },
			isOpen: isBranch ? open : undefined,
			numbers: numbersOf(route),
			...{ size: routes.length, position: at + 1 },
		};
		return open ? [head, ...targetItems(targets, head)] : [head];
	});
}

function targetItems(
	targets: readonly TreeRoute[],
	{ key: parent, depth, route: { name } }: RouteItem,
): readonly RouteItem[] {
	return targets.map((route, at) => ({
		...{ type: "route", parent, depth: depth + 1, route, path: undefined },
		key: route.parent === name ? keyOf(route.name) : `${parent} ${route.name}`,
		...{ isTarget: true, isOpen: undefined, numbers: workOf(route) },
		...{ size: targets.length, position: at + 1 },
	}));
}

/** Adds up the routes, and the targets that are written in them. */
function sumOf(routes: readonly ShownRoute[]): RouteNumbers {
	return routes
		.flatMap(({ route, targets }) => [
			route,
			...targets.filter(({ parent }) => parent === route.name),
		])
		.map(numbersOf)
		.reduce(sum, NO_NUMBERS);
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
