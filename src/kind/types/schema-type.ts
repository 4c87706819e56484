import { asRecord, isRecord } from "../../event/is-record.ts";
import { resolvePointer } from "../../finding/pointer.ts";

/**
 * Writes the TypeScript types of the values that the schemas of one file accept. Supports `type enum const properties
 * required additionalProperties items prefixItems $ref allOf anyOf oneOf`. Other keywords only validate and do not narrow
 * a type.
 */
export class TypeWriter {
	readonly #root: unknown;
	readonly #nameOf: (pointer: string) => string;
	readonly #readonly: "" | "readonly ";
	readonly #named = new Map<string, string>();
	readonly #declared: string[] = [];

	/**
	 * @param nameOf gives a part of the file, by its JSON pointer, a name that no other type has
	 * @param isReadonly whether properties and lists are, default false
	 */
	constructor(
		root: unknown,
		nameOf: (pointer: string) => string,
		isReadonly = false,
	) {
		this.#root = root;
		this.#nameOf = nameOf;
		this.#readonly = isReadonly ? "readonly " : "";
	}

	/** The declarations of the referenced parts of the file, in the order of their first use. */
	get declarations(): readonly string[] {
		return this.#declared;
	}

	/** Writes the type of a schema. `indent` is the indentation of the line on which it starts. */
	write(schema: unknown, indent = ""): string {
		return this.#write(schema, indent).text;
	}

	#write(schema: unknown, indent: string): Type {
		if (schema === false) return { text: "never" };
		if (!isRecord(schema)) return UNKNOWN;
		const parts = [
			this.#writeReference(schema),
			this.#writeOwn(schema, indent),
			...this.#writeBranches(schema, indent),
		];
		return join(
			parts.filter(({ text }) => text !== UNKNOWN.text),
			"&",
		);
	}

	#writeReference({ $ref }: Schema): Type {
		if (typeof $ref !== "string" || !$ref.startsWith("#")) return UNKNOWN;
		const known = this.#named.get($ref);
		if (known !== undefined) return { text: known };
		const target = resolvePointer(this.#root, $ref);
		if (!isRecord(target)) return UNKNOWN;
		const name = this.#nameOf($ref);
		// Before it is written: a schema may refer to itself.
		this.#named.set($ref, name);
		const index = this.#declared.push("") - 1;
		this.#declared[index] =
			`${comment(target.description, "")}export type ${name} = ${this.#write(target, "").text};\n`;
		return { text: name };
	}

	#writeOwn(schema: Schema, indent: string): Type {
		if ("const" in schema) return literal(schema.const);
		if (Array.isArray(schema.enum)) return join(schema.enum.map(literal), "|");
		const types = [schema.type ?? guessTypes(schema)].flat();
		return join(
			types.map((type) => this.#writeType(type, schema, indent)),
			"|",
		);
	}

	#writeType(type: unknown, schema: Schema, indent: string): Type {
		switch (type) {
			case "string":
			case "boolean":
			case "null":
				return { text: type };
			case "number":
			case "integer":
				return { text: "number" };
			case "array":
				return this.#writeList(schema, indent);
			case "object":
				return this.#writeObject(schema, indent);
			default:
				return UNKNOWN;
		}
	}

	#writeList({ items, prefixItems, minItems }: Schema, indent: string): Type {
		const rest = group(this.#write(items ?? true, indent), "[]");
		if (!Array.isArray(prefixItems)) return this.#list(`${rest}[]`);
		const needed = typeof minItems === "number" ? minItems : 0;
		const first = prefixItems.map(
			(item, index) =>
				group(this.#write(item, indent), "[]") + (index < needed ? "" : "?"),
		);
		const all = [...first, ...(items === false ? [] : [`...${rest}[]`])];
		return this.#list(`[${all.join(", ")}]`);
	}

	/** An array type in an operand of another one has to be grouped, where a word stands before it. */
	#list(text: string): Type {
		return this.#readonly === ""
			? { text }
			: { text: this.#readonly + text, operator: "readonly" };
	}

	#writeObject(schema: Schema, indent: string): Type {
		const { additionalProperties: others } = schema;
		const required = new Set([schema.required ?? []].flat());
		const inner = `${indent}\t`;
		const lines = Object.entries(asRecord(schema.properties)).map(
			([name, part]) => {
				const mark = required.has(name) ? "" : "?";
				const about = comment(asRecord(part).description, inner);
				return `${about}${inner}${this.#readonly}${propertyName(name)}${mark}: ${this.#write(part, inner).text};\n`;
			},
		);
		if (others !== false || lines.length === 0) {
			// Beside fields of other types it admits them all.
			const { text } =
				lines.length === 0 ? this.#write(others, inner) : UNKNOWN;
			lines.push(`${inner}${this.#readonly}[field: string]: ${text};\n`);
		}
		return { text: `{\n${lines.join("")}${indent}}` };
	}

	#writeBranches(schema: Schema, indent: string): Type[] {
		return [
			...listOf(schema.allOf).map((branch) => this.#write(branch, indent)),
			// A branch that only asks for a field says nothing of its type, and then neither do the others.
			...[schema.anyOf, schema.oneOf].map((branches) =>
				join(
					listOf(branches).map((branch) => this.#write(branch, indent)),
					"|",
				),
			),
		];
	}
}

/** Writes a doc comment with its line break, or nothing if there is no text. */
export function comment(text: unknown, indent: string): string {
	if (typeof text !== "string" || text.trim() === "") return "";
	const safe = text
		.replaceAll("*/", "*\\/")
		.trim()
		.split(/\s*\n\s*/);
	return safe.length === 1
		? `${indent}/** ${safe[0]} */\n`
		: `${indent}/**\n${safe.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

/** Writes the name of a property, in quotes if necessary. */
export function propertyName(name: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

// --- helpers ---

type Schema = Readonly<Record<string, unknown>>;

/** Infers the type of a schema that has fields or items but no type. */
function guessTypes(schema: Schema): readonly string[] {
	if (isRecord(schema.properties)) return ["object"];
	return schema.items !== undefined || schema.prefixItems !== undefined
		? ["array"]
		: [];
}

function literal(value: unknown): Type {
	if (typeof value === "string" || typeof value === "boolean")
		return { text: JSON.stringify(value) };
	if (typeof value === "number" || value === null)
		return { text: String(value) };
	return UNKNOWN;
}

/** A type as text, with the operator that its parts are joined by. */
interface Type {
	readonly text: string;
	readonly operator?: "|" | "&" | "readonly";
}

const UNKNOWN: Type = { text: "unknown" };

/** Joins types without duplicates. If there are none, or one is unknown, the result is unknown. */
function join(types: readonly Type[], operator: "|" | "&"): Type {
	const unique = [...new Map(types.map((type) => [type.text, type])).values()];
	const [first = UNKNOWN, ...others] = unique;
	if (others.length === 0) return first;
	if (unique.some(({ text }) => text === UNKNOWN.text)) return UNKNOWN;
	const text = unique
		.map((type) => group(type, operator))
		.join(` ${operator} `);
	return { text, operator };
}

/** Puts a type in parentheses if its context requires them. */
function group({ text, operator }: Type, around: "|" | "&" | "[]"): string {
	const isClear =
		operator === undefined ||
		operator === around ||
		(operator === "readonly" && around !== "[]");
	return isClear ? text : `(${text})`;
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}
