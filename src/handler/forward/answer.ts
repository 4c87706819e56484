import { isUtf8 } from "node:buffer";
import { HookError } from "../../errors.ts";
import { isTooDeep } from "../../event/json-depth.ts";
import type { Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import { type NccoChecker, toNccoReply } from "../ncco/check.ts";
import type { UpstreamAnswer } from "./exchange.ts";
import { toReplyHeaders } from "./headers.ts";

/** Converts an upstream's answer into the reply. Undefined is an empty 200. */
export type AnswerReader = (answer: UpstreamAnswer) => Reply | undefined;

/**
 * Creates the reader for a kind's answers. Undefined if nobody uses them. An NCCO is checked like any other, whatever its
 * content type. Other answers are passed on with their status and headers. The reader throws HANDLER_REPLY and NCCO_INVALID.
 */
export function createAnswerReader(
	rule: ReplyRule,
	checker: () => NccoChecker,
): AnswerReader | undefined {
	if (rule.body === "none") return undefined;
	if (rule.body === "ncco") {
		const check = checker();
		return rule.required
			? (answer) => toNccoReply(readJson(answer), check, rule)
			: (answer) => toNccoReply(readText(answer), check, rule);
	}
	return ({ status, headers, body }) => {
		if (rule.required && body.length === 0) {
			throw new HookError(
				"HANDLER_REPLY",
				`the upstream answered ${status} without a body, which this kind needs`,
			);
		}
		return {
			status,
			headers: toReplyHeaders(headers),
			body: body.length === 0 ? undefined : body,
		};
	};
}

/** An answer in words. */
export interface ToldAnswer {
	/** One line with the beginning of the body. */
	readonly text: string;
	/** The part of it that comes from the upstream. Empty if there is none. */
	readonly said: string;
}

/** Describes an upstream's answer in one line. `hide` removes text that must not be repeated. */
export function describeAnswer(
	{ status, headers, body }: UpstreamAnswer,
	hide: (text: string) => string = (text) => text,
): ToldAnswer {
	if (status >= 300 && status < 400) {
		const to = headers.location;
		const said = typeof to === "string" ? ` to ${withoutQuery(to, hide)}` : "";
		const text = `answered ${status}${said}: redirects are not followed, write the right URL in \`forward\``;
		return { text, said };
	}
	const line = describeBody(headers["content-encoding"], body, hide);
	const said = line === "" ? "" : `: ${line}`;
	return { text: `answered ${status}${said}`, said };
}

/** The bytes of a failure's body that may be used for its reason. */
export const REASON_BYTES = 2048;

// --- helpers ---

const REASON_LENGTH = 512;

/** Returns undefined for text that is not UTF-8, which JSON requires. Skips a byte order mark, as RFC 8259 section 8.1 allows. */
function readText({ headers, body }: UpstreamAnswer): string {
	refuseCompressed(headers);
	return isUtf8(body) ? new TextDecoder().decode(body) : "";
}

function refuseCompressed(headers: UpstreamAnswer["headers"]): void {
	const encoding = headers["content-encoding"];
	if (encoding !== undefined && encoding !== "identity") {
		throw new HookError(
			"HANDLER_REPLY",
			"the upstream compressed its answer, which it was not asked to do",
		);
	}
}

/** Returns undefined for an empty body, which is an empty answer. */
function readJson({ headers, body }: UpstreamAnswer): unknown {
	if (body.length === 0) return undefined;
	refuseCompressed(headers);
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
		if (isTooDeep(text)) throw new RangeError("it is nested too deeply");
		return JSON.parse(text);
	} catch {
		// The parser's error repeats a part of the answer, so it is not used as the cause.
		throw new HookError(
			"HANDLER_REPLY",
			"the upstream's answer is not JSON, expected an NCCO: a list of actions",
		);
	}
}

/** Returns the readable part of a body, in one line. */
function describeBody(
	encoding: string | string[] | undefined,
	body: Buffer,
	hide: (text: string) => string,
): string {
	if (body.length === 0) return "";
	if (encoding !== undefined && encoding !== "identity") {
		return "(a compressed body)";
	}
	const line = hide(toLine(body.toString("utf8")));
	const characters = [...line];
	if (characters.length <= REASON_LENGTH) return line;
	return `${characters.slice(0, REASON_LENGTH - 1).join("")}…`;
}

/** Removes control and formatting characters, which could forge or hide a line of a log. */
function toLine(text: string): string {
	return text.replace(/[\p{C}\p{Z}\uFFFD]+/gu, " ").trim();
}

function withoutQuery(
	location: string,
	hide: (text: string) => string,
): string {
	return hide(toLine(location.replace(/[?#].*$/s, ""))).slice(0, 200);
}
