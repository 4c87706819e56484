import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { compile, type JSONSchema } from "json-schema-to-typescript";
import { formatFinding } from "../src/finding/finding.ts";
import type { Kind } from "../src/kind/kind.ts";
import { loadKinds } from "../src/kind/load.ts";

/** Where the payload types are kept. */
export const PAYLOAD_TYPES_FILE = fileURLToPath(
	new URL("../src/generated/payloads.ts", import.meta.url),
);

const SCHEMAS = fileURLToPath(new URL("../schemas", import.meta.url));

const BANNER = `// Made from schemas/*.json by \`npm run generate\`: change those, not this.
`;

/** Makes the TypeScript types of the payloads of the repository's own kinds. */
export async function generatePayloadTypes(): Promise<string> {
	const { kinds, findings } = await loadKinds([SCHEMAS]);
	if (findings.length > 0) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	const sorted = [...kinds.values()]
		// A schema of one route, kept in the same folder, has no such keyword.
		.filter(({ schema }) => schema.webhook !== undefined)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	const types: string[] = [];
	for (const kind of sorted) types.push(await generateType(kind));
	const entries = sorted.map(
		({ name, title }) =>
			`\t/** ${title}. */\n\t${JSON.stringify(name)}: ${typeNameOf(name)};\n`,
	);
	const map = `/** The payload of each kind, by the kind's name. */\nexport interface Payloads {\n${entries.join("")}}\n`;
	return [BANNER, map, ...types].join("\n");
}

// --- helpers ---

async function generateType(kind: Kind): Promise<string> {
	const { type, properties, required, $defs } = kind.schema;
	// Conditions are for validation: as types they would be unions that no one could read.
	const schema = {
		title: typeNameOf(kind.name),
		description: kind.description,
		type,
		properties,
		required,
		$defs,
	};
	return compile(
		JSON.parse(JSON.stringify(schema)) as JSONSchema,
		typeNameOf(kind.name),
		{
			bannerComment: "",
			additionalProperties: true,
			ignoreMinAndMaxItems: true,
			style: { useTabs: true, printWidth: 80 },
		},
	);
}

function typeNameOf(kind: string): string {
	return kind
		.split(/[^A-Za-z0-9]+/)
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join("");
}

if (argv[1] === fileURLToPath(import.meta.url)) {
	await writeFile(PAYLOAD_TYPES_FILE, await generatePayloadTypes());
}
