import type { Kind } from "../src/kind/kind.ts";

/** Writes the fields of a kind as a table. Nested fields have their whole path. */
export function describeFields({ schema }: Kind): string[] {
	const rows = [
		...rowsOf(schema as FieldSchema, ""),
		...Object.entries(schema.patternProperties ?? {}).map(([pattern, field]) =>
			toRow(`/${pattern}/`, field as FieldSchema, false),
		),
	];
	if (rows.length === 0) return ["This kind has no known fields.\n"];
	const head = "| Field | Type | Description | Known values | Example |";
	return [head, "|---|---|---|---|---|", ...rows, ""];
}

// --- helpers ---

interface FieldSchema {
	readonly type?: string | readonly string[];
	readonly description?: string;
	readonly personal?: string;
	readonly required?: readonly string[];
	readonly properties?: Readonly<Record<string, FieldSchema>>;
	readonly items?: FieldSchema;
	readonly examples?: readonly unknown[];
	readonly "x-known-values"?: readonly unknown[];
}

function rowsOf(schema: FieldSchema, prefix: string): string[] {
	return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
		const path = `${prefix}${name}`;
		const isRequired = schema.required?.includes(name) ?? false;
		return [
			toRow(path, field, isRequired),
			...rowsOf(field, `${path}.`),
			...(field.items === undefined ? [] : rowsOf(field.items, `${path}[].`)),
		];
	});
}

function toRow(path: string, field: FieldSchema, isRequired: boolean): string {
	const [example] = field.examples ?? [];
	const known = field["x-known-values"] ?? [];
	const cells = [
		`\`${path}\`${isRequired ? " (required)" : ""}`,
		describeType(field) +
			(field.personal === undefined ? "" : ` (personal: ${field.personal})`),
		field.description ?? "",
		known.map(toCode).join(", "),
		example === undefined ? "" : toCode(example),
	];
	return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Omits null, which inside an object means that a value is not known. */
function describeType({ type = [] }: FieldSchema): string {
	const names = typeof type === "string" ? [type] : type;
	return names
		.filter((name) => name !== "null")
		.map((name) => TYPES[name] ?? name)
		.join(" or ");
}

const TYPES: Readonly<Record<string, string>> = {
	string: "string",
	array: "list",
};

function toCode(value: unknown): string {
	if (value === "") return "(empty)";
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return `\`${text}\``;
}
