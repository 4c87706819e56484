import { isRecord } from "../event/is-record.ts";
import type { Incoming } from "./transport.ts";

/**
 * Describes in a few words why the platform refused a call. Undefined for a successful answer. The older APIs put `error-code`
 * into an answer of any status, the newer ones answer problem+json (RFC 9457).
 *
 * @param secret is removed, in case an answer repeats it
 */
export function describeRefusal(
	{ status, text }: Incoming,
	secret: string,
): string | undefined {
	const body = parse(text);
	const code = isRecord(body) ? codeOf(body) : undefined;
	if (code !== undefined) return clean(code, secret);
	if (status === 200 || status === 201 || status === 204) return undefined;
	const why = isRecord(body) ? problemOf(body) : undefined;
	if (why !== undefined) return clean(why, secret);
	const words = isRecord(body) ? "" : firstWords(text);
	return clean(`status ${status}${words === "" ? "" : `, ${words}`}`, secret);
}

// --- helpers ---

type Body = Readonly<Record<string, unknown>>;

function codeOf(body: Body): string | undefined {
	const code = body["error-code"];
	if (code === undefined || String(code) === "200") return undefined;
	const label = body["error-code-label"];
	const isBare = String(code) === "401" || typeof label !== "string";
	return `error-code ${String(code)}${isBare ? "" : `, ${label}`}`;
}

function problemOf(body: Body): string | undefined {
	const { title, detail, invalid_parameters: invalid } = body;
	if (typeof title !== "string") return undefined;
	const parts = [title, typeof detail === "string" ? detail : ""];
	if (Array.isArray(invalid)) parts.push(...invalid.map(describeParameter));
	return parts
		.filter((part) => part !== "")
		.map((part) => part.replace(/\.$/, ""))
		.join(". ");
}

function describeParameter(parameter: unknown): string {
	if (!isRecord(parameter)) return "";
	const { name, reason } = parameter;
	return `\`${String(name)}\`: ${String(reason)}`;
}

function firstWords(text: string): string {
	const plain = text
		.replace(/<[^>]*>/g, " ")
		.replace(/\s+/g, " ")
		.trim();
	return plain.slice(0, 120);
}

function clean(text: string, secret: string): string {
	return secret === "" ? text : text.replaceAll(secret, "(a secret)");
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
