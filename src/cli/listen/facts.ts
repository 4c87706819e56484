import { toSubject } from "../../desk/content.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Headers } from "../../event/webhook.ts";
import { readEnvelope } from "../../inbox/port/envelope.ts";
import { maskPersonal } from "../../observe/mask.ts";
import type { HeardCopy } from "./heard.ts";

/** The facts about a copy that a person or a program looks for. */
export interface CopyFacts {
	readonly id: string;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	readonly route: string;
	readonly kind: string;
	readonly level: string | undefined;
	readonly outcome: string;
	readonly method: string;
	readonly path: string;
	readonly query: string;
	readonly headers: Headers;
	readonly params: Readonly<Record<string, string>>;
	readonly claims: Readonly<Record<string, unknown>>;
	/** The client's address. Undefined if it is unknown. */
	readonly client: string | undefined;
	/** Undefined if it cannot be read. */
	readonly payload: unknown;
}

/** Reads the facts of a copy. */
export function factsOf({ delivery, outcome, level }: HeardCopy): CopyFacts {
	const { id, receivedAt, route, kind, envelope } = delivery;
	const { method, path, query, headers, params, claims, client } =
		readEnvelope(envelope);
	const payload = toSubject(delivery, () => undefined)?.payload;
	return {
		id,
		receivedAt,
		route,
		kind,
		level,
		outcome,
		method,
		path,
		query,
		headers,
		params,
		claims,
		client,
		payload,
	};
}

/** Names the two sides of a webhook for a list, with masked numbers: `44********01 → 44********00`. Empty if it names none. */
export function partiesOf(payload: unknown): string {
	if (!isRecord(payload)) return "";
	const from = partyOf(payload.from ?? payload.msisdn);
	const to = partyOf(payload.to);
	return [from, to].filter((party) => party !== "").join(" → ");
}

// --- helpers ---

/** A side is a number, or an object with one. */
function partyOf(value: unknown): string {
	const found = isRecord(value) ? (value.number ?? value.id) : value;
	if (typeof found !== "string" && typeof found !== "number") return "";
	const masked = maskPersonal(String(found), "number");
	// A column has no room for the length.
	return masked.startsWith("[masked") ? "[masked]" : masked;
}
