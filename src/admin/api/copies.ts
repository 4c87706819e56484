import { parseTime } from "../../desk/criteria.ts";
import { fromRecord } from "../../desk/line.ts";
import { createNumberSearch } from "../../desk/number.ts";
import { createKindOf } from "../../desk/shown.ts";
import type { DeliveryContent } from "../../inbox/port/delivery.ts";
import type { EventCopy } from "../../observe/event-copy.ts";
import type { AdminOperation, AdminRequest } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import { reveal } from "../reveal.ts";
import { readText } from "./deliveries/filter.ts";
import { about, listOf, TEXT } from "./schemas.ts";

/** The stream of copies of events, for `switchhook listen`. */
export const COPIES: readonly AdminOperation[] = [
	{
		id: "copyEvents",
		needsRouter: true,
		method: "GET",
		path: "/copies",
		tag: "events",
		scope: "reveal",
		summary:
			"Streams copies of events with their content as server-sent events.",
		description:
			"A copy of each event that the router handles, for `switchhook listen`. Nothing changes in the router. Rejected, quarantined and repeated webhooks are not copied. The first event, `hello`, has `publicUrl` and the names of the `routes` that are copied. Each `copy` has `outcome`, `level`, `ms`, `isLate` for one from the inbox, and `delivery`, as `switchhook inbox export` writes it. After a disconnection, `Last-Event-ID` continues with the events since, from memory or from the inbox. Copies of the last 15 s may then come again, so compare their ids. An event `skipped` has the number of copies that a client missed, because it was too slow, because of the limit of 1,000 copies and 8 MiB a second, or because the events were not stored. It is null if the number is unknown.",
		query: {
			type: "object",
			properties: {
				route: about(
					"Only events of these routes. Default: all.",
					listOf(TEXT),
				),
				kind: about("Only events of these kinds. Default: all.", listOf(TEXT)),
				number: about(
					"Only events that contain this telephone number, in international form.",
					TEXT,
				),
				since: about(
					"Begins with the stored events since then: a duration such as 10m, or an ISO 8601 time. `Last-Event-ID` comes first.",
					TEXT,
				),
			},
		},
		answers: {
			200: {
				description: "The stream.",
				type: "text/event-stream",
				schema: { type: "string" },
			},
		},
		handle(request) {
			const { router, query, headers, signal } = request;
			const { route, kind, number, since } = query as SentChoice;
			const routes = copiedRoutes(request, { route, kind });
			const from = readText(
				"since",
				since,
				(text) => parseTime(text, Date.now()),
				"a duration such as 10m, or an ISO 8601 time",
			);
			if (from !== undefined && router.store === undefined)
				throw new AdminProblem(
					"unavailable",
					"`since` needs stored events, and `inbox.store` is `none`.",
				);
			const lastId = headers["last-event-id"];
			const chunks = router.copies({
				routes: route,
				kinds: kind,
				test: numberTest(request, number),
				lastId: typeof lastId === "string" ? lastId : undefined,
				since: from,
				signal,
			});
			reveal(
				request,
				`copies of the events of ${route?.join(", ") ?? "all routes"}`,
			);
			return {
				// A proxy that buffers would hold copies back.
				headers: { "X-Accel-Buffering": "no" },
				stream: {
					type: "text/event-stream",
					chunks: greet(
						{ publicUrl: router.runtime().publicUrl(), routes },
						chunks,
					),
				},
			};
		},
	},
];

// --- helpers ---

type JsonObject = Readonly<Record<string, unknown>>;

interface SentChoice {
	readonly route?: readonly string[] | undefined;
	readonly kind?: readonly string[] | undefined;
	readonly number?: string;
	readonly since?: string;
}

/** Returns the names of the copied routes. Throws `bad-request` for a name that nothing has. */
function copiedRoutes(
	{ router }: Pick<AdminRequest, "router">,
	{ route, kind }: SentChoice,
): readonly string[] {
	const { routes } = router.runtime();
	const names = new Set(routes.map(({ name }) => name));
	const kinds = new Set(routes.map((one) => one.kind.name));
	for (const name of route ?? [])
		if (!names.has(name))
			throw new AdminProblem("bad-request", `No route is named \`${name}\`.`);
	for (const name of kind ?? [])
		if (!kinds.has(name))
			throw new AdminProblem(
				"bad-request",
				`No route has the kind \`${name}\`.`,
			);
	return routes
		.filter(
			(one) =>
				(route?.includes(one.name) ?? true) &&
				(kind?.includes(one.kind.name) ?? true),
		)
		.map(({ name }) => name);
}

function numberTest(
	{ router }: Pick<AdminRequest, "router">,
	number: string | undefined,
): ((copy: EventCopy) => boolean) | undefined {
	const search = readText(
		"number",
		number,
		createNumberSearch,
		"a number in international form, such as 447700900001",
	);
	if (search === undefined) return undefined;
	return ({ text = "{}" }) => {
		const { delivery } = JSON.parse(text) as { delivery: JsonObject };
		const read = fromRecord(delivery);
		const content: DeliveryContent = {
			...read,
			answer: read.answer,
			cursor: "",
		};
		const runtime = router.runtime();
		return search.isInDelivery(
			content,
			createKindOf({ runtime, settings: router.settings() }),
		);
	};
}

async function* greet(
	hello: object,
	chunks: AsyncIterable<string>,
): AsyncGenerator<string> {
	yield `event: hello\ndata: ${JSON.stringify(hello)}\n\n`;
	yield* chunks;
}
