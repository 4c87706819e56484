import { extname } from "node:path";
import { isRecord } from "../event/is-record.ts";
import type { Position } from "../finding/finding.ts";
import { parseJson } from "../finding/json.ts";
import type { Source } from "../finding/located.ts";
import type { Report } from "../finding/report.ts";
import { parseSteps } from "../finding/source.ts";
import { didYouMean, listWords } from "../finding/suggest.ts";
import { nameTypeOf } from "../finding/words.ts";
import { yaml } from "../finding/yaml.ts";
import { once } from "../memo.ts";
import type { Steps } from "../turns.ts";
import { createRowCollector, type RowCollector } from "./rows.ts";
import type { TableText } from "./source.ts";
import type { Table } from "./table.ts";

/** Reads a table from YAML or JSON: a list of rows with the key's column, or a mapping of keys to rows. */
export function* readYamlTable(
	table: TableText,
	report: Report,
): Steps<Table | undefined> {
	const { file, key, label, name, text } = table;
	const isJson = extname(file).toLowerCase() === ".json";
	const { source, findings } = isJson
		? parseJson(text.trimStart(), file)
		: yield* parseSteps(text, file);
	for (const { what, expected, todo, ...at } of findings) {
		report.error(at, { what, expected, todo });
	}
	if (source === undefined) return undefined;
	yield;
	const collector = createRowCollector(
		{
			name,
			keyColumn: key,
			label,
			lineOf: (index) => source.locate([index, key]).line,
		},
		report,
	);
	const reading: Reading = {
		table,
		source,
		collector,
		report,
		columns: new Set(),
		lineStarts: once(() => startsOf(text)),
	};
	const { value } = source;
	let isRight = false;
	if (Array.isArray(value)) isRight = yield* readList(value, reading);
	else if (isRecord(value)) isRight = yield* readMapping(value, reading);
	else {
		report.error(source.locate([]), {
			what: `the table is ${nameTypeOf(value)}`,
			expected: "a list of rows, or a mapping of keys to rows",
		});
	}
	const read = collector.finish(reading.columns);
	return isRight ? read : undefined;
}

// --- helpers ---

const ROWS_A_STEP = 500;

interface Reading {
	readonly table: TableText;
	readonly source: Source;
	readonly collector: RowCollector;
	readonly report: Report;
	readonly columns: Set<string>;
	/** The start of each line, computed at the first use. */
	readonly lineStarts: () => readonly number[];
}

function* readList(rows: readonly unknown[], reading: Reading): Steps<boolean> {
	const { table, source, collector, report, columns } = reading;
	const { key, file } = table;
	let isRight = true;
	for (const [index, row] of rows.entries()) {
		if (index % ROWS_A_STEP === 0) yield;
		if (!isRecord(row)) {
			isRight = false;
			reportNoRow(source.locate([index]), row, reading);
			continue;
		}
		if (!Object.hasOwn(row, key) || row[key] === null) {
			isRight = false;
			report.error(
				source.locate([index]),
				{
					what: `a row has no \`${key}\`, which is the \`key\` of the table`,
					expected: Object.hasOwn(row, key) ? "a text" : undefined,
					todo: didYouMean(key, Object.keys(row)),
				},
				`no key ${file} ${table.name}`,
			);
			continue;
		}
		const text = keyText(row[key], () => source.locate([index, key]), reading);
		if (text === undefined) {
			isRight = false;
			continue;
		}
		for (const column of Object.keys(row)) columns.add(column);
		// The text of a number may contain more than its value: leading zeros, or more digits than a number can represent.
		const whole = row[key] === text ? row : { ...row, [key]: text };
		collector.add(text, whole, index, () => source.locate([index, key]));
	}
	return isRight;
}

