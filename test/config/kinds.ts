import type { Kind, KindCatalog } from "../../src/kind/kind.ts";
import { toResend } from "../../src/kind/resend.ts";
import { UNKNOWN } from "../../src/observe/privacy.ts";

/** Kinds made by hand, so that no change of a kind file changes what these tests expect. */
export const kinds: KindCatalog = new Map(
	[
		kind("sms.inbound", {
			signed: ["vonage-sig"],
			number: ["to"],
			methods: ["GET", "POST"],
			levels: ["account", "number"],
			levelsWhy: "the sender of an inbound message is not you.",
			resend: toResend({ for: "24h" }),
			dedupe: ["messageId"],
			orderBy: ["msisdn", "to"],
			schema: {
				properties: {
					to: {},
					msisdn: {},
					keyword: {},
					concat: { properties: { ref: {} } },
					extra: { type: "object" },
				},
			},
		}),
		kind("sms.dlr", {
			signed: ["vonage-sig"],
			methods: ["GET", "POST"],
			levels: ["account", "request"],
			levelsWhy: "a number has no URL for receipts.",
		}),
		kind("messages.status", {
			signed: ["vonage-jwt"],
			ids: ["to", "from"],
			schema: { properties: { to: {}, from: {}, status: {} } },
			methods: ["POST"],
			levels: ["account", "app", "request"],
		}),
		kind("voice.answer", {
			signed: ["vonage-jwt"],
			product: "voice",
			methods: ["GET", "POST"],
			levels: ["app", "request"],
			levelsWhy: "an account and a number have no answer URL.",
			mode: "reply",
			reply: { body: "ncco", required: true },
			timeoutMs: 4000,
			resend: toResend({ wait: "5s", statuses: [429, 503, 504] }),
		}),
		kind("voice.event", {
			signed: ["vonage-jwt"],
			number: ["to", "from"],
			product: "voice",
			methods: ["GET", "POST"],
			levels: ["app", "request"],
			reply: { body: "ncco", required: false },
		}),
		kind("ncco.input", {
			signed: ["vonage-jwt"],
			product: "voice",
			methods: ["GET", "POST"],
			levels: ["app", "ncco"],
			mode: "reply",
			reply: { body: "ncco", required: false },
			timeoutMs: 4000,
			schema: {
				required: ["uuid"],
				properties: {
					dtmf: {
						type: "object",
						"x-text-field": "digits",
						properties: { digits: { type: ["string", "null"] } },
					},
					speech: {
						type: "object",
						properties: {
							timeout_reason: {
								type: ["string", "null"],
								"x-known-values": ["max_duration", "start_timeout"],
							},
							results: {
								type: ["array", "null"],
								items: {
									type: "object",
									properties: { text: { type: "string" } },
								},
							},
						},
					},
					timed_out: { type: "boolean" },
					uuid: { type: "string" },
					channel: { enum: ["phone", "sip"] },
					step: { type: "integer" },
				},
			},
		}),
		kind("call.answer", {
			signed: [],
			product: "call",
			methods: ["GET", "POST"],
			levels: ["request"],
			mode: "reply",
			reply: { body: "voicexml", required: true },
			deprecated: "the Call API was withdrawn in 2018.",
		}),
		kind("router.dead", {
			methods: [],
			levels: [],
			isOwn: true,
			schema: { properties: { route: {}, code: {} } },
		}),
	].map((entry) => [entry.name, entry]),
);

// --- helpers ---

function kind(name: string, given: Partial<Kind>): Kind {
	return {
		name,
		title: name,
		description: name,
		product: "sms",
		deprecated: undefined,
		methods: ["POST"],
		contentTypes: ["query", "form", "json"],
		levels: ["account"],
		levelsWhy: undefined,
		settings: {},
		mode: "accept",
		reply: { body: "none", required: false },
		timeoutMs: 15_000,
		dedupe: [],
		dedupeNeeds: [],
		orderBy: [],
		number: [],
		signed: undefined,
		precedence: 0,
		schema: {},
		privacy: UNKNOWN,
		recognizes: () => true,
		decode: (parsed) => parsed,
		validate: () => undefined,
		...given,
	};
}
