import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCHEMES } from "../src/gate/schemes/index.ts";

const FILE = fileURLToPath(
	new URL("../schemas/routes.schema.json", import.meta.url),
);

/**
 * Writes `schemas/routes.schema.json`: by hand, but for the `$defs` of signature schemes, which stand in
 * one piece between the keys `scheme` and `secret` and are those of `src/gate/schemes`.
 */
export function generateRoutesSchema(): string {
	const text = readFileSync(FILE, "utf8");
	const start = text.indexOf('\n\t\t"scheme": {') + 1;
	const end = text.indexOf('\n\t\t"secret": {', start) + 1;
	if (start === 0 || end === 0) {
		throw new Error("the $defs `scheme` and `secret` are not where they were");
	}
	const definitions = Object.entries(SCHEMES.definitions).map(
		([key, value]) =>
			`\t\t"${key}": ${print(value, "\t\t", key.length + 4)},\n`,
	);
	return text.slice(0, start) + definitions.join("") + text.slice(end);
}

// --- helpers ---

const WIDTH = 80;
const TAB_WIDTH = 2;

/** Writes JSON as the formatter does: what fits into 80 columns stands in one line. */
function print(value: unknown, indent: string, offset: number): string {
	const line = printLine(value);
	const column = indent.length * TAB_WIDTH + offset;
	if (typeof value !== "object" || value === null) return line;
	// One more for the comma.
	if (column + line.length + 1 <= WIDTH) return line;
	const inner = `${indent}\t`;
	const isList = Array.isArray(value);
	const items = Object.entries(value).map(([key, item]) =>
		isList
			? inner + print(item, inner, 0)
			: `${inner}"${key}": ${print(item, inner, key.length + 4)}`,
	);
	const [open, close] = isList ? "[]" : "{}";
	return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

function printLine(value: unknown): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(printLine).join(", ")}]`;
	const pairs = Object.entries(value).map(
		([key, item]) => `${JSON.stringify(key)}: ${printLine(item)}`,
	);
	return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}
