import { contentOf, findPage } from "../../../desk/filter.ts";
import { toLine } from "../../../desk/line.ts";
import { createRowView, toDeliveryView } from "../../../desk/shown.ts";
import type { AdminOperation, AdminRequest } from "../../operation.ts";
import { reveal } from "../../reveal.ts";
import { about, listOf, objectOf, TEXT } from "../schemas.ts";
import { expectStore, readFilter, type SentFilter } from "./filter.ts";
import {
	expectDelivery,
	GONE,
	groundOf,
	REVEAL,
	revealIfAsked,
} from "./find.ts";
import { DELIVERY, DELIVERY_DETAIL, FILTER } from "./schemas.ts";

/** Shows stored deliveries. */
export const LOOK: readonly AdminOperation[] = [
	{
		id: "listDeliveries",
		method: "GET",
		path: "/deliveries",
		tag: "deliveries",
		scope: "read",
		summary: "Lists the matching deliveries, newest first.",
		description:
			"A filter by content (`number`, `text`, `where`) reads the deliveries one after the other. A page of such a list ends after two seconds even if it is not full: `isPartial` is then true, and `next` continues.",
		query: {
			type: "object",
			properties: {
				...FILTER,
				after: about("The `next` of the page before.", {
					type: "string",
					pattern: "^\\d{1,15}$",
				}),
				max: { type: "integer", minimum: 1, maximum: 500, default: 50 },
				reveal: REVEAL,
			},
		},
		answers: {
			200: {
				description: "A page.",
				schema: objectOf(
					{
						deliveries: listOf(DELIVERY),
						next: about("Absent at the end.", TEXT),
						isPartial: { type: "boolean" },
					},
					["next"],
				),
			},
		},
		handle: list,
	},
	{
		id: "getDelivery",
		method: "GET",
		path: "/deliveries/:id",
		tag: "deliveries",
		scope: "read",
		summary: "Shows a delivery with its attempts, and explains it.",
		query: { type: "object", properties: { reveal: REVEAL } },
		answers: {
			200: { description: "The delivery.", schema: DELIVERY_DETAIL },
			404: GONE,
		},
		async handle(request) {
			const detail = await expectDelivery(request);
			const isRevealed = revealIfAsked(request, detail);
			const children = await expectStore(request).children([detail.id]);
			const ground = { ...groundOf(request), children };
			return { body: toDeliveryView(detail, ground, isRevealed) };
		},
	},
	{
		id: "exportDeliveries",
		method: "GET",
		path: "/export",
		tag: "deliveries",
		scope: "reveal",
		summary: "Exports the matching deliveries as JSON Lines, oldest first.",
		description:
			"Complete and unmasked, for `switchhook inbox import`. The export is logged.",
		query: { type: "object", properties: FILTER },
		answers: {
			200: {
				description: "A line for each delivery.",
				type: "application/x-ndjson",
				schema: TEXT,
			},
		},
		async handle(request) {
			const filter = await readFilter(request, request.query as SentFilter);
			reveal(request, "an export of deliveries");
			const chunks = exportLines(request, filter);
			return { stream: { type: "application/x-ndjson", chunks } };
		},
	},
];

// --- helpers ---

/** The milliseconds after which a page by content ends. */
const PAGE_MS = 2000;

async function list(request: AdminRequest) {
	const { query, signal } = request;
	const {
		after,
		max,
		reveal: isAsked,
	} = query as {
		readonly after?: string;
		readonly max?: number;
		readonly reveal?: boolean;
	};
	const filter = await readFilter(request, query as SentFilter);
	if (isAsked === true) reveal(request, "a list of deliveries");
	const page = await findPage(expectStore(request), filter, {
		after,
		max: max ?? 50,
		limitMs: PAGE_MS,
		signal,
	});
	const show = createRowView(groundOf(request), isAsked === true);
	return {
		body: {
			deliveries: page.rows.map(show),
			next: page.next,
			isPartial: page.isPartial,
		},
	};
}

async function* exportLines(
	request: AdminRequest,
	{ rows, tests }: Awaited<ReturnType<typeof readFilter>>,
): AsyncIterable<string> {
	let gathered = "";
	for await (const one of expectStore(request).export(rows)) {
		if (request.signal.aborted) return;
		if (!tests.every((test) => test(contentOf(one)))) continue;
		gathered += `${toLine(one)}\n`;
		if (gathered.length < GATHERED) continue;
		yield gathered;
		gathered = "";
	}
	if (gathered !== "") yield gathered;
}

/** The number of characters that are sent at once. */
const GATHERED = 64 * 1024;
