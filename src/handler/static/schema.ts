import type { HandlerSchema } from "../../config/handler-spec.ts";
import { HEADERS_SCHEMA } from "../headers-schema.ts";

/** The part of routes.yaml that defines the answer of a `static` handler. */
export const STATIC_SCHEMA: HandlerSchema = {
	keys: {
		static: {
			description: "A fixed answer.",
			$ref: "#/$defs/static",
			defaultNote: "none",
		},
	},
	defs: {
		static: {
			title: "static",
			description:
				"A fixed answer. Set at most one of `text`, `json` and `file`; without them the body is empty. On a route with `kind` or `schema`, the strings and headers can be [templates](templates.md#static-answers).",
			type: "object",
			additionalProperties: false,
			allOf: [
				{
					not: {
						required: ["text", "json"],
					},
				},
				{
					not: {
						required: ["text", "file"],
					},
				},
				{
					not: {
						required: ["json", "file"],
					},
				},
			],
			properties: {
				status: {
					description: "The HTTP status of the answer.",
					type: "integer",
					minimum: 200,
					maximum: 599,
					unit: "HTTP status",
					default: 200,
				},
				headers: {
					description:
						"Headers of the answer. The default `content-type` is text/plain, application/json, or derived from the name of the file.",
					...HEADERS_SCHEMA,
					examples: [
						{
							"cache-control": "max-age=3600",
						},
					],
				},
				text: {
					description: "The body as a string.",
					type: "string",
					defaultNote: "none",
				},
				json: {
					description: "The body as a value, which is sent as JSON.",
					defaultNote: "none",
				},
				file: {
					description:
						"A file with the body, relative to this file. Range requests are supported.",
					type: "string",
					minLength: 1,
					defaultNote: "none",
					examples: ["sounds/hold.mp3"],
				},
			},
		},
	},
};
