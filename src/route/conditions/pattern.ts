import {
	compileLinear,
	type LinearPattern,
} from "../../kind/linear-pattern.ts";
import { wordPatternFault } from "../../kind/pattern-words.ts";
import type { ConditionType, ReadContext } from "./condition.ts";
import { misfitOfValue } from "./lookup.ts";

/**
 * `{ pattern: "^stop\\b", flags: i }`: a regular expression that fits any part of the text. It runs on an engine of linear
 * time, so that no text makes it slow; a text of more than 8 KiB fits none.
 */
export const PATTERN: ConditionType = {
	name: "pattern",
	keys: {
		pattern: {
			description:
				"A regular expression (ECMA-262) that fits any part of the text, unless it begins with `^` or ends with `$`. It takes linear time: look-around and back-references are refused. A text of more than 8,192 characters fits no pattern.",
			type: "string",
			minLength: 1,
			defaultNote: "–",
			examples: ["^stop\\b"],
		},
		flags: {
			description:
				"Flags of the pattern: `i` takes upper and lower case alike, `s` lets `.` take a line break, `m` lets `^` and `$` stand at each line.",
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

/** Characters. A pattern costs the text's length times its own: 100 KB of text would hold up all other webhooks. */
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