function* readMapping(
	rows: Readonly<Record<string, unknown>>,
	reading: Reading,
): Steps<boolean> {
	const { table, source, collector, columns } = reading;
	const { key } = table;
	const written = writtenKeys(rows, reading);
	if (written === undefined) return false;
	let isRight = true;
	let count = 0;
	columns.add(key);
	for (const [name, row] of Object.entries(rows)) {
		count += 1;
		if (count % ROWS_A_STEP === 0) yield;
		if (!isRecord(row)) {
			isRight = false;
			reportNoRow(source.locate([name]), row, reading);
			continue;
		}
		const text = written.get(name) ?? name;
		for (const column of Object.keys(row)) columns.add(column);
		collector.add(text, { ...row, [key]: text }, count, () =>
			source.locate([name], "key"),
		);
	}
	return isRight;
}

/** Returns the text of a key in a row. Undefined, with a finding, if it is ambiguous. */
function keyText(
	value: unknown,
	at: () => Position,
	{ table, report, lineStarts }: Reading,
): string | undefined {
	if (typeof value === "string") return value;
	const isJson = extname(table.file).toLowerCase() === ".json";
	if (typeof value === "number") {
		if (isJson && Number.isSafeInteger(value)) return String(value);
		const written = tokenAt(table.text, at(), lineStarts());
		if (isDigits(written)) return written;
	}
	reportUnclearKey(at(), value, table, report);
	return undefined;
}

/** A key of a mapping that YAML may read as a number with a different spelling. */
const ODD_NUMBER_KEY =
	/(?:^|[{,?])[ \t]*(?:&\S+[ \t]+)?(?:[-+]\.?\d|0\d|[1-9]\d{15}|\d*\.\d|\d+[eox])[\w.+-]*[ \t]*:/im;

/** Returns the texts of the keys that YAML reads differently from their spelling. Undefined, with a finding, if one is ambiguous. */
function writtenKeys(
	rows: Readonly<Record<string, unknown>>,
	{ table, report }: Reading,
): ReadonlyMap<string, string> | undefined {
	const written = new Map<string, string>();
	const { text, file } = table;
	const isJson = extname(file).toLowerCase() === ".json";
	const isOdd =
		!isJson &&
		(ODD_NUMBER_KEY.test(text) || ODD_WORDS.some((word) => word in rows));
	if (!isOdd) return written;
	const { isMap, isScalar, LineCounter, parseDocument } = yaml();
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, merge: false });
	let isRight = true;
	const { contents } = document;
	for (const { key } of isMap(contents) ? contents.items : []) {
		if (!isScalar(key) || typeof key.value === "string") continue;
		const source = key.source ?? "";
		if (isDigits(source)) {
			written.set(String(key.value), source);
			continue;
		}
		isRight = false;
		const { line, col } = lines.linePos(key.range?.[0] ?? 0);
		const at = { file, line, column: col };
		reportUnclearKey(at, key.value, table, report);
	}
	return isRight ? written : undefined;
}

/** The texts of keys that YAML may read as a truth value or null. */
const ODD_WORDS = ["true", "false", "", "null"];

function isDigits(text: string): boolean {
	return /^\d+$/.test(text);
}

function startsOf(text: string): readonly number[] {
	const starts = [0];
	let end = text.indexOf("\n");
	for (; end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
	return starts;
}

/** Returns the plain text at a position. */
function tokenAt(
	text: string,
	{ line, column }: Position,
	starts: readonly number[],
): string {
	const token = /[^\s,\]}#]*/y;
	token.lastIndex = (starts[line - 1] ?? 0) + column - 1;
	return token.exec(text)?.[0] ?? "";
}

function reportUnclearKey(
	at: Position,
	value: unknown,
	{ file, name }: TableText,
	report: Report,
): void {
	report.error(
		at,
		{
			what: `a key is ${nameTypeOf(value)}, and not a text`,
			expected: "a text, or a number in digits alone",
			todo: typeof value === "object" ? undefined : "put the key in quotes",
		},
		`unclear key ${file} ${name}`,
	);
}

function reportNoRow(
	at: Position,
	value: unknown,
	{ table, report }: Reading,
): void {
	report.error(
		at,
		{
			what: `a row is ${nameTypeOf(value)}`,
			expected: `a mapping of columns to values, such as ${listWords([`${table.key === "greeting" ? "text" : "greeting"}: Hello`])}`,
		},
		`no row ${table.file} ${table.name}`,
	);
}
