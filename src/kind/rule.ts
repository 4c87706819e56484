import { LEVELS, type Level } from "../event/webhook.ts";
import { parseDuration } from "../finding/units.ts";
import { WEBHOOK_SCHEMA, type WebhookKeyword } from "./keyword.ts";
import type { Kind, ReplyRule } from "./kind.ts";
import { toPrivacy } from "./personal.ts";
import { toResend } from "./resend.ts";

/** Whether a file is a kind of the catalog or the schema of one route. */
export type Origin = "kind" | "schema";

/** The part of a kind that is derived from its `webhook` keyword. */
export type KindRule = Omit<
	Kind,
	"recognizes" | "decode" | "validate" | "compile"
>;

/** Fills in the defaults of a `webhook` keyword, which are in `WEBHOOK_SCHEMA`. */
export function createRule(
	name: string,
	schema: object,
	rule: WebhookKeyword,
	origin: Origin,
): KindRule {
	const { title, description } = schema as Record<string, unknown>;
	const defaults = WEBHOOK_SCHEMA.properties;
	const isOwn = rule.own ?? defaults.own.default;
	const levels: readonly Level[] = rule.levels ?? defaults.levels.default;
	return {
		name,
		title: typeof title === "string" ? title : name,
		description: typeof description === "string" ? description : "",
		product: rule.product ?? name.split(".", 1)[0] ?? name,
		deprecated: rule.deprecated,
		methods: isOwn ? [] : (rule.methods ?? defaults.methods.default),
		contentTypes: rule.contentTypes ?? contentTypesOf(rule, origin),
		levels: LEVELS.filter((level) => !isOwn && levels.includes(level)),
		levelsWhy: rule.levelsWhy,
		settings: rule.settings ?? defaults.settings.default,
		mode: rule.mode ?? defaults.mode.default,
		reply: replyOf(rule, origin),
		timeoutMs: parseDuration(rule.timeout ?? defaults.timeout.default) ?? 0,
		resend: rule.retry === undefined ? undefined : toResend(rule.retry),
		dedupe: rule.dedupe ?? defaults.dedupe.default,
		dedupeNeeds: rule.dedupeNeeds ?? defaults.dedupeNeeds.default,
		orderBy: rule.orderBy ?? defaults.orderBy.default,
		number: rule.number ?? defaults.number.default,
		ids: rule.ids ?? defaults.ids.default,
		signed: rule.signed,
		precedence: rule.precedence ?? defaults.precedence.default,
		privacy: toPrivacy(schema),
		isOpen: rule.open ?? defaults.open.default,
		isOwn,
		schema: schema as Kind["schema"],
	};
}

// --- helpers ---

/** Adds the query to the default content types of a kind with GET, and of a route with `schema`. */
function contentTypesOf(
	{ methods = WEBHOOK_SCHEMA.properties.methods.default }: WebhookKeyword,
	origin: Origin,
): Kind["contentTypes"] {
	const { default: bodies } = WEBHOOK_SCHEMA.properties.contentTypes;
	const hasQuery = origin === "schema" || methods.includes("GET");
	return hasQuery ? [...bodies, "query"] : bodies;
}

function replyOf(rule: WebhookKeyword, origin: Origin): ReplyRule {
	const isFree = origin === "schema" || rule.mode === "reply";
	const {
		body,
		required = false,
		when,
	}: Authored = rule.reply ?? {
		body: isFree ? "any" : "none",
	};
	if (when === undefined) return { body, required };
	const fields = Object.entries(when);
	return {
		body,
		required,
		when: new Map(fields.map(([field, values]) => [field, new Set(values)])),
	};
}

type Authored = NonNullable<WebhookKeyword["reply"]>;
