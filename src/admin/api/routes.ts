import { LEVELS } from "../../event/webhook.ts";
import type { RouteTally } from "../../observe/tally.ts";
import { toPlain } from "../../route/conditions/show.ts";
import { groupBy } from "../../route/group.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { AdminOperation } from "../operation.ts";
import type { AdminRouter } from "../router.ts";
import { toShown } from "./findings.ts";
import {
	about,
	COUNT,
	COUNTS,
	listOf,
	objectOf,
	TEXT,
	TIME,
} from "./schemas.ts";

/** The routes as the resolution tree. */
export const ROUTES: readonly AdminOperation[] = [
	{
		id: "listRoutes",
		method: "GET",
		path: "/routes",
		tag: "routes",
		scope: "read",
		summary: "Returns the routes as the tree that resolves a webhook.",
		description:
			"A path has one door. Behind it, the kind is recognized, then the levels are tried from the narrowest to the widest, and on each level the routes in the order of the list.",
		answers: {
			200: {
				description: "The paths, and the routes without a path.",
				schema: objectOf({ paths: listOf(path()), internal: listOf(route()) }),
			},
		},
		async handle({ router }) {
			const tallies = await router.tallies();
			const { table, routes } = router.runtime();
			const reached = new Set(table.stacks.flatMap((stack) => stack.routes));
			const describe = createDescriber(router, tallies);
			return {
				body: {
					paths: table.stacks.map((stack) => ({
						path: stack.path,
						methods: stack.methods,
						bodyLimitBytes: stack.bodyLimitBytes,
						onDenied: stack.onDenied,
						onUnsigned: stack.onUnsigned,
						...describe.door(stack.routes[0]),
						kinds: toKinds(stack.routes, describe.route),
					})),
					internal: routes
						.filter((one) => !reached.has(one))
						.map(describe.route),
				},
			};
		},
	},
];

// --- helpers ---

function path() {
	return objectOf({
		path: TEXT,
		methods: listOf(TEXT),
		bodyLimitBytes: COUNT,
		onDenied: TEXT,
		onUnsigned: TEXT,
		firewall: about("Names of networks, or CIDRs.", listOf(TEXT)),
		signature: about("The schemes, of which one must match.", listOf(TEXT)),
		kinds: listOf(
			objectOf({
				kind: TEXT,
				levels: about(
					"From the narrowest to the widest.",
					listOf(objectOf({ level: TEXT, routes: listOf(route()) })),
				),
			}),
		),
	});
}

function route() {
	return objectOf(
		{
			name: TEXT,
			kind: TEXT,
			level: TEXT,
			mode: { enum: ["reply", "accept"] },
			match: about("The conditions, as in routes.yaml.", { type: "object" }),
			handler: TEXT,
			fallback: TEXT,
			timeoutMs: COUNT,
			concurrency: COUNT,
			onInvalid: TEXT,
			file: TEXT,
			line: COUNT,
			counts: objectOf(
				{
					webhooks: about("Since the start, by outcome.", COUNTS),
					attempts: about("Since the start, by outcome.", COUNTS),
					lastMinute: about("Webhooks in the last 60 seconds.", COUNT),
					perSecond: about("The same as a rate.", { type: "number" }),
					lastAt: TIME,
				},
				["lastAt"],
			),
		},
		["match", "fallback"],
	);
}

function toKinds<T>(
	routes: readonly ServedRoute[],
	describe: (route: ServedRoute) => T,
) {
	return [...groupBy(routes, ({ kind }) => kind.name)].map(
		([kind, ofKind]) => ({
			kind,
			levels: [...LEVELS]
				.reverse()
				.map((level) => ({
					level,
					routes: ofKind.filter((one) => one.level === level).map(describe),
				}))
				.filter((one) => one.routes.length > 0),
		}),
	);
}

/** Describes routes with the settings that they were compiled from. */
function createDescriber(
	router: AdminRouter,
	tallies: ReadonlyMap<string, RouteTally>,
) {
	const { folder, routes } = router.settings();
	const show = (file: string): string => toShown(folder, file);
	const settings = new Map(routes.map((one) => [one.name, one]));
	return {
		door: (first: ServedRoute | undefined) => {
			const written = settings.get(first?.name ?? "");
			return {
				firewall: written?.firewall ?? [],
				signature: written?.signature.map(({ scheme }) => scheme.name) ?? [],
			};
		},
		route: (served: ServedRoute) => {
			const { name, kind, level, mode, match } = served;
			const { file = "", line = 0 } = settings.get(name)?.locate() ?? {};
			const fallback = served.describe("fallback", show);
			return {
				name,
				kind: kind.name,
				level,
				mode,
				...(match !== undefined && { match: toPlain(match) }),
				handler: served.describe("handler", show) ?? "-",
				...(fallback !== undefined && { fallback }),
				timeoutMs: served.timeoutMs,
				concurrency: served.concurrency,
				onInvalid: served.onInvalid,
				file: show(file),
				line,
				counts: toCounts(tallies.get(name)),
			};
		},
	};
}

function toCounts(tally: RouteTally | undefined) {
	const { webhooks = {}, attempts = {}, lastMinute = 0, lastAt } = tally ?? {};
	return {
		webhooks,
		attempts,
		lastMinute,
		perSecond: Math.round((lastMinute / 60) * 1000) / 1000,
		...(lastAt !== undefined && { lastAt }),
	};
}
