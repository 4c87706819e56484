import type { InboxStore } from "../../inbox/port/store.ts";
import {
	countWaiting,
	refusePause,
	refuseResume,
} from "../../runtime/inbox/pausable.ts";
import { type Present, readPresent } from "../../runtime/inbox/present.ts";
import type { AdminOperation, AdminRequest, JsonSchema } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

/** The pauses of routes: what `switchhook pause`, `resume` and `pauses` do. */
export const PAUSES: readonly AdminOperation[] = [
	{
		id: "listPauses",
		method: "GET",
		path: "/pauses",
		tag: "pauses",
		scope: "read",
		summary: "Lists the paused routes.",
		query: {
			type: "object",
			properties: {
				waiting: {
					type: "boolean",
					default: false,
					description:
						"Also counts the events of each paused route that wait. This reads the whole inbox.",
				},
			},
		},
		answers: {
			200: { description: "The present pauses.", schema: listOfPauses() },
		},
		async handle({ router: { store }, query: { waiting } }) {
			const { now, pauses } = await readPauses(store);
			if (waiting !== true || store === undefined || pauses.length === 0)
				return { body: { now, pauses } };
			const stats = await store.stats();
			const counted = pauses.map((pause) => ({
				...pause,
				waiting: countWaiting(pause.route, stats),
			}));
			return { body: { now, pauses: counted } };
		},
	},
	{
		id: "pauseRoutes",
		method: "POST",
		path: "/pauses",
		tag: "pauses",
		scope: "operate",
		summary: "Pauses routes in all routers of the inbox.",
		description:
			"Webhooks are still answered with 200 and stored. Attempts under way end. A route that is paused already gets the new end and reason. Only accept routes can be paused.",
		body: objectOf(
			{
				routes: names(),
				forMs: {
					type: "integer",
					minimum: 1,
					maximum: longestMs(),
					description:
						"Milliseconds until the routes are resumed. Without it, somebody has to resume them.",
				},
				why: {
					type: "string",
					maxLength: 500,
					description: "The reason, for everybody who sees the pause.",
				},
			},
			["forMs", "why"],
		),
		answers: {
			200: { description: "The present pauses.", schema: listOfPauses() },
			404: { description: "There is no route of that name." },
			409: { description: "A route is a reply route, or nothing is stored." },
		},
		async handle({ router, body, actor }) {
			const { routes, forMs, why } = body as PauseBody;
			const store = needStore(router.store);
			refuse(routes, router);
			await store.pause(routes, { forMs, why });
			router.log.info({ actor, routes }, "routes were paused by request");
			return { body: await readPauses(store) };
		},
	},
	{
		id: "resumeRoutes",
		method: "POST",
		path: "/pauses/resume",
		tag: "pauses",
		scope: "operate",
		summary: "Resumes paused routes.",
		description:
			"What arrived meanwhile is handled now, in its order. The time of the pause counts neither for retries nor for the retention.",
		body: objectOf({ routes: names() }),
		answers: {
			200: {
				description: "The routes that were paused.",
				schema: objectOf({ resumed: listOf(TEXT) }),
			},
			404: { description: "A name is neither a route nor paused." },
			409: { description: "Nothing is stored." },
		},
		async handle({ router, body, actor }) {
			const { routes } = body as Pick<PauseBody, "routes">;
			const store = needStore(router.store);
			const { pauses } = await readPauses(store);
			const known = new Set([
				...pauses.map(({ route }) => route),
				...router.runtime().routes.map(({ name }) => name),
			]);
			const unknown = refuseResume(routes, known);
			if (unknown.length > 0)
				throw new AdminProblem("not-found", unknown.join(" "));
			const resumed = await store.resume(routes);
			router.log.info(
				{ actor, routes: resumed },
				"routes were resumed by request",
			);
			return { body: { resumed } };
		},
	},
];

// --- helpers ---

/** As the operation's schema has it. */
interface PauseBody {
	readonly routes: readonly string[];
	readonly forMs?: number;
	readonly why?: string;
}

function names(): JsonSchema {
	return {
		type: "array",
		minItems: 1,
		maxItems: 1000,
		items: { type: "string" },
		description: "Names of routes.",
	};
}

/** 10 years. */
function longestMs(): number {
	return 3650 * 86_400_000;
}

function listOfPauses(): JsonSchema {
	return objectOf({
		now: about("The time of the store. The other times count by it.", TIME),
		pauses: listOf(
			objectOf(
				{
					route: TEXT,
					since: TIME,
					until: about("The end. Absent until somebody resumes it.", TIME),
					why: TEXT,
					waiting: about(
						"The events that wait, if they were asked for.",
						COUNT,
					),
				},
				["until", "why", "waiting"],
			),
		),
	});
}

async function readPauses(store: InboxStore | undefined): Promise<Present> {
	return store === undefined
		? { now: Date.now(), pauses: [] }
		: readPresent(store);
}

function needStore(store: InboxStore | undefined): InboxStore {
	if (store !== undefined) return store;
	throw new AdminProblem(
		"conflict",
		"Nothing is stored with `store: none`, so no route can be paused. Write an `inbox.store`.",
	);
}

/** Throws AdminProblem for a route that cannot be paused. */
function refuse(
	names: readonly string[],
	router: AdminRequest["router"],
): void {
	const { routes } = router.runtime();
	const refused = refusePause(names, routes);
	if (refused.length === 0) return;
	const known = new Set(routes.map(({ name }) => name));
	const isKnown = names.every((name) => known.has(name));
	throw new AdminProblem(isKnown ? "conflict" : "not-found", refused.join(" "));
}
