import { LEVELS } from "../../event/webhook.ts";
import type { JsonSchema } from "../operation.ts";
import { about, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

const FLAG: JsonSchema = { type: "boolean" };
const TEXT_OR_NULL: JsonSchema = { type: ["string", "null"] };
const FIELDS_OR_NULL: JsonSchema = { type: ["object", "null"] };
const PLACE: JsonSchema = about(
	"The line of the configuration, relative to its folder.",
	objectOf({ file: TEXT, line: { type: "integer" } }),
);

const PAUSED: JsonSchema = {
	anyOf: [
		objectOf({
			route: TEXT,
			since: TEXT,
			until: TEXT_OR_NULL,
			why: TEXT_OR_NULL,
		}),
		{ type: "null" },
	],
};

const PARTS: Readonly<Record<string, JsonSchema>> = {
	request: objectOf({
		method: TEXT,
		path: TEXT,
		query: TEXT,
		peer: TEXT_OR_NULL,
	}),
	client: objectOf({
		address: TEXT_OR_NULL,
		found: about("How the client was found, behind which hops.", TEXT),
	}),
	verdicts: about(
		"The gates in their order. Gates after a refusal are evaluated too, as far as possible.",
		listOf(
			objectOf(
				{
					gate: TEXT,
					verdict: { enum: ["passed", "refused", "reported", "quarantined"] },
					detail: TEXT,
					code: TEXT,
					status: { type: "integer" },
					at: PLACE,
				},
				["code", "status", "at"],
			),
		),
	),
	isProbe: about("True if it only checks whether the URL answers.", FLAG),
	asked: about(
		"The kinds that were tried. `recognized` is absent for the only one.",
		listOf(objectOf({ kind: TEXT, recognized: FLAG }, ["recognized"])),
	),
	candidates: about(
		"The routes of the path, narrowest level first, and why each won or lost.",
		listOf(
			objectOf(
				{
					route: TEXT,
					level: { enum: LEVELS },
					kind: TEXT,
					won: FLAG,
					why: TEXT,
					at: PLACE,
					conditions: about(
						"The `match` of the route, and the values of the webhook.",
						listOf(
							objectOf({ field: TEXT, wanted: TEXT, value: TEXT, fits: FLAG }),
						),
					),
				},
				["level", "at"],
			),
		),
	),
	payload: about(
		"In the shape of its kind. Null if it cannot be parsed, and for a delivery, which has it already.",
		FIELDS_OR_NULL,
	),
	query: about("The query beside the payload.", FIELDS_OR_NULL),
	route: TEXT_OR_NULL,
	runs: { enum: ["handler", "fallback", null] },
	handler: about("The handler that runs, in a phrase.", TEXT_OR_NULL),
	handlerAt: { anyOf: [PLACE, { type: "null" }] },
	inbox: about("What the inbox does with it, in a sentence.", TEXT_OR_NULL),
	paused: PAUSED,
	targets: about(
		"The routes that would each get a delivery of their own. Empty unless the route fans out.",
		listOf(objectOf({ route: TEXT, handler: TEXT, paused: PAUSED })),
	),
	status: about("The status of the refusal.", { type: ["integer", "null"] }),
	result: about("The end, in sentences.", TEXT),
};

/** An explanation, as `explain --json` prints it. */
export const EXPLANATION: JsonSchema = objectOf(PARTS);

/** The explanation of a delivery. */
export const DELIVERY_EXPLANATION: JsonSchema = objectOf({
	...PARTS,
	configuration: objectOf({
		servesSince: TIME,
		isNewer: about(
			"True if the configuration serves only since the delivery came, so that another one may have handled it.",
			FLAG,
		),
	}),
});
