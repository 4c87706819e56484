import type { Wording } from "../finding/finding.ts";
import { NotLinearError } from "./linear-pattern.ts";

/** Says what is wrong with a pattern that did not compile; undefined for an error of another sort. */
export function wordPatternFault(
	error: unknown,
	source: string,
	{ shown, isHidden }: ShownPattern,
): Wording | undefined {
	if (error instanceof NotLinearError) {
		const { part } = error;
		return {
			what: `the pattern has ${isHidden ? "a part" : part}, which cannot run in linear time`,
			todo: adviseOn(part),
		};
	}
	if (!(error instanceof SyntaxError)) return undefined;
	const reason = isHidden ? "" : `: ${reasonOf(error, source)}`;
	return {
		what: `the pattern ${shown} is not a regular expression${reason}`,
		todo: /\(\?[a-z]+\)/.test(source)
			? "write its flags under `flags`, such as `flags: i`"
			: undefined,
	};
}

/** A pattern as a finding shows it. */
export interface ShownPattern {
	readonly shown: string;
	/** True where no part of it may be shown, as of one from the environment. */
	readonly isHidden: boolean;
}

// --- helpers ---

function adviseOn(part: string): string {
	switch (part) {
		case "a look-ahead":
		case "a look-behind":
			return "write a pattern without it, and the exception as `not: { pattern: … }` beside it";
		case "a back-reference":
			return "write out the texts that it may stand for, or compare in a plugin";
		default:
			return "write a shorter or simpler pattern";
	}
}

/** The engine's message without the pattern, which stands before it already. */
function reasonOf({ message }: SyntaxError, source: string): string {
	const reason = message.split(": ").at(-1) ?? message;
	return reason === "" || reason.includes(source)
		? "it does not compile"
		: reason.charAt(0).toLowerCase() + reason.slice(1);
}
