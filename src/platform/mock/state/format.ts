import { type Json, leafOf } from "../json.ts";

/** Writes JSON as a person reads it, with an indentation of two. */
export function formatPretty(json: Json, indentation = ""): string {
	const inner = `${indentation}  `;
	if (json instanceof Map && json.size > 0) {
		const fields = [...json].map(
			([key, value]) =>
				`${inner}${JSON.stringify(key)}: ${formatPretty(value, inner)}`,
		);
		return `{\n${fields.join(",\n")}\n${indentation}}`;
	}
	if (Array.isArray(json) && json.length > 0) {
		const items = json.map((item) => `${inner}${formatPretty(item, inner)}`);
		return `[\n${items.join(",\n")}\n${indentation}]`;
	}
	return emptyOr(json);
}

/** Writes YAML 1.2 that reads back as the same JSON, numbers spelled as they are. */
export function formatYaml(json: Json, indentation = ""): string {
	if (json instanceof Map && json.size > 0) {
		return [...json]
			.map(([key, value]) => {
				const isBlock = isNested(value);
				// The items of a list stand two further in, as the fields of a mapping do.
				const text = formatYaml(value, `${indentation}  `);
				return `${indentation}${toText(JSON.stringify(key))}:${isBlock ? `\n${text}` : ` ${text}`}`;
			})
			.join("\n");
	}
	if (Array.isArray(json) && json.length > 0) {
		return json
			.map((item) => {
				const text = formatYaml(item, `${indentation}  `);
				return `${indentation}- ${text.trimStart()}`;
			})
			.join("\n");
	}
	return emptyOr(json, toText);
}

// --- helpers ---

function isNested(json: Json): boolean {
	if (json instanceof Map) return json.size > 0;
	return Array.isArray(json) && json.length > 0;
}

function emptyOr(json: Json, write = (raw: string) => raw): string {
	if (json instanceof Map) return "{}";
	return Array.isArray(json) ? "[]" : write(json.raw);
}

/** Takes the quotes off a text that is the same text without them. */
function toText(raw: string): string {
	const value = leafOf({ raw });
	return typeof value === "string" && PLAIN.test(value) && !WORDS.test(value)
		? value
		: raw;
}

/** Begins with a letter, and has nothing that YAML reads as more than a letter. */
const PLAIN = /^[A-Za-z](?:[\w./@+-]|:(?=[^\s:])| (?=[\w(]))*$/;

/** Words that YAML, or YAML of before 1.2, reads as no text. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
