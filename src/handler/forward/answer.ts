import { isUtf8 } from "node:buffer";
import { HookError } from "../../errors.ts";
import { isTooDeep } from "../../event/json-depth.ts";
import type { Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import { type NccoChecker, toNccoReply } from "../ncco/check.ts";
import type { UpstreamAnswer } from "./exchange.ts";
import { toReplyHeaders } from "./headers.ts";

/** Turns an upstream's answer into what is sent; undefined is an empty 200. */
export type AnswerReader = (answer: UpstreamAnswer) => Reply | undefined;

/**
 * Makes the reader for a kind's answers; undefined where nobody looks at them. An NCCO is checked as any
 * other is, whatever its content type; all else is passed on with its status and headers. It throws
 * HANDLER_REPLY and NCCO_INVALID.
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
	/** In one line, with the beginning of the body. */
	readonly text: string;
	/** The part of it that the upstream said; empty where it said nothing. */
	readonly said: string;
}

/** Says in one line what an upstream answered. `hide` takes out what it must not repeat, whole. */
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

/** Bytes of a failure's body that its reason may take from. */
export const REASON_BYTES = 2048;

// --- helpers ---

const REASON_LENGTH = 512;

/** Nothing for what is no UTF-8, as JSON has to be. A byte order mark is skipped (RFC 8259 section 8.1 lets a reader do so). */
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

/** Undefined for an empty body: the upstream has nothing to say. */
function readJson({ headers, body }: UpstreamAnswer): unknown {
	if (body.length === 0) return undefined;
	refuseCompressed(headers);
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
		if (isTooDeep(text)) throw new RangeError("it is nested too deeply");
		return JSON.parse(text);
	} catch {
		// The parser's error is no cause to tell of: it repeats some of the answer.
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

/** Control and formatting characters could forge a line of a log, or hide one. */
function toLine(text: string): string {
	return text.replace(/[\p{C}\p{Z}\uFFFD]+/gu, " ").trim();
}

function withoutQuery(
	location: string,
	hide: (text: string) => string,
): string {
	return hide(toLine(location.replace(/[?#].*$/s, ""))).slice(0, 200);
}
