import { setImmediate as nextTurn } from "node:timers/promises";
import { countByRoute, type RouteCounts } from "../../desk/stats.ts";
import { LEVELS } from "../../event/webhook.ts";
import { formatRate } from "../../finding/rate.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { InboxStats } from "../../inbox/port/delivery.ts";
import { NO_WORK } from "../../observe/recent.ts";
import type { RouteTally } from "../../observe/tally.ts";
import { describeSetting } from "../../platform/plan/setting-text.ts";
import { toPlain } from "../../route/conditions/show.ts";
import { groupBy } from "../../route/group.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { AdminOperation } from "../operation.ts";
import type { AdminRouter } from "../router.ts";
import { failingOf, toRate } from "../summary.ts";
import { pathSchema, routeSchema } from "./route-schemas.ts";
import { listOf, objectOf, TEXT } from "./schemas.ts";

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
				schema: objectOf({
					paths: listOf(pathSchema()),
					internal: listOf(routeSchema()),
				}),
			},
		},
		async handle({ router, query }) {
			const [tallies, sample] = await Promise.all([
				router.tallies(),
				router.counts(),
			]);
			const names = query.route as readonly string[] | undefined;
			return {
				stream: {
					type: "application/json",
					chunks: writeTree(
						router,
						createDescriber(router, tallies, sample?.stats),
						names && new Set(names),
					),
				},
			};
		},
	},
];

// --- helpers ---

/** Writes the tree piece by piece, because 10,000 routes at once would keep webhooks waiting. */
async function* writeTree(
	router: AdminRouter,
	describe: ReturnType<typeof createDescriber>,
	wanted: ReadonlySet<string> | undefined,
): AsyncGenerator<string> {
	const { table, routes, publicUrl } = router.runtime();
	const isWanted = ({ name }: ServedRoute): boolean =>
		wanted === undefined || wanted.has(name);
	const stacks = table.stacks.filter((stack) => stack.routes.some(isWanted));
	const reached = new Set(table.stacks.flatMap((stack) => stack.routes));
	const internal = routes.filter((one) => !reached.has(one) && isWanted(one));
	yield '{"paths":[';
	yield* writeItems(stacks, (stack) => ({
		path: stack.path,
		url: `${publicUrl()}${stack.path}`,
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
	stats: InboxStats | undefined,
) {
	const { folder, routes } = router.settings();
	const now = Date.now();
	const held =
		stats &&
		new Map(countByRoute(stats.byRoute).map((one) => [one.route, one]));
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
			const { rate, delayMs, accounts, apps } = written ?? {};
			const tally = tallies.get(name);
			const inbox = held && (held.get(name) ?? EMPTY);
			const failing = tally && failingOf(tally, inbox?.waiting ?? 0, now);
			const owner = { kind, level, match, accounts, apps };
			const setAt = describeSetting(owner);
			const rest = level && kind.settings[level]?.rest;
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
				isPausable: mode === "accept" && router.store !== undefined,
				...(setAt !== undefined && { setAt }),
				...(rest !== undefined && { rest }),
				...(failing !== undefined && { failing }),
				circuits: tally?.circuits ?? [],
				...(inbox !== undefined && { inbox: toInbox(inbox) }),
				onInvalid: served.onInvalid,
				file: show(file),
				line,
				counts: toCounts(tally),
			};
		},
	};
}

function toCounts(tally: RouteTally | undefined) {
	const { webhooks = {}, attempts = {}, lastMinute = 0, lastAt } = tally ?? {};
	const { spans, succeeded, failed } = tally?.recent ?? NO_WORK;
	return {
		webhooks,
		attempts,
		lastMinute,
		perSecond: toRate(lastMinute),
		...(lastAt !== undefined && { lastAt }),
		...{ spans, succeeded, failed },
	};
}

function toInbox({ received, waiting, dead, quarantined }: Held) {
	return { waiting: received + waiting, dead, quarantined };
}

/** The deliveries of one route. */
type Held = Pick<RouteCounts, "received" | "waiting" | "dead" | "quarantined">;

const EMPTY = { received: 0, waiting: 0, dead: 0, quarantined: 0 };
