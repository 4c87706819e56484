import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readRoutesSchema } from "../src/config/shape.ts";
import {
	BUILT_IN_NETWORKS,
	type BuiltInNetwork,
} from "../src/gate/networks.ts";

/** Where the reference page stands. */
export const REFERENCE = fileURLToPath(
	new URL("../docs/routes-yaml.md", import.meta.url),
);

/** Writes the reference page of routes.yaml from its schema and the built-in networks. */
export function generateRoutesReference(): string {
	const root = readRoutesSchema() as SchemaPart;
	const parts = SECTIONS.map((name) => {
		const part = root.$defs?.[name] ?? {};
		return `## ${part.title}\n\n${part.description}\n\n${toTable(part, root)}`;
	});
	return `${INTRODUCTION}
## The file

${root.description}

${toTable(root, root)}

${parts.join("\n\n")}

${VALUES}
## Built-in networks

Nobody but the platform knows its addresses, and it changes them: compare with its page on IP whitelisting.

${[...BUILT_IN_NETWORKS.values()].map(toNetwork).join("\n\n")}
`;
}

// --- helpers ---

interface SchemaPart {
	readonly $ref?: string;
	readonly $defs?: Readonly<Record<string, SchemaPart>>;
	readonly title?: string;
	readonly description?: string;
	readonly type?: string | readonly string[];
	readonly const?: unknown;
	readonly enum?: readonly unknown[];
	readonly items?: SchemaPart;
	readonly unit?: string;
	readonly default?: unknown;
	readonly defaultNote?: string;
	readonly required?: readonly string[];
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly additionalProperties?: boolean | SchemaPart;
}

/** The objects with a table of their own, in the order in which a reader meets them. */
const SECTIONS = [
	"server",
	"defaults",
	"route",
	"handler",
	"fallback",
	"static",
	"included",
];

const INTRODUCTION = `# routes.yaml

<!-- Generated from schemas/routes.schema.json by \`npm run generate\`. Change it there. -->

One YAML file (JSON is YAML too) says which webhooks come in, from where, how they are checked and what
answers them. \`switchhook check\` prints every mistake of a file at once, with its line and what to write
instead. The first line below lets an editor complete and check it.

\`\`\`yaml
# yaml-language-server: $schema=./schemas/routes.schema.json
version: 1

server:
  listen: 0.0.0.0:8080
  publicUrl: \${PUBLIC_URL:-http://localhost:8080}

networks:
  office: [203.0.113.0/24]

defaults:
  firewall: [nexmo, vonage, office]
  signature: none

routes:
  - name: inbound-sms
    path: /webhooks/inbound-sms
    kind: sms.inbound
    level: account
    handler: { plugin: log }

  - name: support-line # the same path: the narrower level wins
    path: /webhooks/inbound-sms
    kind: sms.inbound
    level: number
    match: { to: ["447700900001", "447700900002"] }
    handler: { plugin: log }

  - name: answer
    path: /webhooks/answer
    kind: voice.answer
    level: app
    handler: { ncco: nccos/sorry.yaml }
    fallback: { ncco: [{ action: talk, text: "Please call again." }] }

  - name: invoice-paid # any other webhook: a schema instead of a kind
    path: /hooks/invoices/:tenant
    schema: schemas/invoice-paid.json
    handler: { plugin: ledger, options: { currency: EUR } }
\`\`\`

Keys that are not listed here are mistakes. Where a list is expected, one text is enough.
`;

