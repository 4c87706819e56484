import type { Template } from "liquidjs";
import type { Table } from "../../table/table.ts";
import { type FilteredValue, operandsOf, valuesOf } from "./values.ts";

/** A template asked a table for a row that is not there. The message names neither the key nor its value, which may be personal. */
export class MissingRowError extends Error {
	override readonly name = "MissingRowError";
	readonly table: string;

	constructor(table: string) {
		super(`the table \`${table}\` has no such row`);
		this.table = table;
	}
}

/** The tables as templates see them. */
export interface TableLookup {
	/** A variable for each table, which answers to its keys. */
	readonly variables: Readonly<Record<string, object>>;
	/**
	 * Prepares a parsed template. Where one of its expressions says what to do without a row, a missing row is nothing there:
	 * in front of the filter `default`, and in a condition that asks for the row itself.
	 */
	prepare(template: readonly Template[]): void;
}

/** Creates the lookup. A missing row throws MissingRowError. Rows are found by key, never searched for. */
export function createTableLookup(
	tables: ReadonlyMap<string, Table>,
): TableLookup {
	// Templates are rendered one at a time, without waiting: what is set here holds for one expression.
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

/** Finds the missing row for which a template failed; undefined where it failed for another reason. */
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
 * Makes the variable of a table. LiquidJS reads properties of objects, and knows some names by itself (`size`, `first`): a proxy
 * answers by key alone, so that no key of a payload can mean anything else.
 */
function toVariable({ name, rows }: Table, state: State): object {
	return new Proxy(
		{},
		{
			// LiquidJS asks for an own property before it reads one.
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

/** Has one method of a part of a parsed template run with missing rows as nothing. */
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

/** True for an expression with a whole row in it, such as `tenants[payload.to]`. */
function asksForRow(
	value: FilteredValue,
	tables: ReadonlyMap<string, Table>,
): boolean {
	return operandsOf(value).some(
		({ root, depth }) => depth === 1 && root !== undefined && tables.has(root),
	);
}

function causeOf(error: Error): unknown {
	return (
		(error as { readonly originalError?: unknown }).originalError ?? error.cause
	);
}
