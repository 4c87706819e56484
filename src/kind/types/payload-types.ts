import type { Kind } from "../kind.ts";
import { comment, propertyName, TypeWriter } from "./schema-type.ts";

/** The types of the payloads of kinds. */
export interface PayloadTypes {
	/** The properties of `Payloads`, a tab before each line, by the kind's name. */
	readonly entries: ReadonlyMap<string, string>;
	/** The types that the properties name. */
	readonly declarations: readonly string[];
}

/** Writes the TypeScript types of the payloads of kinds, by name; several kinds of one name have a union. The same kinds give the same text. */
export function writePayloadTypes(
	kinds: readonly Pick<Kind, "name" | "title" | "description" | "schema">[],
	indent = "\t",
): PayloadTypes {
	const sorted = [...kinds].sort((a, b) => (a.name < b.name ? -1 : 1));
	const typeName = createNames();
	const types = new Map<string, { title: string; names: string[] }>();
	const declarations: string[] = [];
	for (const { name, title, description, schema } of sorted) {
		const own = typeName(name);
		const of = types.get(name) ?? { title, names: [] };
		types.set(name, { ...of, names: [...of.names, own] });
		const writer = new TypeWriter(schema, (pointer) =>
			typeName(`${name} ${pointer.split("/").at(-1)}`),
		);
		// Conditions are for validation: as types they would be unions that no one could read.
		const { type = "object", properties, required } = schema;
		const { additionalProperties, items, prefixItems, minItems } = schema;
		const body = writer.write(
			{
				...{ type, properties, required, additionalProperties },
				...{ items, prefixItems, minItems },
			},
			"",
		);
		const isObject =
			body.startsWith("{") && body.indexOf("\n}") === body.length - 2;
		const head = isObject
			? `interface ${own} ${body}`
			: `type ${own} = ${body};`;
		declarations.push(
			`${comment(description, "")}export ${head}\n`,
			...writer.declarations,
		);
	}
	const entries = new Map(
		[...types].map(([name, { title, names }]) => [
			name,
			`${comment(`${title}.`, indent)}${indent}${propertyName(name)}: ${names.join(" | ")};\n`,
		]),
	);
	return { entries, declarations };
}

// --- helpers ---

/** Makes type names of other names, each once. */
function createNames(): (name: string) => string {
	const taken = new Set<string>();
	return (name) => {
		const words = name
			.split(/[^A-Za-z0-9]+/)
			.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
			.join("");
		const base = /^[A-Z]/.test(words) ? words : `Kind${words}`;
		let free = base;
		for (let count = 2; taken.has(free); count += 1) free = `${base}${count}`;
		taken.add(free);
		return free;
	};
}
