import type { Template } from "liquidjs";
import type { Remark } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { TEMPLATE_ROOTS } from "../../table/reserved.ts";
import type { Table } from "../../table/table.ts";
import type { RouteUrls } from "./urls.ts";
import {
	type FilteredValue,
	isJoined,
	literalOf,
	operandsOf,
	type PlacedValue,
	valuesOf,
} from "./values.ts";

/** The names of one access in `{{ }}`: `["payload", "from"]`. A key that is only known at run time is a list. */
export type Read = readonly unknown[];

/** The names that a template may use. */
export interface KnownNames {
	readonly urls: RouteUrls;
	readonly tables: ReadonlyMap<string, Table>;
	/** The fields of a payload, for advice about misspelled names. */
	readonly payloadFields: readonly string[];
}

/**
 * Finds names that no route provides: variables of `{{ }}`, columns and rows of tables, and literal names of routes in the
 * filter `url`.
 */
export function analyzeTemplate(
	template: readonly Template[],
	reads: readonly Read[],
	{ allReads, ...known }: KnownNames & { allReads(): readonly Read[] },
): Remark[] {
	const faults = reads.flatMap((read) => checkRead(read, known));
	const rows = assignedRows(template, known.tables);
	for (const [name, ...path] of rows.size > 0 ? allReads() : []) {
		const table = rows.get(String(name));
		if (table !== undefined) faults.push(...checkTable(table, [[], ...path]));
	}
	for (const placed of valuesOf(template)) {
		const { value } = placed;
		if (isWholeRow(placed, known.tables)) faults.push(WHOLE_ROW);
		if (!isJoined(value)) faults.push(UNJOINED);
		for (const [index, filter] of value.filters.entries()) {
			if (filter.name !== "url") continue;
			const name = index === 0 ? literalOf(value) : undefined;
			faults.push(...checkUrl(name, filter.args, known.urls));
		}
	}
	return faults;
}

// --- helpers ---

const ROOTS: readonly string[] = TEMPLATE_ROOTS;
const ROUTE_FIELDS = ["name", "path", "level", "params"];

function checkRead([root, ...path]: Read, known: KnownNames): Remark[] {
	const name = String(root);
	const table = known.tables.get(name);
	if (table !== undefined) return checkTable(table, path);
	const fault = checkName(name, path[0], known);
	return fault === undefined ? [] : [fault];
}

function checkName(
	root: string,
	field: unknown,
	{ tables, payloadFields }: KnownNames,
): Remark | undefined {
	const known = [...ROOTS, ...tables.keys()];
	if (!known.includes(root)) {
		const todo = payloadFields.includes(root)
			? `write \`payload.${root}\``
			: (ELSEWHERE[root] ?? didYouMean(root, known));
		return {
			severity: "error",
			what: `a template knows no \`${root}\``,
			expected: listWords(known),
			todo,
		};
	}
	if (typeof field !== "string") return undefined;
	if (root === "route" && !ROUTE_FIELDS.includes(field)) {
		return {
			severity: "error",
			what: `a route has no \`${field}\` here`,
			expected: listWords(ROUTE_FIELDS),
			todo: didYouMean(field, ROUTE_FIELDS),
		};
	}
	if (root === "headers" && field !== field.toLowerCase()) {
		return {
			severity: "error",
			what: `\`headers.${field}\` is never there: the names of headers are in lower case here`,
			todo: `write \`headers.${field.toLowerCase()}\``,
		};
	}
	return undefined;
}

/** Returns the variables of a template that contain a row: `{% assign tenant = tenants[payload.to] %}`. */
function assignedRows(
	template: readonly Template[],
	tables: ReadonlyMap<string, Table>,
): ReadonlyMap<string, Table> {
	const rows = new Map<string, Table>();
	const others = new Set<unknown>();
	for (const { value, part } of valuesOf(template)) {
		if (part.name !== "assign") continue;
		const { key } = part as { readonly key?: unknown };
		const table = rowOf(value, tables);
		if (typeof key !== "string" || table === undefined) others.add(key);
		else if ((rows.get(key) ?? table) === table) rows.set(key, table);
		else others.add(key);
	}
	// A variable that sometimes contains another value cannot be checked.
	for (const key of others) rows.delete(String(key));
	return rows;
}

