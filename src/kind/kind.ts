import { isRecord } from "../event/is-record.ts";
import type { Encoding, Level, Mode, Payload } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { Privacy } from "../observe/privacy.ts";
import type { ResendRule } from "./resend.ts";

/** One reason why a payload does not fit: a JSON pointer (empty for the whole) and a sentence without values. */
export interface Problem {
	readonly path: string;
	readonly message: string;
}

/** The rule for the answer's body: who reads it, and when. */
export interface ReplyRule {
	/** The format that the platform reads. `none`: it ignores the body. `any`: the route decides. */
	readonly body: "none" | "ncco" | "voicexml" | "audio" | "any";
	/** False where an empty body means "go on". */
	readonly required: boolean;
	/** Fields with the values that let an answer count, each of which must fit; undefined where every answer counts. */
	readonly when?: ReadonlyMap<string, ReadonlySet<unknown>>;
}

/** Where a URL of this kind is set at the platform, for one level. */
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
	/** Why and since when it is withdrawn; undefined while it is current. */
	readonly deprecated: string | undefined;
	readonly methods: readonly string[];
	readonly contentTypes: readonly Encoding[];
	/** The levels that exist for it, widest first. */
	readonly levels: readonly Level[];
	/** Why other levels do not exist, one sentence; undefined for a user's own. */
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
	/** Where several kinds share a path, the higher is asked first. */
	readonly precedence: number;
	/** How much of its payload may be shown. */
	readonly privacy: Privacy;
	/** True where a route may narrow it by a schema of its own; default false. */
	readonly isOpen?: boolean;
	/** The JSON Schema as read. */
	readonly schema: Readonly<Record<string, unknown>>;
	/** True when a payload, parsed and not yet decoded, carries this kind's marks. */
	recognizes(payload: Payload): boolean;
	/** Turns parsed text or JSON into the one shape that the schema states. MUST NOT change what it is given. */
	decode(parsed: Payload, encoding: Encoding): Payload;
	/** Returns what is wrong, or undefined for a valid payload. */
	validate(payload: Payload): readonly Problem[] | undefined;
	/**
	 * Compiles everything ahead of the first webhook, and returns what is wrong with the file: a schema
	 * that does not compile, an example that does not fit it.
	 */
	compile?(): readonly Finding[];
}

/** Kinds by name. */
export type KindCatalog = ReadonlyMap<string, Kind>;

/** True when the platform looks at the body of the answer to this payload. */
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
