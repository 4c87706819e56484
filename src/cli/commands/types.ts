import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { Kind } from "../../kind/kind.ts";
import { loadKinds } from "../../kind/load.ts";
import { writePayloadTypes } from "../../kind/types/payload-types.ts";
import {
	comment,
	propertyName,
	TypeWriter,
} from "../../kind/types/schema-type.ts";
import { rowSchemaOf } from "../../table/row-schema.ts";
import type { Table } from "../../table/table.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { loadUsable } from "../load.ts";
import { packageFile } from "../package.ts";

/** Creates `switchhook types`, which writes the TypeScript types of a folder's own schemas and tables for its plugins. */
export function typesCommand(io: Io): Command {
	const command = createCommand(
		"types",
		"Writes the TypeScript types of your own schemas, kinds and tables, so that plugins know their payloads and rows. Without --out it prints them.",
		["types", `types --out ${TYPES_FILE}`, `types --check`],
	);
	return withConfig(command)
		.option("--out <file>", "write to this file, relative to the folder")
		.option(
			"--check",
			`write nothing, and exit with 1 where the file is stale; by default ${TYPES_FILE}`,
		)
		.action((options: TypesOptions) => types(io, options));
}

/** Generates the TypeScript types of a folder's own kinds (those of `schemas/`, and those of the routes' `schema`) and tables. */
export async function writeTypes(
	io: Io,
	options: ConfigOptions,
): Promise<string> {
	const { config } = options;
	const { settings, runtime } = await loadUsable(io, options);
	const [builtIn, own] = await Promise.all([
		loadKinds([packageFile("schemas")]),
		loadKinds([resolve(io.cwd, dirname(config), "schemas")]),
	]);
	const files = new Map(
		settings.routes.map(({ name, schema }) => [name, schema]),
	);
	const ofRoutes = new Map<string, Kind>();
	for (const { name, kind } of runtime.routes) {
		const file = files.get(name);
		// A file of `schemas/` is a kind as well.
		const isKind = isSame(own.kinds.get(kind.name)?.schema, kind.schema);
		if (file !== undefined && !isKind) ofRoutes.set(file, kind);
	}
	const kinds = [...own.kinds.values()].filter(
		({ schema, name }) =>
			// The repository's own folder is both.
			!isSame(builtIn.kinds.get(name)?.schema, schema),
	);
	return toFile([...kinds, ...ofRoutes.values()], settings.tables, (name) =>
		builtIn.kinds.has(name),
	);
}

// --- helpers ---

interface TypesOptions extends ConfigOptions {
	readonly out?: string;
	readonly check?: true;
}

const TYPES_FILE = "plugins/types.d.ts";

async function types(io: Io, options: TypesOptions): Promise<void> {
	const { config, out, check } = options;
	const text = await writeTypes(io, options);
	if (out === undefined && check === undefined) {
		io.stdout.write(text);
		return;
	}
	const shown = out ?? TYPES_FILE;
	const file = resolve(
		io.cwd,
		out === undefined ? dirname(config) : ".",
		shown,
	);
	const kept = await readFile(file, "utf8").catch(() => undefined);
	if (kept === text) {
		writeLines(io.stdout, [`${shown} is up to date.`]);
		return;
	}
	if (check !== undefined) {
		writeLines(io.stdout, [
			`${shown} is ${kept === undefined ? "missing" : "stale"}. Run \`switchhook types --out ${shown}\`.`,
		]);
		io.exit(1);
		return;
	}
	try {
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
	} catch (error) {
		throw new CannotRun(
			`${shown} cannot be written: ${(error as Error).message}`,
		);
	}
	writeLines(io.stdout, [`Wrote ${shown}.`]);
}

const BANNER = `// Written by \`switchhook types\`. Change the schemas and tables, not this file.
`;

function toFile(
	kinds: readonly Kind[],
	tables: ReadonlyMap<string, Table>,
	isBuiltIn: (name: string) => boolean,
): string {
	const { entries, declarations } = writePayloadTypes(kinds, "\t\t");
	const bodyOf = (isOverride: boolean): string =>
		[...entries]
			.filter(([name]) => isBuiltIn(name) === isOverride)
			.map(([, entry]) => entry)
			.join("");
	const interfaces = [
		["Payloads", bodyOf(false)],
		["PayloadOverrides", bodyOf(true)],
		["Tables", [...tables.values()].map(toTableEntry).join("")],
	]
		.filter(([, body]) => body !== "")
		.map(([name, body]) => `\tinterface ${name} {\n${body}\t}\n`);
	if (interfaces.length === 0) return `${BANNER}\nexport {};\n`;
	return [
		BANNER,
		`declare module "switchhook" {\n${interfaces.join("\n")}}\n`,
		...declarations,
	].join("\n");
}

/** A column that only some rows have is optional. */
function toTableEntry(table: Table): string {
	const schema = rowSchemaOf(table);
	const indent = "\t\t";
	// The schema of a row has no references, so no part of it needs a name.
	const writer = new TypeWriter(schema, String, true);
	const about = comment(`The rows of the table \`${table.name}\`.`, indent);
	return `${about}${indent}${propertyName(table.name)}: ${writer.write(schema, indent)};\n`;
}

function isSame(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
