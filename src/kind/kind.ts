import { isRecord } from "../event/is-record.ts";
import type { Encoding, Level, Mode, Payload } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { Privacy } from "../observe/privacy.ts";
import type { ResendRule } from "./resend.ts";

/** One reason why a payload is invalid: a JSON pointer (empty for the whole payload) and a sentence without values. */
export interface Problem {
	readonly path: string;
	readonly message: string;
}

/** The rule for the body of the answer. */
export interface ReplyRule {
	/** The format that the platform reads. `none`: it ignores the body. `any`: the route decides. */
	readonly body: "none" | "ncco" | "voicexml" | "audio" | "any";
	/** False if an empty body means "continue". */
	readonly required: boolean;
	/** The fields and values for which the answer is used. All of them must match. Undefined if every answer is used. */
	readonly when?: ReadonlyMap<string, ReadonlySet<unknown>>;
}

/** The setting that contains the URL of this kind at the platform, for one level. */
export interface Setting {
	/** The REST call and its parameter. */
	readonly rest?: string;
	/** The place in the dashboard. */
	readonly dashboard?: string;
	/** The settings that `switchhook platform` writes: `moHttpUrl` of an account or a number, `voice.answer_url` of an application. */
	readonly set?: readonly string[];
}

/**
 * A part of a key: a field of the payload (`messageId`, `stream.id`) or a request header
 * (`headers.x-von-delivery-id`). Of a list, the first one present counts.
 */
export type KeyField = string | readonly string[];

/** A kind of webhook: a compiled `schemas/<kind>.json`. */
export interface Kind {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly product: string;
	/** Why and since when it is withdrawn. Undefined if it is current. */
	readonly deprecated: string | undefined;
	readonly methods: readonly string[];
	readonly contentTypes: readonly Encoding[];
	/** The levels that exist for it, widest first. */
	readonly levels: readonly Level[];
	/** One sentence that explains why it has no other levels. Undefined for a user's own kind. */
	readonly levelsWhy: string | undefined;
	readonly settings: Readonly<Partial<Record<Level, Setting>>>;
	readonly mode: Mode;
	readonly reply: ReplyRule;
	/** Default time for a handler, milliseconds. */
	readonly timeoutMs: number;
	/** When the sender sends it again; undefined where nothing is known. */
	readonly resend?: ResendRule | undefined;
	readonly dedupe: readonly KeyField[];
	/** Fields without which a webhook has no dedupe key. */
	readonly dedupeNeeds: readonly KeyField[];
	readonly orderBy: readonly string[];
	/** Fields that hold the user's own number. */
	readonly number: readonly string[];
	/** Fields that may hold an id where others hold a number; default none. */
	readonly ids?: readonly string[];
	/** Schemes by which the sender can sign it, none for never; undefined where nothing is known. */
	readonly signed: readonly string[] | undefined;
	/** If several kinds share a path, the kind with the highest value is tried first. */
	readonly precedence: number;
	/** The rules for masking its payload. */
	readonly privacy: Privacy;
	/** True if a route can narrow it with a schema. Default false. */
	readonly isOpen?: boolean;
	/** True if the router itself creates its events, so that only an internal route can have it. Default false. */
	readonly isOwn?: boolean;
	/** The JSON Schema as read. */
	readonly schema: Readonly<Record<string, unknown>>;
	/** Returns true if a payload, parsed but not yet decoded, looks like this kind. */
	recognizes(payload: Payload): boolean;
	/** Converts parsed text or JSON to the shape of the schema. MUST NOT change its argument. */
	decode(parsed: Payload, encoding: Encoding): Payload;
	/** Returns the problems, or undefined for a valid payload. */
	validate(payload: Payload): readonly Problem[] | undefined;
	/**
	 * Compiles everything before the first webhook, and returns the findings of the file: a schema that does not compile,
	 * or an example that does not match it.
	 */
	compile?(): readonly Finding[];
}

/** Kinds by name. */
export type KindCatalog = ReadonlyMap<string, Kind>;

/** Returns true if the platform reads the body of the answer to this payload. */
export function isHeard({ body, when }: ReplyRule, payload: unknown): boolean {
	if (body === "none") return false;
	if (when === undefined) return true;
	if (!isRecord(payload)) return false;
	for (const [field, values] of when)
		if (!values.has(payload[field])) return false;
	return true;
}

/** Writes problems in one line, without values. */
export function describeProblems(problems: readonly Problem[]): string {
	return problems
		.map(({ path, message }) => `${path || "the payload"} ${message}`)
		.join("; ");
}
