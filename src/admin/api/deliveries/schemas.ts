import { JOB_ACTIONS, JOB_STATES } from "../../../desk/jobs.ts";
import { LEVELS } from "../../../event/webhook.ts";
import { ACTIONS, DELIVERY_STATES } from "../../../inbox/port/delivery.ts";
import type { JsonSchema } from "../../operation.ts";
import { DELIVERY_EXPLANATION } from "../explanation.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "../schemas.ts";

/** A value whose form depends on the kind or the configuration. */
const ANY: JsonSchema = {};
const FLAG: JsonSchema = { type: "boolean" };
const FIELDS: JsonSchema = { type: "object" };

/** The filters, for a query and for a body. */
export const FILTER: Readonly<Record<string, JsonSchema>> = {
	state: about(
		"Only these states. Default: all.",
		listOf({ enum: DELIVERY_STATES }),
	),
	route: about("Only these routes. Default: all.", listOf(TEXT)),
	kind: about("Only this kind.", TEXT),
	level: about("Only routes of this level.", { enum: LEVELS }),
	outcome: about(
		"The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`.",
		TEXT,
	),
	key: about(
		"An order key or a dedupe key, or the value of one with a single field.",
		TEXT,
	),
	since: about(
		"Received since: a duration back from now such as `2h`, or an ISO 8601 time.",
		TEXT,
	),
	until: about("Received before, written as for `since`.", TEXT),
	number: about(
		"Contains this telephone number anywhere, in international form.",
		TEXT,
	),
	text: about(
		"Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing.",
		TEXT,
	),
	where: about(
		'Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with.',
		TEXT,
	),
};

const ROW: Readonly<Record<string, JsonSchema>> = {
	id: TEXT,
	parent: about(
		"The delivery whose route made this one for one of its targets. Absent for any other.",
		TEXT,
	),
	route: TEXT,
	kind: TEXT,
	state: { enum: DELIVERY_STATES },
	isBlocked: about(
		"True if it waits for an earlier one with its order key.",
		FLAG,
	),
	attempts: COUNT,
	receivedAt: TIME,
	updatedAt: TIME,
	dueAt: TIME,
	orderKey: TEXT,
	dedupeKey: TEXT,
	reason: TEXT,
	sizeBytes: COUNT,
};
const ROW_OPTIONAL = ["parent", "dueAt", "orderKey", "dedupeKey", "reason"];

/** A delivery as lists show it. */
export const DELIVERY: JsonSchema = objectOf(ROW, ROW_OPTIONAL);

/** A whole delivery. */
export const DELIVERY_DETAIL: JsonSchema = objectOf(
	{
		...ROW,
		webhook: objectOf(
			{
				method: TEXT,
				path: TEXT,
				query: TEXT,
				client: TEXT,
				headers: FIELDS,
				params: FIELDS,
				claims: FIELDS,
				handedOn: COUNT,
			},
			["client"],
		),
		payload: about("In the shape of its kind.", ANY),
		body: about("The bytes in base64. Only with `reveal`.", TEXT),
		answer: objectOf(
			{ status: { type: "integer" }, type: TEXT, body: ANY, note: TEXT },
			["type", "body", "note"],
		),
		history: listOf(
			objectOf(
				{
					attempt: COUNT,
					startedAt: TIME,
					durationMs: { type: "number" },
					outcome: { enum: ["delivered", "waiting", "dead"] },
					reason: TEXT,
					stack: TEXT,
				},
				["reason", "stack"],
			),
		),
		doubts: about(
			"Why the gates did not trust it. Empty unless it is quarantined.",
			listOf(objectOf({ code: TEXT, detail: TEXT })),
		),
		actions: about(
			"What people did with it, oldest first.",
			listOf(
				objectOf(
					{ action: { enum: ACTIONS }, at: TIME, actor: TEXT, reason: TEXT },
					["actor", "reason"],
				),
			),
		),
		editedFrom: about("The delivery that it is an edited copy of.", TEXT),
		children: about(
			"The deliveries for the targets of its route, if that fans out. Otherwise empty.",
			listOf(
				objectOf({
					id: TEXT,
					route: TEXT,
					state: { enum: DELIVERY_STATES },
					attempts: COUNT,
				}),
			),
		),
		explanation: DELIVERY_EXPLANATION,
		release: about(
			"What a release would do now.",
			objectOf({ as: { enum: ["released", "kept"] }, route: TEXT, why: TEXT }, [
				"route",
				"why",
			]),
		),
		isRouteGone: FLAG,
		note: about("Why a part is missing.", TEXT),
	},
	[
		...ROW_OPTIONAL,
		"webhook",
		"payload",
		"body",
		"answer",
		"editedFrom",
		"explanation",
		"release",
		"note",
	],
);

/** A job, running or ended. */
export const JOB: JsonSchema = objectOf(
	{
		id: TEXT,
		action: { enum: JOB_ACTIONS },
		state: { enum: JOB_STATES },
		total: COUNT,
		at: about("The number that was worked on.", COUNT),
		done: COUNT,
		keptCount: about("The number that stays as it is.", COUNT),
		kept: about(
			"The first of those that stay. Without an id only the number is known.",
			listOf(objectOf({ id: TEXT, count: COUNT, why: TEXT }, ["id"])),
		),
		made: about(
			"The first of those that were released, or that new events were made from.",
			listOf(
				objectOf({ id: TEXT, from: TEXT, route: TEXT, event: TEXT }, ["event"]),
			),
		),
		told: about("What else to know, in sentences.", listOf(TEXT)),
		rate: about("Deliveries per second.", { type: "number" }),
		actor: about("The name of the token.", TEXT),
		reason: TEXT,
		startedAt: TIME,
		endedAt: TIME,
		error: TEXT,
	},
	["rate", "actor", "reason", "endedAt", "error"],
);

/** The chosen deliveries, and the job that works on them. */
export const CHANGE: JsonSchema = objectOf(
	{
		chosen: COUNT,
		spared: about(
			"Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`.",
			COUNT,
		),
		groups: listOf(
			objectOf({ route: TEXT, state: { enum: DELIVERY_STATES }, count: COUNT }),
		),
		preview: about(
			"With `dryRun`: what would become of the first ones.",
			listOf(objectOf({ id: TEXT, route: TEXT, why: TEXT }, ["route", "why"])),
		),
		job: about("Absent with `dryRun`.", JOB),
	},
	["spared", "preview", "job"],
);

/** The part of a body that all changes have. */
export const HOW: Readonly<Record<string, JsonSchema>> = {
	reason: about("Why, for the history of each delivery.", {
		...TEXT,
		maxLength: 1000,
	}),
	dryRun: about("Shows what would be done, and changes nothing.", FLAG),
};

/** The part of a body that chooses deliveries. */
export const CHOICE: Readonly<Record<string, JsonSchema>> = {
	ids: { ...listOf(TEXT), minItems: 1, maxItems: 10_000 },
	filter: {
		type: "object",
		properties: FILTER,
		additionalProperties: false,
		minProperties: 1,
	},
	max: about("At most this many, oldest first.", {
		type: "integer",
		minimum: 1,
	}),
	rate: about("The pace, such as `50/s`. Default: no limit.", TEXT),
};
