import { fileURLToPath } from "node:url";
import { formatFinding } from "../src/finding/finding.ts";
import { loadKinds } from "../src/kind/load.ts";
import { writePayloadTypes } from "../src/kind/types/payload-types.ts";

const SCHEMAS = fileURLToPath(new URL("../schemas", import.meta.url));

const BANNER = `// Made from schemas/*.json by \`npm run generate\`: change those, not this.
`;

/** Makes the TypeScript types of the payloads of the repository's own kinds. */
export async function generatePayloadTypes(): Promise<string> {
	const { kinds, findings } = await loadKinds([SCHEMAS]);
	if (findings.length > 0) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	const { entries, declarations } = writePayloadTypes(
		// A schema of one route, kept in the same folder, has no such keyword.
		[...kinds.values()].filter(({ schema }) => schema.webhook !== undefined),
	);
	const map = `/** The payload of each kind, by the kind's name. */\nexport interface Payloads {\n${[...entries.values()].join("")}}\n`;
	return [BANNER, map, ...declarations].join("\n");
}
