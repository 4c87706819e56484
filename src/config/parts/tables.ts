import { relative } from "node:path";
import type { Report } from "../../finding/report.ts";
import { isTableFile, readTable, TABLE_ENDINGS } from "../../table/read.ts";
import { isReservedName } from "../../table/reserved.ts";
import type { Table } from "../../table/table.ts";
import type { Steps } from "../../turns.ts";
import type { ReadConfig } from "../read/read.ts";
import { type TableFiles, tablePath } from "../read/table-files.ts";
import type { AuthoredTable } from "./authored/authored.ts";
import { type Definition, gatherDefinitions } from "./definitions.ts";

/**
 * Reads the tables in the files, in small batches of rows. A table with a mistake has findings and no rows, so that
 * templates get no findings for the same mistake.
 *
 * @param read the folder of the first file, and the files of the tables
 */
export function* readTables(
	definitions: readonly Definition<AuthoredTable>[],
	{ folder, tableFiles }: Pick<ReadConfig, "folder" | "tableFiles">,
	report: Report,
): Steps<ReadonlyMap<string, Table>> {
	const { byName: defined } = gatherDefinitions(
		definitions,
		{
			word: "table",
			// Told by a finding of their own.
			isBuiltIn: () => false,
			twice: "give one of them another name",
			unused: "take it out",
		},
		report,
	);
	const byName = new Map<string, Table>();
	const known = new Map<string, Table | undefined>();
	const reading = { root: folder, files: tableFiles, known };
	for (const { name, value, site } of defined.values()) {
		if (isReservedName(name)) {
			report.error(site.keyAt(), {
				what: `\`${name}\` already means something in a template`,
				todo: "give the table another name",
			});
			continue;
		}
		const table =
			value === undefined
				? undefined
				: yield* readOnce({ name, value, site }, reading, report);
		byName.set(name, table ?? { name, ...NOTHING });
	}
	return byName;
}

// --- helpers ---

const NOTHING = { rows: new Map(), columns: new Set<string>() };

interface Reading {
	readonly root: string;
	readonly files: TableFiles;
	/** The tables by file and key, because two tables can use one file. */
	readonly known: Map<string, Table | undefined>;
}

type Defined = Definition<AuthoredTable> & { readonly value: AuthoredTable };

function* readOnce(
	{ name, value, site }: Defined,
	{ root, files, known }: Reading,
	report: Report,
): Steps<Table | undefined> {
	const at = site.in("file");
	if (at.isBroken() || site.isBroken("key")) return undefined;
	const file = tablePath(value.file, site.file);
	if (!isTableFile(file)) {
		report.error(at.at(), {
			what: `nothing tells how the table ${at.show(value.file)} is written`,
			expected: `a name that ends in ${TABLE_ENDINGS}`,
		});
		return undefined;
	}
	const found = files.get(file);
	if (found === undefined || "problem" in found) {
		report.error(at.at(), {
			what: `the table ${at.show(value.file)} ${found?.problem ?? "cannot be read"}`,
			todo: found?.problem.startsWith("is too large")
				? "split it into several tables, or let a plugin look the rows up"
				: "create it, or correct its path, which is relative to this file",
		});
		return undefined;
	}
	const id = JSON.stringify([file, value.key]);
	if (!known.has(id)) {
		const label = relative(root, file);
		const source = { name, key: value.key, file, label, bytes: found.bytes };
		known.set(id, yield* readTable(source, report));
	}
	const table = known.get(id);
	return table && { ...table, name };
}
