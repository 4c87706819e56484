import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { routesSchemaOf } from "../src/config/routes-schema.ts";
import { BUILT_IN_NETWORKS } from "../src/gate/networks.ts";
import { SCHEMES } from "../src/gate/schemes/index.ts";
import { HANDLER_TYPES } from "../src/handler/types.ts";
import { loadKinds } from "../src/kind/load.ts";

/** The schema of routes.yaml as published. */
const SCHEMA = fileURLToPath(
	new URL("../schemas/routes.schema.json", import.meta.url),
);

/**
 * Writes what signature schemes and handler types say into the schema of routes.yaml, and the names that editors offer: those of kinds
 * and built-in networks. All else in it is written by hand.
 */
export async function generateRoutesSchema(): Promise<string> {
	const text = readFileSync(SCHEMA, "utf8");
	const { $defs, ...root } = routesSchemaOf({
		schemes: SCHEMES,
		handlerTypes: HANDLER_TYPES,
	});
	const { kinds } = await loadKinds([fileURLToPath(KINDS)]);
	const names = [...kinds.values()]
		// A schema of one route, kept in the same folder, has no such keyword.
		.filter(({ schema }) => schema.webhook !== undefined)
		.map(({ name }) => name)
		.sort();
	const schema = {
		...root,
		$defs: {
			...($defs as object),
			kindName: offer(names),
			networkName: offer([...BUILT_IN_NETWORKS.keys()]),
		},
	};
	// The formatter keeps the long form of an object where a person chose it.
	if (isDeepStrictEqual(JSON.parse(text), schema)) return text;
	return `${print(schema, "", 0)}\n`;
}

/** Writes the schema of a file in `tests/`: the definitions of routes.yaml that a test needs, and no others. */
export function generateTestsSchema(): string {
	const { $schema, $defs } = routesSchemaOf({
		schemes: SCHEMES,
		handlerTypes: HANDLER_TYPES,
	}) as { $schema: string; $defs: Readonly<Record<string, unknown>> };
	const known = new Map<string, unknown>();
	const include = (part: unknown): void => {
		for (const [, name = ""] of JSON.stringify(part).matchAll(
			/#\/\$defs\/(\w+)/g,
		)) {
			if (known.has(name)) continue;
			known.set(name, $defs[name]);
			include($defs[name]);
		}
	};
	const tests = { type: "array", items: { $ref: "#/$defs/testCase" } };
	include(tests);
	const { title, description } = $defs.testsFile as Record<string, unknown>;
	const schema = {
		$schema,
		$id: "urn:switchhook:tests",
		title,
		description,
		if: { type: "array" },
		// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
		then: tests,
		else: {
			type: "object",
			additionalProperties: false,
			required: ["tests"],
			properties: { tests },
		},
		$defs: Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
	};
	return `${print(schema, "", 0)}\n`;
}

// --- helpers ---

const KINDS = new URL("../schemas", import.meta.url);

/** Names that an editor offers beside any other text. */
function offer(names: readonly string[]): object {
	return { anyOf: [{ enum: names }, {}] };
}

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
