import type { Answer } from "../api/client.ts";
import { call } from "../api/client.ts";
import { type Loaded, useLoaded } from "./load.ts";

export type RouteTree = Answer<"listRoutes">;
export type TreePath = RouteTree["paths"][number];
export type TreeRoute = RouteTree["internal"][number];

/** A route, and its path. Undefined for an internal route. */
export interface FlatRoute {
	readonly route: TreeRoute;
	readonly path: TreePath | undefined;
}

/** Loads the routes as a tree. `isLive` loads them again while the page is seen. */
export function useRoutes({
	isLive = false,
}: {
	readonly isLive?: boolean;
} = {}): Loaded<RouteTree> {
	return useLoaded(
		"routes",
		(signal) => call("listRoutes", { signal }),
		isLive ? { everyMs: LIVE_MS } : {},
	);
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

const LIVE_MS = 3000;
