import {
	type Encoding,
	LEVELS,
	type Level,
	type Mode,
} from "../event/webhook.ts";
import type { KeyField, ReplyRule, Setting } from "./kind.ts";
import { type AuthoredResend, resendSchema } from "./resend.ts";

/** The `webhook` keyword of a kind file as written: the properties of a webhook besides its payload. */
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
	readonly retry?: AuthoredResend;
	readonly dedupe?: readonly KeyField[];
	readonly dedupeNeeds?: readonly KeyField[];
	readonly dedupeNote?: string;
	readonly orderBy?: readonly string[];
	readonly number?: readonly string[];
	readonly ids?: readonly string[];
	readonly recognize?: Readonly<Record<string, unknown>> | boolean;
	readonly signed?: readonly string[];
	readonly precedence?: number;
	readonly open?: boolean;
	readonly own?: boolean;
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

/** The grammar of routes.yaml's durations, from one millisecond on. */
const DURATION =
	"^(?=[1-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

/** The JSON Schema of the `webhook` keyword; every key is optional. */
export const WEBHOOK_SCHEMA = {
	description:
		"The properties of this webhook besides the structure of its payload.",
	type: "object",
	additionalProperties: false,
	properties: {
		product: {
			description:
				"The API to which it belongs. Default: the kind's name up to the first dot.",
			type: "string",
			minLength: 1,
		},
		methods: {
			description: "The HTTP methods that it uses, in upper case.",
			type: "array",
			items: { type: "string", pattern: "^[A-Z]+$" },
			minItems: 1,
			uniqueItems: true,
			default: ["POST"],
		},
		contentTypes: {
			description:
				"The encodings of the payload: in the query of a GET, or as the body of another method. A request with a query and no body is always accepted, with the query as its payload.",
			type: "array",
			items: { enum: ["query", "form", "json"] },
			minItems: 1,
			uniqueItems: true,
			default: ["json", "form"],
		},
		levels: {
			description: "The levels at which its URL can be set.",
			type: "array",
			items: { enum: LEVELS },
			minItems: 1,
			uniqueItems: true,
			default: LEVELS,
		},
		levelsWhy: {
			description:
				"A sentence that explains why it has no other levels. `check` prints it.",
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
				"`reply`: the handler's answer is the response. `accept`: the event is stored and answered with 200.",
			enum: ["reply", "accept"],
			default: "accept",
		},
		reply: {
			description:
				"How the sender uses the body of the answer, and whether an empty one is an error. Default: `none`, or `any` if `mode` is `reply` and for the `schema` of a route.",
			type: "object",
			additionalProperties: false,
			required: ["body"],
			properties: {
				body: { enum: ["none", "ncco", "voicexml", "audio", "any"] },
				required: { type: "boolean", default: false },
				when: {
					description:
						"The fields and values for which the answer is used. Each field must have one of its values, otherwise the body is ignored. Default: every answer is used.",
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
			description: "The time limit of a handler, with its unit.",
			type: "string",
			pattern: DURATION,
			default: "15s",
		},
		retry: resendSchema(DURATION),
		dedupe: {
			description:
				"The fields that together identify a webhook: fields of the payload (`stream.id`) or request headers (`headers.x-event-id`). In a list of alternatives, the first that is present is used. If some are missing, a digest of the payload replaces them.",
			...KEY_FIELDS,
		},
		dedupeNeeds: {
			description:
				"The fields without which a webhook is never a duplicate, because two events can have the same bytes.",
			...KEY_FIELDS,
		},
		dedupeNote: {
			description:
				"One or two sentences that explain why duplicates cannot be detected, if `dedupe` is empty or often has no effect.",
			type: "string",
			minLength: 1,
		},
		orderBy: {
			description: "The fields whose values identify a sequence of webhooks.",
			...FIELDS,
		},
		number: {
			description: "The fields with the user's own telephone number.",
			...FIELDS,
		},
		ids: {
			description:
				"Fields that may hold an id instead of a telephone number, such as that of a Messenger user, or an email address. `check` expects no number there.",
			...FIELDS,
		},
		recognize: {
			description:
				"A JSON Schema that distinguishes this kind from others on one path. Default: the whole schema.",
			type: ["object", "boolean"],
		},
		signed: {
			description:
				"The schemes with which the sender can sign it. An empty list means never. Default: unknown.",
			type: "array",
			items: { type: "string" },
			uniqueItems: true,
		},
		precedence: {
			description:
				"If several kinds share a path, the kind with the highest value is tried first.",
			type: "integer",
			default: 0,
		},
		open: {
			description:
				"Whether the user defines the payload. A route can then have a `schema` in addition to the kind.",
			type: "boolean",
			default: false,
		},
		own: {
			description:
				"Whether the router itself creates its events. Only a route without a path can have the kind.",
			type: "boolean",
			default: false,
		},
		source: {
			description: "The public sources of the file.",
			type: "array",
			items: { type: "string", minLength: 1 },
			default: [],
		},
		deprecated: {
			description:
				"Why and since when the sender has withdrawn it. `check` mentions it.",
			type: "string",
			minLength: 1,
		},
	},
} as const;

/** Returns the JSON Schema of the `webhook` keyword, with these signature schemes for `signed`. */
export function webhookSchema(schemes: readonly string[]) {
	const { properties } = WEBHOOK_SCHEMA;
	const signed = { ...properties.signed, items: { enum: schemes } };
	return { ...WEBHOOK_SCHEMA, properties: { ...properties, signed } };
}
