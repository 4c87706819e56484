import {
	type Encoding,
	LEVELS,
	type Level,
	type Mode,
} from "../event/webhook.ts";
import type { KeyField, ReplyRule, Setting } from "./kind.ts";

/** The `webhook` keyword of a kind file as written: what the runtime must know beside the payload. */
export interface WebhookKeyword {
	readonly product?: string;
	readonly methods?: readonly string[];
	readonly contentTypes?: readonly Encoding[];
	readonly levels?: readonly Level[];
	readonly levelsWhy?: string;
	readonly settings?: Readonly<Partial<Record<Level, Setting>>>;
	readonly mode?: Mode;
	readonly reply?: {
		readonly body: ReplyRule["body"];
		readonly required?: boolean;
		readonly when?: Readonly<Record<string, readonly unknown[]>>;
	};
	readonly timeout?: string;
	readonly dedupe?: readonly KeyField[];
	readonly dedupeNeeds?: readonly KeyField[];
	readonly dedupeNote?: string;
	readonly orderBy?: readonly string[];
	readonly number?: readonly string[];
	readonly recognize?: Readonly<Record<string, unknown>> | boolean;
	readonly signed?: readonly string[];
	readonly precedence?: number;
	readonly open?: boolean;
	readonly source?: readonly string[];
	readonly deprecated?: string;
}

const FIELDS = {
	type: "array",
	items: { type: "string", minLength: 1 },
	uniqueItems: true,
	default: [],
} as const;

const KEY_FIELDS = {
	...FIELDS,
	items: {
		anyOf: [
			FIELDS.items,
			{ type: "array", items: FIELDS.items, minItems: 1, uniqueItems: true },
		],
	},
} as const;

const SETTING = {
	type: "object",
	additionalProperties: false,
	minProperties: 1,
	properties: {
		rest: {
			type: "string",
			minLength: 1,
			description: "The REST call and its parameter.",
		},
		dashboard: {
			type: "string",
			minLength: 1,
			description: "The place in the dashboard.",
		},
		set: {
			type: "array",
			items: { type: "string", pattern: "^\\w+(\\.\\w+)?$" },
			minItems: 1,
			uniqueItems: true,
			description:
				"The settings of that call which `switchhook platform` compares and writes: a parameter, or the capability and the webhook of an application, such as `voice.answer_url`.",
		},
	},
} as const;

/** The JSON Schema of the `webhook` keyword; every key is optional. */
export const WEBHOOK_SCHEMA = {
	description:
		"What the runtime must know of this webhook, beside what its payload looks like.",
	type: "object",
	additionalProperties: false,
	properties: {
		product: {
			description:
				"The API it belongs to; by default the kind's name up to the first dot.",
			type: "string",
			minLength: 1,
		},
		methods: {
			description: "HTTP methods it comes with, upper case.",
			type: "array",
			items: { type: "string", pattern: "^[A-Z]+$" },
			minItems: 1,
			uniqueItems: true,
			default: ["POST"],
		},
		contentTypes: {
			description:
				"How the payload may travel: in the query of a GET, or as the body of another method. One that has no body but a query is taken in any case: there the query is the payload.",
			type: "array",
			items: { enum: ["query", "form", "json"] },
			minItems: 1,
			uniqueItems: true,
			default: ["json", "form"],
		},
		levels: {
			description: "Levels at which its URL can be set.",
			type: "array",
			items: { enum: LEVELS },
			minItems: 1,
			uniqueItems: true,
			default: LEVELS,
		},
		levelsWhy: {
			description:
				"One sentence that says why other levels do not exist; `check` prints it.",
			type: "string",
			minLength: 1,
		},
		settings: {
			description: "Where its URL is set at the platform, by level.",
			type: "object",
			additionalProperties: false,
			properties: Object.fromEntries(LEVELS.map((level) => [level, SETTING])),
			default: {},
		},
		mode: {
			description:
				"`reply`: answered inside the request. `accept`: taken in, and answered 200.",
			enum: ["reply", "accept"],
			default: "accept",
		},
		reply: {
			description:
				"What the sender does with the answer's body, and whether an empty one is an error. By default `none`, or `any` where `mode` is `reply` and for a route's own `schema`.",
			type: "object",
			additionalProperties: false,
			required: ["body"],
			properties: {
				body: { enum: ["none", "ncco", "voicexml", "audio", "any"] },
				required: { type: "boolean", default: false },
				when: {
					description:
						"Fields and the values that let an answer count: each field must have one of its values, else the body is ignored. By default every answer counts.",
					type: "object",
					minProperties: 1,
					additionalProperties: {
						type: "array",
						items: { type: ["string", "number", "boolean"] },
						minItems: 1,
						uniqueItems: true,
					},
				},
			},
		},
		timeout: {
			description: "Time that a handler has, with its unit.",
			type: "string",
			// The grammar of routes.yaml's durations, from one millisecond on.
			pattern: "^(?=[1-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
			default: "15s",
		},
		dedupe: {
			description:
				"Fields that together tell two webhooks apart: of the payload (`stream.id`), or request headers (`headers.x-event-id`). Of a list of fields the first that is there counts. Where some are missing, a digest of the payload stands in for them.",
			...KEY_FIELDS,
		},
		dedupeNeeds: {
			description:
				"Fields without which a webhook is never taken for a repetition, because two of the same bytes can be two events.",
			...KEY_FIELDS,
		},
		dedupeNote: {
			description:
				"One or two sentences that say why the sender's webhooks cannot be told apart, where `dedupe` is empty or often of no use.",
			type: "string",
			minLength: 1,
		},
		orderBy: {
			description: "Fields whose values name one sequence of webhooks.",
			...FIELDS,
		},
		number: {
			description: "Fields that hold the user's own telephone number.",
			...FIELDS,
		},
		recognize: {
			description:
				"A JSON Schema of the marks that tell this kind from others on one path; by default the whole schema.",
			type: ["object", "boolean"],
		},
		signed: {
			description:
				"Schemes by which the sender can sign it, as a route's `signature` names them; an empty list where it never does. By default nothing is known.",
			type: "array",
			items: { type: "string" },
			uniqueItems: true,
		},
		precedence: {
			description:
				"Where several kinds share a path, the higher is asked first.",
			type: "integer",
			default: 0,
		},
		open: {
			description:
				"True where the payload is what the user makes it: a route may name a `schema` beside the kind, which narrows it.",
			type: "boolean",
			default: false,
		},
		source: {
			description: "Public texts that the file was written from.",
			type: "array",
			items: { type: "string", minLength: 1 },
			default: [],
		},
		deprecated: {
			description:
				"Why and since when the sender has withdrawn it; `check` mentions it.",
			type: "string",
			minLength: 1,
		},
	},
} as const;

/** The JSON Schema of the `webhook` keyword, where `signed` may name these signature schemes. */
export function webhookSchema(schemes: readonly string[]) {
	const { properties } = WEBHOOK_SCHEMA;
	const signed = { ...properties.signed, items: { enum: schemes } };
	return { ...WEBHOOK_SCHEMA, properties: { ...properties, signed } };
}
