import { OPERATIONS } from "../src/admin/api/index.ts";
import type { AdminOperation, JsonSchema } from "../src/admin/operation.ts";
import {
	comment,
	propertyName,
	TypeWriter,
} from "../src/kind/types/schema-type.ts";

/** Makes the TypeScript types of the admin API, with which the page calls it. */
export function generatePageApi(): string {
	const types = OPERATIONS.map(
		(operation) =>
			`${comment(operation.summary, "\t")}\t${propertyName(operation.id)}: {\n${describe(operation)}\t};\n`,
	);
	const targets = OPERATIONS.map(
		({ id, method, path }) =>
			`\t${propertyName(id)}: [${JSON.stringify(method)}, ${JSON.stringify(path)}],\n`,
	);
	return `${BANNER}
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

function describe({ path, query, body, answers }: AdminOperation): string {
	const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
	const params = names.map((name) => `readonly ${name}: string`).join("; ");
	const [good] = Object.entries(answers)
		.filter(([status]) => status.startsWith("2"))
		.map(([, answer]) => answer);
	const isJson = good?.schema !== undefined && good.type === undefined;
	return [
		["params", params === "" ? "NoFields" : `{ ${params} }`],
		["query", query === undefined ? "NoFields" : typeOf(close(query))],
		["body", body === undefined ? "undefined" : typeOf(close(body))],
		["answer", isJson ? typeOf(good.schema) : "unknown"],
	]
		.map(([name, type]) => `\t\treadonly ${name}: ${type};\n`)
		.join("")
		.replaceAll("NoFields", "{ readonly [name: string]: never }");
}

/** The API refuses fields that it does not know. */
function close(schema: JsonSchema): JsonSchema {
	return { ...schema, additionalProperties: false };
}

function typeOf(schema: JsonSchema | undefined): string {
	const writer = new TypeWriter(schema, () => "unknown", true);
	return writer.write(schema, "\t\t");
}
