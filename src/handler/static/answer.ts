import { HookError } from "../../errors.ts";
import type { Reply } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import { isHeard, type ReplyRule } from "../../kind/kind.ts";
import type { Handler } from "../handler.ts";
import { type NccoChecker, toNccoReply } from "../ncco/check.ts";
import type { CreatedStatic } from "./static.ts";

/** The route that a static answer has to fit. */
export interface StaticPlace {
	readonly rule: ReplyRule;
	readonly checker: NccoChecker;
	/** The position of the answer. */
	readonly at: Position;
}

/**
 * Adapts a static answer to its kind: an NCCO is checked once, and a body that the platform ignores is not sent. An answer with
 * another status than 2xx, or for another kind, is sent unchanged.
 */
export function fitStatic(
	created: CreatedStatic,
	status: number,
	{ rule, checker, at }: StaticPlace,
): CreatedStatic {
	const { handler, findings } = created;
	const isFree = rule.body !== "none" && rule.body !== "ncco";
	if (handler === undefined || isFree || status < 200 || status > 299)
		return created;
	const nothing = emptyReply(status);
	const bare: Handler = { handle: () => nothing };
	if (rule.body === "none") return { handler: bare, findings };
	let ncco: Reply | undefined;
	try {
		ncco = toNccoReply(readAnswer(created), checker, rule);
	} catch (error) {
		if (!(error instanceof HookError)) throw error;
		const finding: Finding = {
			...at,
			severity: "error",
			what: `the static answer is not a valid NCCO: ${error.message}`,
			todo: "write `ncco` instead, which `check` looks into, or a status other than 2xx",
		};
		return { handler: undefined, findings: [...findings, finding] };
	}
	if (ncco === undefined) return { handler: bare, findings };
	if (rule.when === undefined) return created;
	const heard: Handler = {
		handle: (event, deadline) =>
			isHeard(rule, event.payload) ? handler.handle(event, deadline) : nothing,
	};
	return { handler: heard, findings };
}

// --- helpers ---

/** Returns the value of JSON, otherwise the text. */
function readAnswer({ full }: CreatedStatic): unknown {
	if (full === undefined)
		throw new HookError("HANDLER_REPLY", "the file is too large for one");
	const { body } = full;
	if (!(body instanceof Uint8Array)) return undefined;
	const text = new TextDecoder().decode(body);
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function emptyReply(status: number): Reply {
	return Object.freeze({
		status,
		// A 204 has no length (RFC 9110 section 8.6).
		headers: Object.freeze(status === 204 ? {} : { "content-length": "0" }),
		body: undefined,
	});
}
