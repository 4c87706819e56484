import { extname } from "node:path";
import type { Position } from "../finding/finding.ts";
import type { Report } from "../finding/report.ts";
import type { Steps } from "../turns.ts";
import { readCsvTable } from "./read-csv.ts";
import { readYamlTable } from "./read-yaml.ts";
import type { TableSource, TableText } from "./source.ts";
import type { Table } from "./table.ts";

/** The largest file of a table, in bytes. */
export const TABLE_MAX_BYTES = 32 * 1024 * 1024;

/** The endings of a table's file, for messages. */
export const TABLE_ENDINGS = "`.csv`, `.tsv`, `.yaml`, `.yml` or `.json`";

/** Returns true for a file name whose ending identifies the format of a table. */
export function isTableFile(file: string): boolean {
	return READERS.has(extname(file).toLowerCase());
}

/**
 * Reads a table in small batches of rows. Returns undefined, with findings in its file, if it has a mistake. CSV is RFC 4180
 * with a head line, whose separator is detected. YAML and JSON are a list of rows, or a mapping of keys to rows.
 */
export function* readTable(
	source: TableSource,
	report: Report,
): Steps<Table | undefined> {
	const { bytes, file } = source;
	const read = READERS.get(extname(file).toLowerCase());
	const text = decode(bytes, file, report);
	if (read === undefined || text === undefined) return undefined;
	if (text.trim() === "") {
		report.error(
			{ file, line: 1, column: 1 },
			{
				what: "the table is empty",
				expected: `a head line with \`${source.key}\` in it, or a list of rows`,
			},
		);
		return undefined;
	}
	yield;
	const { bytes: _bytes, ...rest } = source;
	return yield* read({ ...rest, text }, report);
}

// --- helpers ---

type Read = (table: TableText, report: Report) => Steps<Table | undefined>;

const READERS: ReadonlyMap<string, Read> = new Map([
	[".csv", readCsvTable],
	[".tsv", readCsvTable],
	[".yaml", readYamlTable],
	[".yml", readYamlTable],
	[".json", readYamlTable],
]);

/** Decodes UTF-8, with or without a byte order mark. */
function decode(
	bytes: Uint8Array,
	file: string,
	report: Report,
): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		const isWide = /^(?:\xff\xfe|\xfe\xff)/.test(
			Buffer.from(bytes.subarray(0, 2)).toString("latin1"),
		);
		report.error(
			isWide ? { file, line: 1, column: 1 } : firstFault(bytes, file),
			{
				what: isWide
					? "the table is UTF-16"
					: "the table is not UTF-8: a character here is written in another encoding",
				expected: "UTF-8",
				todo: "save it again as UTF-8, which Excel calls `CSV UTF-8`",
			},
		);
		return undefined;
	}
}

/** Finds the first bytes that are not UTF-8. */
function firstFault(bytes: Uint8Array, file: string): Position {
	// A lenient decoder writes U+FFFD there. A U+FFFD in the file itself decodes to the same bytes.
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
	let fault = text.indexOf("\ufffd");
	for (; fault >= 0; fault = text.indexOf("\ufffd", fault + 1)) {
		const before = Buffer.byteLength(text.slice(0, fault));
		if (
			Buffer.from(bytes.subarray(before, before + 3)).toString("hex") !==
			REPLACEMENT
		)
			break;
	}
	const lines = text.slice(0, Math.max(fault, 0)).split(/\r\n|\r|\n/);
	const column = (lines.at(-1) ?? "").replace(/^\ufeff/, "").length + 1;
	return { file, line: lines.length, column };
}

const REPLACEMENT = "efbfbd";
