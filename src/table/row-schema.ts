import { isRecord } from "../event/is-record.ts";
import type { Table } from "./table.ts";

/** The JSON Schema of values, limited to their types. */
export type ValueSchema = Readonly<Record<string, unknown>>;

/** Infers the schema of a table's rows from all rows: a column that some rows lack is not required. */
export function rowSchemaOf({ rows, columns }: Table): ValueSchema {
	if (rows.size > 0) return schemaOf([...rows.values()]);
	// Only a file with a head line has columns without rows, and its values are text.
	const names = [...columns];
	const text = names.map((name) => [name, { type: "string" }]);
	return objectOf(Object.fromEntries(text), names);
}

// --- helpers ---

function schemaOf(values: readonly unknown[]): ValueSchema {
	const lists = values.filter(Array.isArray);
	const objects = values.filter(isRecord);
	const types = [...new Set(values.map(typeOf))].sort();
	return {
		...(lists.length > 0 && itemsOf(lists.flat())),
		...(objects.length > 0 && fieldsOf(objects)),
		type: types.length === 1 ? types[0] : types,
	};
}

function typeOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	const type = typeof value;
	return type === "bigint" ? "number" : type;
}

function itemsOf(items: readonly unknown[]): ValueSchema {
	return { items: items.length === 0 ? {} : schemaOf(items) };
}

function fieldsOf(objects: readonly Record<string, unknown>[]): ValueSchema {
	const byName = new Map<string, unknown[]>();
	for (const object of objects) {
		for (const [name, value] of Object.entries(object)) {
			const known = byName.get(name);
			if (known === undefined) byName.set(name, [value]);
			else known.push(value);
		}
	}
	const properties = [...byName].map(
		([name, values]) => [name, schemaOf(values)] as const,
	);
	const required = [...byName].flatMap(([name, values]) =>
		values.length === objects.length ? [name] : [],
	);
	return objectOf(Object.fromEntries(properties), required);
}

function objectOf(
	properties: ValueSchema,
	required: readonly string[],
): ValueSchema {
	return { type: "object", properties, required, additionalProperties: false };
}
