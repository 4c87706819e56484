import { TypeWriter } from "../src/kind/types/schema-type.ts";

/** Makes the types of routes.yaml as it is written, of the text of its schema. */
export function generateAuthoredTypes(schema: string): string {
	const root: unknown = JSON.parse(schema);
	const writer = new TypeWriter(
		root,
		(pointer) => capitalize(pointer.split("/").at(-1) ?? ""),
		true,
	);
	for (const name of SECTIONS) writer.write({ $ref: `#/$defs/${name}` });
	return [BANNER, ...writer.declarations].join("\n");
}

// --- helpers ---

const BANNER = `// Made from schemas/routes.schema.json by \`npm run generate\`: change that, not this.
`;

/** The parts that code names; they bring those that they refer to. */
const SECTIONS = [
	"server",
	"admin",
	"inbox",
	"alerts",
	"platform",
	"network",
	"table",
	"defaults",
	"route",
];

function capitalize(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
