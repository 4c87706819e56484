import { setImmediate as nextTurn } from "node:timers/promises";
import { LEVELS } from "../../event/webhook.ts";
import { formatRate } from "../../finding/rate.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { RouteTally } from "../../observe/tally.ts";
import { toPlain } from "../../route/conditions/show.ts";
import { groupBy } from "../../route/group.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { AdminOperation } from "../operation.ts";
import type { AdminRouter } from "../router.ts";
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
		query: {
			type: "object",
			properties: {
				route: {
					...listOf(TEXT),
					description: "Only these routes, and the others of their paths.",
				},
			},
		},
		answers: {
			200: {
				description: "The paths, and the routes without a path.",
				schema: objectOf({ paths: listOf(path()), internal: listOf(route()) }),
			},
		},
		async handle({ router, query }) {
			const tallies = await router.tallies();
			const names = query.route as readonly string[] | undefined;
			return {
				stream: {
					type: "application/json",
					chunks: writeTree(router, tallies, names && new Set(names)),
				},
			};
		},
	},
];

// --- helpers ---

/** Writes the tree piece by piece, because 10,000 routes at once would keep webhooks waiting. */
async function* writeTree(
	router: AdminRouter,
	tallies: ReadonlyMap<string, RouteTally>,
	wanted: ReadonlySet<string> | undefined,
): AsyncGenerator<string> {
	const { table, routes } = router.runtime();
	const describe = createDescriber(router, tallies);
	const isWanted = ({ name }: ServedRoute): boolean =>
		wanted === undefined || wanted.has(name);
	const stacks = table.stacks.filter((stack) => stack.routes.some(isWanted));
	const reached = new Set(table.stacks.flatMap((stack) => stack.routes));
	const internal = routes.filter((one) => !reached.has(one) && isWanted(one));
	yield '{"paths":[';
	yield* writeItems(stacks, (stack) => ({
		path: stack.path,
		methods: stack.methods,
		bodyLimitBytes: stack.bodyLimitBytes,
		...(stack.limit && { limit: formatRate(stack.limit.intervalMs) }),
		onDenied: stack.onDenied,
		onUnsigned: stack.onUnsigned,
		...describe.door(stack.routes[0]),
		kinds: toKinds(stack.routes, describe.route),
	}));
	yield '],"internal":[';
	yield* writeItems(internal, describe.route);
	yield "]}";
}

/** Writes the items of a list, and lets other work come first every few milliseconds. */
async function* writeItems<T>(
	items: readonly T[],
	describe: (item: T) => unknown,
): AsyncGenerator<string> {
	let text = "";
	let since = performance.now();
	for (const [at, item] of items.entries()) {
		text += `${at === 0 ? "" : ","}${JSON.stringify(describe(item))}`;
		if (performance.now() - since < TURN_MS) continue;
		yield text;
		text = "";
		await nextTurn();
		since = performance.now();
	}
	if (text !== "") yield text;
}

const TURN_MS = 5;

function path() {
	return objectOf(
		{
			path: TEXT,
			methods: listOf(TEXT),
			bodyLimitBytes: COUNT,
			limit: about("For each client, such as `100/s`.", TEXT),
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
		},
		["limit"],
	);
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
			targets: about(
				"The routes that each get a delivery of an event. Absent unless the route fans out.",
				listOf(TEXT),
			),
			parent: about(
				"The route that fans out to this one, if it is written there.",
				TEXT,
			),
			fallback: TEXT,
			timeoutMs: COUNT,
			concurrency: COUNT,
			rate: about("How many handlers start in a time, such as `10/s`.", TEXT),
			delayMs: about("Between the arrival and the first attempt.", COUNT),
			paused: about(
				"The pause of the route. Absent if it is not paused.",
				objectOf({ since: TIME, until: TIME, why: TEXT }, ["until", "why"]),
			),
			onInvalid: TEXT,
			file: TEXT,
			line: COUNT,
			counts: objectOf(
				{
					webhooks: about(
						"By outcome, since the start, or since the route got another kind, level or mode. The same counts as in `/metrics`.",
						COUNTS,
					),
					attempts: about("By outcome, since then.", COUNTS),
					lastMinute: about("Webhooks in the last 60 seconds.", COUNT),
					perSecond: about("The same as a rate.", { type: "number" }),
					lastAt: TIME,
				},
				["lastAt"],
			),
		},
		[
			"level",
			"match",
			"targets",
			"parent",
			"fallback",
			"rate",
			"delayMs",
			"paused",
		],
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
	const pauses = new Map(
		router
			.runtime()
			.pauses.list()
			.map(({ route, ...pause }) => [route, pause]),
	);
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
			const written = settings.get(name);
			const { file = "", line = 0 } = written?.locate() ?? {};
			const { rate, delayMs } = written ?? {};
			const paused = pauses.get(name);
			const fallback = served.describe("fallback", show);
			return {
				name,
				kind: kind.name,
				...(level !== undefined && { level }),
				mode,
				...(match !== undefined && { match: toPlain(match) }),
				handler: served.describe("handler", show) ?? "-",
				...(served.targets && {
					targets: served.targets.map((target) => target.name),
				}),
				...(served.parent !== undefined && { parent: served.parent }),
				...(fallback !== undefined && { fallback }),
				timeoutMs: served.timeoutMs,
				concurrency: served.concurrency,
				...(rate !== undefined && { rate: formatRate(rate.intervalMs) }),
				...(delayMs !== undefined && { delayMs }),
				...(paused !== undefined && { paused }),
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
