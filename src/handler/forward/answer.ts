import { isUtf8 } from "node:buffer";
import { HookError } from "../../errors.ts";
import type { Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import { type NccoChecker, toNccoReply } from "../ncco/check.ts";
import type { UpstreamAnswer } from "./exchange.ts";
import { toReplyHeaders } from "./headers.ts";
import type { StatusRange } from "./settings.ts";

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

/** True for a status in one of the ranges. */
export function isAmong(
	status: number,
	ranges: readonly StatusRange[],
): boolean {
	for (const { from, to } of ranges)
		if (status >= from && status <= to) return true;
	return false;
}

/**
 * Reads Retry-After: seconds, or a date in any of the three forms of HTTP (RFC 9110 sections 5.6.7 and
 * 10.2.3). Returns milliseconds from `now`, at most 24 h; undefined for anything else.
 *
 * @param now milliseconds since the epoch
 */
export function readRetryAfter(
	header: string | string[] | undefined,
	now: number,
): number | undefined {
	const text = typeof header === "string" ? header.trim() : header?.[0];
	if (text === undefined) return undefined;
	if (/^\d+$/.test(text)) {
		return Math.min(Number(text) * 1000, LONGEST_WAIT_MS);
	}
	if (!HTTP_DATE.test(text)) return undefined;
	// The form of asctime has no zone, but is UTC as well.
	const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
	if (Number.isNaN(time)) return undefined;
	return Math.min(Math.max(time - now, 0), LONGEST_WAIT_MS);
}

/** Says in one line what an upstream answered, with the beginning of the body. */
export function describeAnswer({
	status,
	headers,
	body,
}: UpstreamAnswer): string {
	if (status >= 300 && status < 400) {
		const to = headers.location;
		const target = typeof to === "string" ? ` to ${withoutQuery(to)}` : "";
		return `answered ${status}${target}: redirects are not followed, write the right URL in \`forward\``;
	}
	const text = describeBody(headers["content-encoding"], body);
	return text === "" ? `answered ${status}` : `answered ${status}: ${text}`;
}

/** Bytes of a failure's body that its reason may take from. */
export const REASON_BYTES = 2048;

// --- helpers ---

const LONGEST_WAIT_MS = 86_400_000;
const REASON_LENGTH = 512;

const HTTP_DATE =
	/^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

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
		return JSON.parse(text);
	} catch (error) {
		throw new HookError(
			"HANDLER_REPLY",
			"the upstream's answer is not JSON, expected an NCCO: a list of actions",
			{ cause: error },
		);
	}
}

/** Returns the readable part of a body, in one line. */
function describeBody(
	encoding: string | string[] | undefined,
	body: Buffer,
): string {
	if (body.length === 0) return "";
	if (encoding !== undefined && encoding !== "identity") {
		return "(a compressed body)";
	}
	const line = toLine(body.toString("utf8"));
	const characters = [...line];
	if (characters.length <= REASON_LENGTH) return line;
	return `${characters.slice(0, REASON_LENGTH - 1).join("")}…`;
}

/** Control and formatting characters could forge a line of a log, or hide one. */
function toLine(text: string): string {
	return text.replace(/[\p{C}\p{Z}\uFFFD]+/gu, " ").trim();
}

function withoutQuery(location: string): string {
	return toLine(location.replace(/[?#].*$/s, "")).slice(0, 200);
}
