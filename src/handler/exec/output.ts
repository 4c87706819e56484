import { HookError } from "../../errors.ts";
import { isTooDeep } from "../../event/json-depth.ts";
import type { Mode, Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import type { NccoChecker } from "../ncco/check.ts";
import { createReplyConverter } from "../plugin/reply.ts";

/** Converts the output of a program into the reply. Undefined is an empty 200. */
export type OutputReader = (output: Buffer) => Reply | undefined;

/** Creates the reader for a kind's answers. It throws HANDLER_REPLY and NCCO_INVALID. */
export function createOutputReader(
	mode: Mode,
	rule: ReplyRule,
	checker: () => NccoChecker,
): OutputReader {
	if (mode === "accept" || rule.body === "none") return () => undefined;
	const convert = createReplyConverter(mode, rule, checker());
	switch (rule.body) {
		case "ncco":
			return rule.required
				? (output) => convert(toJson(output))
				: (output) => convert(toText(output));
		case "any":
			return (output) => convert(toValue(output));
		default:
			return (output) => convert(toText(output));
	}
}

// --- helpers ---

function toText(output: Buffer): string | undefined {
	return output.byteLength === 0 ? undefined : output.toString("utf8");
}

function toJson(output: Buffer): unknown {
	const text = toText(output);
	if (text === undefined) return undefined;
	try {
		if (isTooDeep(text)) throw new RangeError("it is nested too deeply");
		return JSON.parse(text);
	} catch {
		// The parser's error repeats a part of the output, so it is not used as the cause.
		throw new HookError(
			"HANDLER_REPLY",
			"the output of the program is not JSON, expected an NCCO: a list of actions",
		);
	}
}

/** Returns an object or a list, or the text. */
function toValue(output: Buffer): unknown {
	const text = toText(output);
	if (text === undefined || !/^\s*[{[]/.test(text)) return text;
	try {
		return isTooDeep(text) ? text : JSON.parse(text);
	} catch {
		return text;
	}
}
