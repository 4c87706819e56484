import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { createCommand, withConfigFile } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadCatalog } from "../load.ts";
import { packageFile } from "../package.ts";
import { unknownKind } from "../request/target.ts";
import { formatTable } from "../table.ts";

/** Creates `switchhook schema`, which prints the JSON Schema of a kind, of routes.yaml, of an NCCO or of the log; without a name, a list. */
export function schemaCommand(io: Io): Command {
	const command = createCommand(
		"schema",
		"Prints the JSON Schema of a kind, of routes.yaml, of an NCCO or of a line of the log; without a name it lists the kinds.",
		["schema", "schema sms.inbound", "schema routes > routes.schema.json"],
	).argument("[kind|routes|tests|call|ncco|log]", "whose schema");
	return withConfigFile(command)
		.option("--json", "print the list as JSON")
		.action((name: string | undefined, options: SchemaOptions) =>
			name === undefined
				? listKinds(io, options)
				: printSchema(io, name, options),
		);
}

/** The names of the schemas that belong to no kind. */
export const SCHEMA_FILES: readonly string[] = [
	"routes",
	"tests",
	"call",
	"ncco",
	"log",
];

/** Finds the JSON Schema of a kind, of routes.yaml, of tests, of an NCCO or of the log. Throws CannotRun for an unknown name. */
export async function findSchema(
	io: Io,
	name: string,
	config: string,
): Promise<unknown> {
	const file = fileOf(name);
	if (file !== undefined)
		return JSON.parse(await readFile(file, "utf8")) as unknown;
	const kinds = await loadCatalog(io, config);
	const kind = kinds.get(name);
	if (kind === undefined) throw unknownKind(name, { kinds, routes: [] });
	return kind.schema;
}

// --- helpers ---

interface SchemaOptions {
	readonly config: string;
	readonly json?: true;
}

async function listKinds(
	io: Io,
	{ config, json }: SchemaOptions,
): Promise<void> {
	const catalog = await loadCatalog(io, config);
	const kinds = [...catalog.values()].sort((a, b) =>
		a.name < b.name ? -1 : 1,
	);
	if (json) {
		writeJson(
			io.stdout,
			kinds.map(({ name, title, methods, levels, mode, deprecated }) => ({
				name,
				title,
				methods,
				levels,
				mode,
				deprecated,
			})),
		);
		return;
	}
	const rows = kinds.map(
		({ name, methods, levels, mode, title, deprecated }) => [
			name,
			methods.join(" "),
			mode,
			levels.join(" "),
			deprecated === undefined ? title : `${title} (withdrawn)`,
		],
	);
	const head = ["KIND", "METHODS", "MODE", "LEVELS", "TITLE"];
	writeLines(io.stdout, formatTable([head, ...rows]));
}

async function printSchema(
	io: Io,
	name: string,
	{ config }: SchemaOptions,
): Promise<void> {
	const file = fileOf(name);
	// As it is written, for a reader of the file.
	if (file !== undefined) io.stdout.write(await readFile(file, "utf8"));
	else writeJson(io.stdout, await findSchema(io, name, config));
}

function fileOf(name: string): string | undefined {
	return SCHEMA_FILES.includes(name)
		? packageFile(`schemas/${name}.schema.json`)
		: undefined;
}
