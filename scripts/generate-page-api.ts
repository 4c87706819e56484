import { OPERATIONS } from "../src/admin/api/index.ts";
import type { AdminOperation, JsonSchema } from "../src/admin/operation.ts";
import { isRecord } from "../src/event/is-record.ts";
import {
	comment,
	propertyName,
	TypeWriter,
} from "../src/kind/types/schema-type.ts";

/** Makes the TypeScript types of the admin API, with which the page calls it. An object that several operations have is named once. */
export function generatePageApi(): string {
	const shared = new SharedTypes(OPERATIONS);
	const types = OPERATIONS.map(
		(operation) =>
			`${comment(operation.summary, "\t")}\t${propertyName(operation.id)}: {\n${describe(operation, shared)}\t};\n`,
	);
	const targets = OPERATIONS.map(
		({ id, method, path }) =>
			`\t${propertyName(id)}: [${JSON.stringify(method)}, ${JSON.stringify(path)}],\n`,
	);
	return `${BANNER}
${shared.declarations.join("\n")}
/** The operations of the admin API by their ids. */
export interface Operations {
${types.join("")}}

/** The method and path of each operation. */
export const TARGETS: { readonly [Id in keyof Operations]: readonly [method: string, path: string] } = {
${targets.join("")}};
`;
}

// --- helpers ---

const BANNER =
	"// Made from src/admin/api by `npm run generate`: change that, not this.\n";

function describe(operation: AdminOperation, shared: SharedTypes): string {
	const { path } = operation;
	const { query, body, answer } = partsOf(operation);
	const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
	const params = names.map((name) => `readonly ${name}: string`).join("; ");
	return [
		["params", params === "" ? "NoFields" : `{ ${params} }`],
		["query", query === undefined ? "NoFields" : shared.write(query)],
		["body", body === undefined ? "undefined" : shared.write(body)],
		["answer", answer === undefined ? "unknown" : shared.write(answer)],
	]
		.map(([name, type]) => `\t\treadonly ${name}: ${type};\n`)
		.join("")
		.replaceAll("NoFields", "{ readonly [name: string]: never }");
}

/** The schemas of an operation. */
function partsOf({ query, body, answers }: AdminOperation) {
	return {
		query: query && close(query),
		body: body && close(body),
		answer: answerOf(answers),
	};
}

/** The schema of the good answer. Undefined unless it is JSON. */
function answerOf(answers: AdminOperation["answers"]): JsonSchema | undefined {
	const [good] = Object.entries(answers)
		.filter(([status]) => status.startsWith("2"))
		.map(([, answer]) => answer);
	return good?.type === undefined ? good?.schema : undefined;
}

/** The API refuses fields that it does not know. */
function close(schema: JsonSchema): JsonSchema {
	return { ...schema, additionalProperties: false };
}

/** The objects that stand in several places of the API, by names that come from where they stand first. */
class SharedTypes {
	readonly #names = new Map<string, string>();
	readonly #root: { $defs: Record<string, unknown> } = { $defs: {} };
	readonly #writer: TypeWriter;

	constructor(operations: readonly AdminOperation[]) {
		const seen = new Map<string, { count: number; name: string }>();
		const visit = (part: unknown, name: string): void => {
			if (Array.isArray(part)) {
				for (const one of part) visit(one, name);
				return;
			}
			if (!isRecord(part)) return;
			if (isNamed(part)) {
				const key = keyOf(part);
				const known = seen.get(key) ?? { count: 0, name };
				seen.set(key, { ...known, count: known.count + 1 });
				if (known.count > 0) return;
			}
			for (const [key, value] of Object.entries(part))
				visit(
					value,
					isRecord(part.properties) || WRAPPERS.has(key) ? name : key,
				);
		};
		for (const operation of operations)
			for (const [part, schema] of Object.entries(partsOf(operation)))
				visit(schema, `${operation.id} ${part}`);
		const taken = new Set<string>();
		for (const [key, { count, name }] of seen) {
			if (count < 2) continue;
			this.#names.set(key, toTypeName(name, taken));
		}
		for (const [key, name] of this.#names)
			this.#root.$defs[name] = this.#refer(JSON.parse(key), true);
		this.#writer = new TypeWriter(
			this.#root,
			(pointer) => pointer.split("/").at(-1) ?? "",
			true,
		);
	}

	/** The types that were named so far. */
	get declarations(): readonly string[] {
		return this.#writer.declarations;
	}

	write(schema: JsonSchema): string {
		return this.#writer.write(this.#refer(schema), "\t\t");
	}

	/** Replaces shared objects by references, but the outermost one where it is declared. */
	#refer(part: unknown, isDeclared = false): unknown {
		if (Array.isArray(part)) return part.map((one) => this.#refer(one));
		if (!isRecord(part)) return part;
		const name = isNamed(part) ? this.#names.get(keyOf(part)) : undefined;
		if (name !== undefined && !isDeclared) {
			const { description } = part;
			return {
				$ref: `#/$defs/${name}`,
				...(description !== undefined && { description }),
			};
		}
		return Object.fromEntries(
			Object.entries(part).map(([key, value]) => [key, this.#refer(value)]),
		);
	}
}

/** Keywords that do not say what an object is. */
const WRAPPERS: ReadonlySet<string> = new Set([
	"properties",
	"items",
	"anyOf",
	"oneOf",
]);

function isNamed(part: Readonly<Record<string, unknown>>): boolean {
	return isRecord(part.properties) && Object.keys(part.properties).length > 2;
}

/** The text of a schema without its description, which may differ from place to place. */
function keyOf({ description: _, ...part }: Readonly<Record<string, unknown>>) {
	return JSON.stringify(part);
}

function toTypeName(name: string, taken: Set<string>): string {
	const singular = name.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "");
	const base = singular
		.split(" ")
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join("");
	let free = base;
	for (let at = 2; taken.has(free); at += 1) free = `${base}${at}`;
	taken.add(free);
	return free;
}