/** Advice about names that plugins and other languages use for the same values. */
const ELSEWHERE: Readonly<Record<string, string>> = {
	event: "take `event.` out: write `payload.…`, `params.…` or the like",
	body: "write `payload.…`",
	request: "write `payload.…`, `query.…` or `headers.…`",
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes.
	env: "write `${NAME}` for a variable of the environment",
};

/** Checks an access to a table: the key of a row, then its column. */
function checkTable({ name, rows, columns }: Table, path: Read): Remark[] {
	const [key, column] = path;
	if (key === undefined) {
		return [
			{
				severity: "error",
				what: `\`${name}\` is a whole table`,
				expected: `a row of it, such as \`${name}[payload.to]\``,
			},
		];
	}
	const faults: Remark[] = [];
	const isFixed = typeof key === "string" || typeof key === "number";
	// A table with a mistake has neither rows nor columns, and its own finding.
	if (isFixed && columns.size > 0 && !rows.has(String(key))) {
		const isColumn = columns.has(String(key));
		faults.push({
			severity: "warning",
			what: `the table \`${name}\` has no row \`${key}\``,
			todo: isColumn
				? `write \`${name}[payload.to].${key}\` for the column`
				: "add it, or say by `| default:` what stands in for it",
		});
	}
	if (typeof column === "string" && columns.size > 0 && !columns.has(column)) {
		const todo = didYouMean(column, columns);
		faults.push({
			severity: "error",
			what: `the table \`${name}\` has no column \`${column}\``,
			expected: todo === undefined ? listWords([...columns]) : undefined,
			todo,
		});
	}
	return faults;
}

const UNJOINED: Remark = {
	severity: "error",
	what: "two values stand side by side in an expression, and only one of them counts",
	expected:
		"an operator such as `==` or `and` between them, or a filter behind a `|`",
	todo: "put a text in quotes; write `| append:` to join two texts",
};

const WHOLE_ROW: Remark = {
	severity: "error",
	what: "this writes a whole row, which is not text",
	todo: "name one of its columns",
};

/** Returns true for `{{ tenants[payload.to] }}`. */
function isWholeRow(
	{ value, part }: PlacedValue,
	tables: ReadonlyMap<string, Table>,
): boolean {
	// Tags have a name and may use a row.
	if (part.name !== undefined && part.name !== "echo") return false;
	return rowOf(value, tables) !== undefined;
}

/** Returns the table if an expression is a row of it. Otherwise undefined. */
function rowOf(
	value: FilteredValue,
	tables: ReadonlyMap<string, Table>,
): Table | undefined {
	const { initial, filters } = value;
	const [operand] = operandsOf(value);
	const isRow =
		initial.postfix.length === 1 &&
		operand?.depth === 1 &&
		filters.every(({ name }) => TEXT_FILTERS.has(name));
	return isRow ? tables.get(operand.root ?? "") : undefined;
}

/** Filters that return a row unchanged. */
const TEXT_FILTERS: ReadonlySet<string> = new Set(["default", "escape"]);

function checkUrl(
	name: string | undefined,
	args: readonly unknown[],
	urls: RouteUrls,
): Remark[] {
	const keys: unknown[] = [];
	for (const arg of args) {
		if (!Array.isArray(arg)) {
			return [
				{
					severity: "error",
					what: "the filter `url` has a parameter without a name",
					todo: "write `name: value`, such as `lang: payload.lang`",
				},
			];
		}
		keys.push(arg[0]);
	}
	if (name === undefined) return [];
	const params = urls.paramsOf(name);
	if (params === undefined) {
		return [
			{
				severity: "error",
				...(urls.has(name)
					? {
							what: `the filter \`url\` names \`${name}\`, which has no \`path\` and so no URL`,
							todo: "name a route with a `path`",
						}
					: {
							what: `the filter \`url\` names \`${name}\`, and no route has this name`,
							todo: didYouMean(name, urls.names),
						}),
			},
		];
	}
	return params
		.filter((param) => !keys.includes(param))
		.map((param) => ({
			severity: "error",
			what: `the path of \`${name}\` needs \`${param}\``,
			todo: `write \`"${name}" | url: ${param}: …\``,
		}));
}
