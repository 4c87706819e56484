import type { Payload } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { KeyPath, Source } from "../finding/located.ts";
import { findKey, parsePointer } from "../finding/pointer.ts";
import { didYouMean } from "../finding/suggest.ts";
import type { Kind } from "./kind.ts";
import { NotLinearError } from "./linear-pattern.ts";
import type { Compiled } from "./validator.ts";
import { findingAt } from "./words.ts";

/** Compiles the schema at `base` of a file, and returns what fails or looks wrong. */
export function tryCompile(
	compiled: () => Compiled,
	source: Source,
	base: KeyPath,
): Finding[] {
	try {
		return compiled().warnings.flatMap((text) => toWarning(text, source));
	} catch (error) {
		if (error instanceof NotLinearError) {
			return [notLinear(error, source, base)];
		}
		const { message, missingRef } = error as Error & { missingRef?: string };
		const format = /unknown format "(.*?)"/.exec(message)?.[1];
		const pattern = /regular expression: \/(.*)\/u: /s.exec(message)?.[1];
		const path = findKey(source.value, (key, value) => {
			if (missingRef !== undefined) {
				return key === "$ref" && missingRef.endsWith(String(value));
			}
			if (format !== undefined) return key === "format" && value === format;
			return pattern !== undefined && isPattern(pattern, key, value);
		});
		const what =
			missingRef !== undefined
				? "the `$ref` has no target"
				: `the schema does not compile: ${message}`;
		const todo =
			missingRef !== undefined
				? "put the target under `$defs` of the same file"
				: undefined;
		return [findingAt(source, path ?? base, { what, todo })];
	}
}

/** Finds examples that do not match their own schema, or that their own kind does not recognize. */
export function checkExamples(
	checks: Pick<Kind, "recognizes" | "decode" | "validate">,
	source: Source,
): Finding[] {
	const { examples } = source.value as { examples?: unknown };
	if (!Array.isArray(examples)) return [];
	return examples.flatMap((example: Payload, index): Finding[] => {
		const problems = checks.validate(checks.decode(example, "json"));
		const findings = (problems ?? []).map(({ path, message }) =>
			findingAt(source, ["examples", index, ...parsePointer(path)], {
				what: `the example does not match its own schema: ${path} ${message}`,
			}),
		);
		const isMarked = typeof example !== "object" || checks.recognizes(example);
		if (findings.length === 0 && !isMarked) {
			const what = "`webhook.recognize` does not know this example";
			findings.push(findingAt(source, ["examples", index], { what }));
		}
		return findings;
	});
}

// --- helpers ---

/** The keywords that are suggested for a typo, without the rarer ones of the standard. */
const KEYWORDS = [
	"$defs",
	"$ref",
	"additionalProperties",
	"allOf",
	"anyOf",
	"const",
	"dependentRequired",
	"description",
	"enum",
	"examples",
	"format",
	"items",
	"maxItems",
	"maxLength",
	"maximum",
	"minItems",
	"minLength",
	"minimum",
	"oneOf",
	"pattern",
	"patternProperties",
	"personal",
	"prefixItems",
	"properties",
	"propertyNames",
	"required",
	"title",
	"type",
	"webhook",
];

/** Returns true at a pattern: the value of `pattern`, or a key of `patternProperties`. */
function isPattern(pattern: string, key: string, value: unknown): boolean {
	return key === pattern || (key === "pattern" && value === pattern);
}

/** Rejects a pattern that could run for hours on a hostile payload. */
function notLinear(
	{ pattern, part }: NotLinearError,
	source: Source,
	base: KeyPath,
): Finding {
	const path = findKey(source.value, (key, value) =>
		isPattern(pattern, key, value),
	);
	return findingAt(source, path ?? base, {
		what: `the pattern has ${part}, which cannot be matched in linear time`,
		expected: "the syntax of RE2: no look-around, no back-reference",
		todo: ADVICE[part] ?? "rewrite it, or check the field in a plugin",
	});
}

const ADVICE: Readonly<Record<string, string>> = {
	"a look-ahead":
		"combine several patterns with `allOf`, and exclude text with `not`",
	"a look-behind":
		"put the preceding text into the pattern itself, and exclude text with `not`",
	"a repetition of over 1,000":
		"write `+` or `*`, and limit the length with `maxLength`",
};

/** Warns about a keyword that AJV does not know. The standard ignores it, and it is usually a typo. */
function toWarning(text: string, source: Source): Finding[] {
	const keyword = /unknown keyword: "(.*?)"/.exec(text)?.[1];
	if (keyword?.startsWith("x-")) return [];
	const path =
		keyword === undefined
			? undefined
			: findKey(source.value, (key) => key === keyword);
	return [
		findingAt(
			source,
			path ?? [],
			{
				severity: "warning",
				what:
					keyword === undefined
						? text
						: `\`${keyword}\` is not a keyword of JSON Schema and does nothing`,
				todo: keyword === undefined ? undefined : didYouMean(keyword, KEYWORDS),
			},
			"key",
		),
	];
}
