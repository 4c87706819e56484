import type { ErrorObject } from "ajv";
import type { Finding, Remark, Wording } from "../finding/finding.ts";
import type { KeyPath, Source } from "../finding/located.ts";
import { parsePointer } from "../finding/pointer.ts";
import { didYouMean } from "../finding/suggest.ts";

/** Makes a finding at a value of a file, or at its key. */
export function findingAt(
	source: Source,
	path: KeyPath,
	remark: Wording & Partial<Remark>,
	part: "key" | "value" = "value",
): Finding {
	const { line, column } = source.locate(path, part);
	return { severity: "error", ...remark, file: source.file, line, column };
}

/** Turns AJV's errors about a file's value at `base` into findings, one for each place. */
export function toFindings(
	errors: readonly ErrorObject[],
	source: Source,
	base: KeyPath,
): Finding[] {
	const findings = new Map<string, Finding>();
	for (const error of errors) {
		const path = [...base, ...parsePointer(error.instancePath)];
		const name = error.params.additionalProperty;
		const isKey = typeof name === "string";
		const place = isKey ? [...path, name] : path;
		const key = place.join("\n");
		if (findings.has(key)) continue;
		const remark = isKey
			? unknownKey(name, path, error)
			: wrongValue(place, error);
		findings.set(
			key,
			findingAt(source, place, remark, isKey ? "key" : "value"),
		);
	}
	return [...findings.values()];
}

// --- helpers ---

function unknownKey(name: string, path: KeyPath, error: ErrorObject): Wording {
	const known = Object.keys(
		(error.parentSchema?.properties ?? {}) as Record<string, unknown>,
	);
	return {
		what: `\`${name}\` is not a key of \`${dotted(path)}\``,
		expected: `one of ${known.join(", ")}`,
		todo: didYouMean(name, known),
	};
}

function wrongValue(path: KeyPath, error: ErrorObject): Wording {
	const what = `\`${dotted(path)}\` is not valid`;
	if (error.keyword !== "enum") {
		return { what, expected: `a value that ${error.message ?? "fits"}` };
	}
	const allowed = (error.params.allowedValues as readonly unknown[]).map(
		String,
	);
	return {
		what,
		expected: `one of ${allowed.join(", ")}`,
		todo: didYouMean(String(error.data), allowed),
	};
}

function dotted(path: KeyPath): string {
	return path.length === 0 ? "the schema" : path.join(".");
}
