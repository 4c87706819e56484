import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Answer, call } from "../api/client.ts";
import { type Loaded, useLoaded } from "./load.ts";

export type RouteTree = Answer<"listRoutes">;
export type TreePath = RouteTree["paths"][number];
export type TreeRoute = RouteTree["internal"][number];

/** A route, and its path. Undefined for an internal route. */
export interface FlatRoute {
	readonly route: TreeRoute;
	readonly path: TreePath | undefined;
}

/** Loads the routes as a tree. `isLive` loads them again while the page is seen: the more routes, the less often. */
export function useRoutes({
	isLive = false,
}: {
	readonly isLive?: boolean;
} = {}): Loaded<RouteTree> {
	const everyMs = useSignal<number>(PACES[0].everyMs);
	const loaded = useLoaded(
		"routes",
		(signal) => call("listRoutes", { signal }),
		isLive ? { everyMs: everyMs.value } : {},
	);
	useEffect(() => {
		const { length } = flatten(loaded.value);
		const pace = PACES.find(({ routes }) => length <= routes);
		everyMs.value = pace?.everyMs ?? SLOWEST_MS;
	}, [loaded.value]);
	return loaded;
}

/** Lists all routes in the order of the tree, the internal ones last. */
export function flatten(tree: RouteTree | undefined): readonly FlatRoute[] {
	if (tree === undefined) return [];
	return [
		...tree.paths.flatMap((path) =>
			path.kinds.flatMap(({ levels }) =>
				levels.flatMap(({ routes }) =>
					routes.map((route) => ({ route, path })),
				),
			),
		),
		...tree.internal.map((route) => ({ route, path: undefined })),
	];
}

// --- helpers ---

/** A route is about a kilobyte. */
const PACES = [
	{ routes: 300, everyMs: 3000 },
	{ routes: 3000, everyMs: 15_000 },
] as const;
const SLOWEST_MS = 60_000;