const VALUES = `## Values

**Durations** carry their unit: \`250ms\`, \`5s\`, \`1m30s\`, \`24h\`, \`7d\`; the larger unit first, whole numbers only.
**Sizes** do too: \`512B\`, \`64KB\`, \`1MB\`, \`1GB\` count in thousands, \`64KiB\`, \`1MiB\`, \`1GiB\` in 1,024s. A bare number
is a mistake, because nobody can tell which unit it meant.

**The environment** goes into any text, never into a key:

| Written | Becomes |
|---|---|
| \`\${NAME}\` | the variable; a mistake when it is not set or empty |
| \`\${NAME:-default}\` | the variable, or the default |
| \`\${NAME:?why}\` | the variable; when it is not set or empty, the mistake says why it is needed |
| \`\${file:/run/secrets/x}\` | the text of a file (relative to this one), without the line break at its end |
| \`$\${\` | a literal \`\${\` |

What is put in stays text: it adds no YAML, and it is never a number or a list. Inside \`[ ]\` and \`{ }\` write it in
quotes. No message ever shows a value that came from the environment or a file.

\`\`\`yaml
version: 1
defaults: { firewall: ["\${OFFICE:-203.0.113.0/24}"], signature: none }
routes:
  - name: inbound-sms
    path: /webhooks/\${SMS_PATH:-inbound-sms}
    kind: sms.inbound
    enabled: \${SMS_ENABLED:-true}
    handler: { plugin: log, options: { greeting: "costs $\${amount}" } }
\`\`\`

**Paths of files** are relative to the file that names them. A bare name is also looked for in \`schemas/\`, \`nccos/\` and
\`plugins/\` beside the first file, there also without its ending.

**Paths of routes** have one spelling. Two routes with the same path and method form a stack, which shares its
\`firewall\`, \`signature\`, \`bodyLimit\` and \`onDenied\`. A literal segment wins over a \`:name\`.
`;

function toTable(part: SchemaPart, root: SchemaPart): string {
	const rows = Object.entries(part.properties ?? {}).map(([key, value]) => {
		const merged = merge(value, root);
		return [
			`\`${key}\``,
			describeType(merged, root),
			merged.unit ?? "",
			describeDefault(merged, part.required?.includes(key) ?? false),
			merged.description ?? "",
		];
	});
	const lines = rows.map((cells) => `| ${cells.map(escapeCell).join(" | ")} |`);
	return `| Key | Type | Unit | Default | What it does |\n|---|---|---|---|---|\n${lines.join("\n")}`;
}

/** A reference's own words count more than those of what it refers to. */
function merge(part: SchemaPart, root: SchemaPart): SchemaPart {
	if (part.$ref === undefined) return part;
	let target: unknown = root;
	for (const key of part.$ref.slice(2).split("/")) {
		target = (target as Readonly<Record<string, unknown>>)[key];
	}
	return { ...merge(target as SchemaPart, root), ...part };
}

function describeType(part: SchemaPart, root: SchemaPart): string {
	if (part.const !== undefined) return `\`${String(part.const)}\``;
	const values = part.enum?.filter((value) => typeof value !== "string");
	const words = values?.length ? values : part.enum;
	if (words !== undefined) return listCode(words);
	if (part.title !== undefined)
		return `[${part.title}](#${anchor(part.title)})`;
	const items = part.items === undefined ? {} : merge(part.items, root);
	if (part.type === "array") return `list of [${items.title}](#${items.title})`;
	if (Array.isArray(part.type)) {
		if (items.enum !== undefined)
			return `one or a list of ${listCode(items.enum)}`;
		return items.type === "object"
			? "path, or list of actions"
			: "text, or list of texts";
	}
	if (part.type === "object") return describeMapping(part, root);
	return NAMES[String(part.type)] ?? "any value";
}

const NAMES: Readonly<Record<string, string>> = {
	string: "text",
	integer: "whole number",
};

function describeMapping(part: SchemaPart, root: SchemaPart): string {
	const { additionalProperties } = part;
	if (typeof additionalProperties !== "object") return "mapping";
	return `mapping of name to ${describeType(merge(additionalProperties, root), root)}`;
}

function describeDefault(part: SchemaPart, isRequired: boolean): string {
	if (isRequired) return "required";
	if (part.defaultNote !== undefined) return part.defaultNote;
	return `\`${typeof part.default === "string" ? part.default : JSON.stringify(part.default)}\``;
}

function toNetwork(network: BuiltInNetwork): string {
	const rows = network.ranges.map(
		({ cidr, since, until, source, confirmed }) =>
			`| \`${cidr}\` | ${since ?? "–"} | ${until ?? "–"} | ${source}${confirmed ? "" : " (not confirmed by an official text)"} |`,
	);
	return `### ${network.name}\n\n${network.note}\n\n| Range | Known since | Withdrawn | Source |\n|---|---|---|---|\n${rows.join("\n")}`;
}

function listCode(values: readonly unknown[]): string {
	return values.map((value) => `\`${String(value)}\``).join(", ");
}

function anchor(title: string): string {
	return title.toLowerCase().replaceAll(" ", "-");
}

function escapeCell(text: string): string {
	return text.replaceAll("|", "\\|");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	writeFileSync(REFERENCE, generateRoutesReference());
}
