import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
	routesSchemaOf,
	type SchemaTables,
} from "../src/config/routes-schema.ts";
import {
	BUILT_IN_NETWORKS,
	type BuiltInNetwork,
} from "../src/gate/networks.ts";
import { SCHEMES } from "../src/gate/schemes/index.ts";
import { HANDLER_TYPES } from "../src/handler/types.ts";
import { CONDITIONS } from "../src/route/conditions/index.ts";
import { DETAILS } from "./routes-reference-details.ts";
import { INBOX } from "./routes-reference-inbox.ts";
import { INTRODUCTION, SIGNATURES, VALUES } from "./routes-reference-texts.ts";

/** The path of the reference page. */
export const REFERENCE = fileURLToPath(
	new URL("../docs/routes-yaml.md", import.meta.url),
);

/** Writes the reference page of routes.yaml from its schema, its tables and the built-in networks. */
export function generateRoutesReference({
	schemes = SCHEMES,
	handlerTypes = HANDLER_TYPES,
	conditions = CONDITIONS,
}: Partial<SchemaTables> = {}): string {
	const tables = { schemes, handlerTypes, conditions };
	const root = routesSchemaOf(tables) as SchemaPart;
	const ofHandlers = [...handlerTypes.values()].flatMap(({ schema }) =>
		Object.entries(schema.defs ?? {})
			.filter(([, part]) => part.title !== undefined)
			.map(([name]) => name),
	);
	const { none: _, ...described } = schemes.definitions;
	const sections = [
		...SECTIONS,
		...ofHandlers,
		...LATER_SECTIONS,
		...Object.keys(described),
		"included",
		...TEST_SECTIONS,
	];
	const parts = sections.map((name) => {
		const part = root.$defs?.[name] ?? {};
		const head = `## ${part.title}\n\n${part.description}`;
		return part.properties === undefined
			? head
			: `${head}\n\n${toTable(part, root)}`;
	});
	return `${INTRODUCTION}
## The file

${root.description}

${toTable(root, root)}

${parts.join("\n\n")}

${DETAILS}
${VALUES}
${INBOX}
${SIGNATURES}
## Built-in networks

Only the platform knows its current addresses, and it changes them. Compare these lists with its page on IP whitelisting. \`switchhook networks\` prints
the ranges of a configuration.

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
	readonly else?: SchemaPart;
	readonly unit?: string;
	readonly typeNote?: string;
	readonly default?: unknown;
	readonly defaultNote?: string;
	readonly required?: readonly string[];
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly additionalProperties?: boolean | SchemaPart;
}

/** The objects with a table of their own, in the order in which a reader meets them. Those of handler types come in between. */
const SECTIONS = [
	"server",
	"tls",
	"admin",
	"adminToken",
	"inbox",
	"quarantine",
	"alerts",
	"platform",
	"platformAccount",
	"platformHosts",
	"defaults",
	"route",
	"match",
	"condition",
	"retry",
	"rate",
	"orderBy",
	"handler",
	"target",
	"fallback",
];

const LATER_SECTIONS = ["network", "signature", "table"];

const TEST_SECTIONS = [
	"testsFile",
	"testCase",
	"testStep",
	"testExpect",
	"testRequest",
	"testHandedOn",
	"testStub",
	"testAnswer",
];

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
	return `| Key | Type | Unit | Default | Description |\n|---|---|---|---|---|\n${lines.join("\n")}`;
}

/** Resolves a reference. Its own keywords override those of its target. */
function merge(part: SchemaPart, root: SchemaPart): SchemaPart {
	if (part.$ref === undefined) return part;
	let target: unknown = root;
	for (const key of part.$ref.slice(2).split("/")) {
		target = (target as Readonly<Record<string, unknown>>)[key];
	}
	return { ...merge(target as SchemaPart, root), ...part };
}

function describeType(part: SchemaPart, root: SchemaPart): string {
	if (part.typeNote !== undefined) return part.typeNote;
	if (part.const !== undefined) return `\`${String(part.const)}\``;
	const values = part.enum?.filter((value) => typeof value !== "string");
	const words = values?.length ? values : part.enum;
	if (words !== undefined) return listCode(words);
	if (part.title !== undefined)
		return `[${part.title}](#${anchor(part.title)})`;
	const items = part.items === undefined ? {} : merge(part.items, root);
	if (part.type === "array") {
		return items.title === undefined
			? `list of ${describeType(items, root)}`
			: `list of [${items.title}](#${items.title})`;
	}
	if (Array.isArray(part.type)) {
		if (part.type.includes("boolean"))
			return "`true` or `false`; or string, or list of strings";
		if (part.type.includes("number")) return "number, or string";
		if (part.else !== undefined)
			return `string, or ${describeType(merge(part.else, root), root)}`;
		if (part.type.includes("object"))
			return `${describeMapping(part, root)}; or string, or list of strings`;
		if (items.enum !== undefined)
			return `one or a list of ${listCode(items.enum)}`;
		if (items.type?.includes("integer") === true)
			return "status or range, or list of them";
		return items.type === "object"
			? "path, or list of actions"
			: "string, or list of strings";
	}
	if (part.type === "object") return describeMapping(part, root);
	return NAMES[String(part.type)] ?? "any value";
}

const NAMES: Readonly<Record<string, string>> = {
	string: "string",
	boolean: "`true` or `false`",
	integer: "integer",
	number: "number",
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
