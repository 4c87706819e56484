import type { Template } from "liquidjs";
import type { Table } from "../../table/table.ts";
import { causeOf } from "./encode.ts";
import { type FilteredValue, operandsOf, valuesOf } from "./values.ts";

/**
 * Thrown if a template reads a missing row of a table. The message contains neither the key nor its expression's value, which
 * may be personal.
 */
export class MissingRowError extends Error {
	override readonly name = "MissingRowError";
	readonly table: string;

	constructor(table: string) {
		super(`the table \`${table}\` has no such row`);
		this.table = table;
	}
}

/** Provides the tables to templates. */
export interface TableLookup {
	/** A variable for each table, which is accessed by key. */
	readonly variables: Readonly<Record<string, object>>;
	/**
	 * Prepares a parsed template. If an expression handles a missing row, the row counts as nothing: before the filter `default`,
	 * and in a condition about the row itself.
	 */
	prepare(template: readonly Template[]): void;
}

/** Creates the lookup. A missing row throws MissingRowError. Rows are found by key, without a search. */
export function createTableLookup(
	tables: ReadonlyMap<string, Table>,
): TableLookup {
	// Templates are rendered one at a time and synchronously, so this state belongs to a single expression.
	const state = { isLenient: false };
	const variables: Record<string, object> = {};
	for (const [name, table] of tables) {
		variables[name] = toVariable(table, state);
	}
	return {
		variables,
		prepare(template) {
			if (tables.size === 0) return;
			for (const { value, part } of valuesOf(template)) {
				const last = value.filters
					.map(({ name }) => name)
					.lastIndexOf("default");
				const asks = CONDITIONS.has(String(part.name));
				if (last >= 0 || (asks && asksForRow(value, tables))) {
					makeLenient(value.initial, "evaluate", state);
				}
				for (const filter of value.filters.slice(0, Math.max(last, 0))) {
					makeLenient(filter, "render", state);
				}
			}
		},
	};
}

/** Finds the missing row that made a template fail. Returns undefined for any other failure. */
export function missingRowOf(error: unknown): MissingRowError | undefined {
	for (let cause = error; cause instanceof Error; cause = causeOf(cause)) {
		if (cause instanceof MissingRowError) return cause;
	}
	return undefined;
}

// --- helpers ---

const CONDITIONS: ReadonlySet<string> = new Set(["if", "unless"]);

interface State {
	isLenient: boolean;
}

/**
 * Creates the variable of a table. LiquidJS reads properties of objects and has built-in names (`size`, `first`). A proxy
 * answers only by key, so that no key of a payload has another meaning.
 */
function toVariable({ name, rows }: Table, state: State): object {
	return new Proxy(
		{},
		{
			// LiquidJS checks for an own property before it reads one.
			getOwnPropertyDescriptor(_target, key) {
				if (typeof key !== "string") return undefined;
				const value = rows.get(key);
				if (value === undefined) {
					if (state.isLenient) return undefined;
					throw new MissingRowError(name);
				}
				return { value, configurable: true, enumerable: true, writable: true };
			},
			get: (_target, key) =>
				typeof key === "string" ? (rows.get(key) ?? null) : undefined,
		},
	);
}

/** Runs one method of a part of a parsed template with missing rows as nothing. */
function makeLenient<Name extends string>(
	part: { [name in Name]: (...args: never[]) => Generator },
	name: Name,
	state: State,
): void {
	const strict = part[name];
	part[name] = function* lenient(this: unknown, ...args: never[]) {
		const before = state.isLenient;
		state.isLenient = true;
		try {
			return yield* strict.apply(this, args);
		} finally {
			state.isLenient = before;
		}
	};
}

/** Returns true for an expression with a whole row, such as `tenants[payload.to]`. */
function asksForRow(
	value: FilteredValue,
	tables: ReadonlyMap<string, Table>,
): boolean {
	return operandsOf(value).some(
		({ root, depth }) => depth === 1 && root !== undefined && tables.has(root),
	);
}
