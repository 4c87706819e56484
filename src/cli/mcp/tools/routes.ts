import {
	about,
	COUNT,
	listOf,
	objectOf,
	TEXT,
} from "../../../admin/api/schemas.ts";
import type { McpTool } from "../tool.ts";
import {
	argumentsOf,
	describeNext,
	PAGE_ARGUMENTS,
	pageOf,
	resultOf,
	toResult,
} from "./results.ts";

/** The routes as the running router serves them, or as they are on disk. */
export const ROUTES: readonly McpTool[] = [
	{
		name: "routes",
		title: "List routes",
		description:
			"Lists the routes: path, methods, kind, level, match, mode, handler, firewall, signature, pause, file and line, and the numbers of webhooks and attempts since the start of the router. For one path, the order is that in which routes are tried: the narrowest level first.",
		scope: "read",
		input: argumentsOf({
			route: about(
				"Only these routes, and the others of their paths.",
				listOf(TEXT),
			),
			...PAGE_ARGUMENTS,
		}),
		output: resultOf(
			{
				total: COUNT,
				routes: listOf(
					objectOf(
						{
							name: TEXT,
							path: about("Absent for an internal route.", TEXT),
							methods: listOf(TEXT),
							kind: TEXT,
							level: TEXT,
							mode: TEXT,
							match: { type: "object" },
							handler: TEXT,
							fallback: TEXT,
							firewall: listOf(TEXT),
							signature: listOf(TEXT),
							paused: { type: "object" },
							place: about("File and line.", TEXT),
							counts: about(
								"Webhooks and attempts by outcome. Empty without a running router.",
								{ type: "object" },
							),
						},
						[
							...["path", "methods", "level", "match", "fallback"],
							...["firewall", "signature", "paused"],
						],
					),
				),
				next: COUNT,
			},
			["next"],
		),
		async run({ route, ...paging }, { call }) {
			const query = { route: route as readonly string[] | undefined };
			const tree = (await call("GET", "/routes", { query })) as Tree;
			const page = pageOf(flatten(tree), paging);
			const { items, total, next } = page;
			return toResult({ total, routes: items, next }, [
				...items.map(describeRoute),
				...(total === 0 ? ["There are no routes."] : []),
				...describeNext(page),
			]);
		},
	},
];

// --- helpers ---

/** A route of the API, as far as it is shown. */
interface RouteAnswer {
	readonly name: string;
	readonly kind: string;
	readonly level?: string;
	readonly mode: string;
	readonly match?: object;
	readonly handler: string;
	readonly fallback?: string;
	readonly paused?: object;
	readonly file: string;
	readonly line: number;
	readonly counts: object;
}

interface Tree {
	readonly paths: readonly {
		readonly path: string;
		readonly methods: readonly string[];
		readonly firewall: readonly string[];
		readonly signature: readonly string[];
		readonly kinds: readonly {
			readonly levels: readonly { readonly routes: readonly RouteAnswer[] }[];
		}[];
	}[];
	readonly internal: readonly RouteAnswer[];
}

type FlatRoute = ReturnType<typeof toFlat> & {
	readonly path?: string;
	readonly firewall?: readonly string[];
};

function flatten({ paths, internal }: Tree): readonly FlatRoute[] {
	return [
		...paths.flatMap(({ path, methods, firewall, signature, kinds }) =>
			kinds.flatMap(({ levels }) =>
				levels.flatMap(({ routes }) =>
					routes.map((route) => ({
						...toFlat(route),
						...{ path, methods, firewall, signature },
					})),
				),
			),
		),
		...internal.map(toFlat),
	];
}

function toFlat(route: RouteAnswer) {
	const { name, kind, level, mode, match, handler, fallback, paused } = route;
	return {
		...{ name, kind, level, mode, match, handler, fallback, paused },
		counts: route.counts,
		place: `${route.file}:${route.line}`,
	};
}

function describeRoute(route: FlatRoute): string {
	const { name, path = "internal", kind, level = "-", mode, handler } = route;
	const match =
		route.match === undefined ? "" : ` ${JSON.stringify(route.match)}`;
	const paused = route.paused === undefined ? "" : ", paused";
	return `${path} ${kind} ${level}${match} → ${name} (${mode}${paused}): ${handler} at ${route.place}`;
}
