import { type KeptAnswer, readAnswer } from "../../inbox/port/kept-answer.ts";
import type { Kind } from "../../kind/kind.ts";
import { hideAll } from "../../observe/hide-all.ts";
import { maskAny } from "../../observe/mask-payload.ts";
import { type Privacy, UNKNOWN } from "../../observe/privacy.ts";

/** The stored answer of a reply in its displayed form. */
export interface ShownAnswer {
	readonly status: number;
	readonly type: string | undefined;
	/** A JSON value or a text. Undefined if none is stored. */
	readonly body: unknown;
	/** The reason why the body is incomplete or missing. */
	readonly note: string | undefined;
}

/** The options of masking an answer. */
export interface AnswerMask {
	readonly isMasked: boolean;
	/** The privacy of NCCOs, which is loaded when the first NCCO is masked. */
	readonly ncco: () => Privacy;
}

/** Reads the stored answer of a delivery, and masks it. Undefined if there is none. */
export function toShownAnswer(
	answer: string | undefined,
	kind: Kind | undefined,
	{ isMasked, ncco }: AnswerMask,
): ShownAnswer | undefined {
	const kept = answer === undefined ? undefined : readAnswer(answer);
	if (kept === undefined) return undefined;
	const { status, type } = kept;
	const isHidden = isMasked && !kept.isFixed;
	return {
		status,
		type,
		body: bodyOf(kept, kind, isHidden ? ncco : undefined),
		note: noteOf(kept),
	};
}

// --- helpers ---

/** @param ncco undefined to mask nothing */
function bodyOf(
	{ body, sizeBytes }: KeptAnswer,
	kind: Kind | undefined,
	ncco: (() => Privacy) | undefined,
): unknown {
	if (body === undefined) return undefined;
	// A truncated JSON text cannot be parsed.
	const value = sizeBytes === undefined ? parse(body) : undefined;
	if (value === undefined) return ncco === undefined ? body : hideAll(body);
	if (ncco === undefined) return value;
	const isNcco = kind?.reply.body === "ncco";
	return maskAny(value, isNcco ? ncco() : UNKNOWN);
}

/** Parses a JSON object or list. Returns undefined for any other text, which is shown as it was sent. */
function parse(text: string): object | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}

function noteOf({ body, sizeBytes, file }: KeptAnswer): string | undefined {
	if (file !== undefined)
		return `the file ${file}, ${sizeBytes ?? 0} bytes, not stored`;
	if (sizeBytes === undefined) return undefined;
	return body === undefined
		? `${sizeBytes} bytes of binary data, not stored`
		: `the first part of ${sizeBytes} bytes`;
}
