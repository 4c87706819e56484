import {
	compileLinear,
	type LinearPattern,
} from "../../kind/linear-pattern.ts";
import { wordPatternFault } from "../../kind/pattern-words.ts";
import type { ConditionType, ReadContext } from "./condition.ts";
import { misfitOfValue } from "./lookup.ts";

/**
 * `{ pattern: "^stop\\b", flags: i }`: a regular expression that matches any part of the string. It runs on an engine with
 * linear time, so no string makes it slow. A string of more than 8 KiB never matches.
 */
export const PATTERN: ConditionType = {
	name: "pattern",
	keys: {
		pattern: {
			description:
				"A regular expression of JavaScript, without look-around and back-references. It can match any part of the field: use `^` and `$` for the whole. A field of more than 8,192 characters never matches.",
			type: "string",
			minLength: 1,
			defaultNote: "–",
			examples: ["^stop\\b"],
		},
		flags: {
			description:
				"Flags of the pattern: `i` ignores case, `s` lets `.` match line breaks, `m` lets `^` and `$` match at each line.",
			type: "string",
			pattern: "^[ims]+$",
			expects: "`i`, `m`, `s` or several of them",
			defaultNote: "none",
			examples: ["i"],
		},
	},
	needs: { flags: ["pattern"] },
	read({ pattern: written, flags: writtenFlags }, context) {
		const source = written as string;
		const flags = (writtenFlags as string | undefined) ?? "";
		const pattern = compile(source, flags, context);
		if (pattern === undefined) return undefined;
		return {
			written: flags === "" ? { pattern: source } : { pattern: source, flags },
			describe: () => `a text that /${source}/${flags} fits`,
			fits: (value) =>
				typeof value === "string" &&
				value.length <= TEXT_MAX &&
				pattern.test(value),
			samples: () => [],
			misfit: misfitOfValue,
		};
	},
};

// --- helpers ---

/** Characters. The cost of a pattern is its length times the length of the string: 100 KB would delay all other webhooks. */
const TEXT_MAX = 8192;

function compile(
	source: string,
	flags: string,
	{ site, report }: ReadContext,
): LinearPattern | undefined {
	const at = site.in("pattern");
	try {
		return compileLinear(source, flags);
	} catch (error) {
		const shown = { shown: at.show(source), isHidden: at.isSecret() };
		const wording = wordPatternFault(error, source, shown);
		if (wording === undefined) throw error;
		report.error(at.at(), wording);
		return undefined;
	}
}
