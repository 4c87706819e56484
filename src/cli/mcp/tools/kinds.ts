import {
	about,
	COUNT,
	listOf,
	objectOf,
	TEXT,
} from "../../../admin/api/schemas.ts";
import { isRecord } from "../../../event/is-record.ts";
import type { KindCatalog } from "../../../kind/kind.ts";
import { findSchema, SCHEMA_FILES } from "../../commands/schema.ts";
import { CannotRun } from "../../io.ts";
import { loadCatalog } from "../../load.ts";
import { samplePayload } from "../../request/sample.ts";
import { unknownKind } from "../../request/target.ts";
import { type McpTool, type ToolGround, ToolProblem } from "../tool.ts";
import {
	argumentsOf,
	describeNext,
	PAGE_ARGUMENTS,
	pageOf,
	resultOf,
	toResult,
} from "./results.ts";

const FREE = { type: "object" };

/** The kinds of webhooks: built-in ones, and those of `schemas/` beside the configuration. */
export const KINDS: readonly McpTool[] = [
	{
		name: "list_kinds",
		title: "List kinds of webhooks",
		description:
			"Lists the kinds that a route can have, with their methods, levels and mode. `search` finds a word in name and title, such as `sms`, `ncco` or `whatsapp`.",
		scope: "read",
		input: argumentsOf({
			search: about("Part of a name or title.", TEXT),
			...PAGE_ARGUMENTS,
		}),
		output: resultOf(
			{
				total: COUNT,
				kinds: listOf(
					objectOf({
						name: TEXT,
						title: TEXT,
						methods: listOf(TEXT),
						levels: listOf(TEXT),
						mode: TEXT,
					}),
				),
				next: COUNT,
			},
			["next"],
		),
		async run({ search = "", ...paging }, ground) {
			const wanted = String(search).toLowerCase();
			const kinds = [...(await catalogOf(ground)).values()]
				.map(({ name, title, methods, levels, mode }) => ({
					...{ name, title, methods, levels, mode },
				}))
				.filter(({ name, title }) =>
					`${name} ${title}`.toLowerCase().includes(wanted),
				)
				.sort((a, b) => (a.name < b.name ? -1 : 1));
			const page = pageOf(kinds, paging);
			const { items, total, next } = page;
			return toResult({ total, kinds: items, next }, [
				...items.map(({ name, title, mode }) => `${name} (${mode}): ${title}`),
				...(total === 0 ? ["No kind matches."] : []),
				...describeNext(page),
			]);
		},
	},
	{
		name: "sample",
		title: "Make a sample payload",
		description:
			'Makes a realistic payload of a kind from the platform\'s documentation, with new ids and times. `set` replaces fields by their paths, such as `{"text": "STOP"}`. Nothing is sent.',
		scope: "read",
		input: argumentsOf(
			{
				kind: about("Such as `sms.inbound`.", TEXT),
				set: about("Values by field path.", FREE),
				unset: about("Fields to leave out.", listOf(TEXT)),
			},
			["kind"],
		),
		output: resultOf({
			kind: TEXT,
			methods: listOf(TEXT),
			contentTypes: listOf(TEXT),
			payload: FREE,
		}),
		async run({ kind: name, set, unset }, ground) {
			const kinds = await catalogOf(ground);
			const kind = kinds.get(String(name));
			if (kind === undefined)
				throw unknownKind(String(name), { kinds, routes: [] });
			const payload = samplePayload(
				kind,
				{
					set: Object.entries(isRecord(set) ? set : {}).map(
						([field, value]) => ({ field, value }),
					),
					unset: (unset ?? []) as readonly string[],
					...{ query: [], param: [], header: [] },
				},
				new Date(),
			);
			const { methods, contentTypes } = kind;
			return toResult({ kind: kind.name, methods, contentTypes, payload }, [
				JSON.stringify(payload),
			]);
		},
	},
	{
		name: "schema",
		title: "Show a JSON Schema",
		description: `Shows the JSON Schema of a kind, or of a file: ${SCHEMA_FILES.map((one) => `\`${one}\``).join(", ")} (\`routes\` is routes.yaml). A schema may be long: \`path\` shows a part, such as \`properties.server\` or \`$defs.route\`.`,
		scope: "read",
		input: argumentsOf(
			{
				name: about("A kind, or one of the files.", TEXT),
				path: about("The keys to a part, joined by dots.", TEXT),
			},
			["name"],
		),
		output: resultOf({
			name: TEXT,
			path: TEXT,
			keys: about("The keys of the part.", listOf(TEXT)),
			schema: FREE,
		}),
		async run({ name, path = "" }, { io, config }) {
			const schema = await findSchema(io, String(name), config);
			const part = partOf(schema, String(path));
			const shown = prune(part);
			const text = JSON.stringify(shown);
			return toResult({ name, path, keys: Object.keys(part), schema: shown }, [
				text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text,
				...(shown === part
					? []
					: [
							`Inner parts are left out as "${LEFT_OUT}". Name one with "path".`,
						]),
			]);
		},
	},
];

// --- helpers ---

/** The characters of a schema that are repeated as text. */
const TEXT_MAX = 4000;

const SCHEMA_MAX = 24_000;
const LEFT_OUT = "…";

/** Leaves out the innermost parts of a long schema. */
function prune(schema: Record<string, unknown>): Record<string, unknown> {
	let pruned = schema;
	for (
		let depth = 7;
		depth > 1 && JSON.stringify(pruned).length > SCHEMA_MAX;
		depth -= 1
	)
		pruned = upTo(depth, schema) as Record<string, unknown>;
	return pruned;
}

function upTo(depth: number, value: unknown): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (depth === 0) return LEFT_OUT;
	if (Array.isArray(value)) return value.map((item) => upTo(depth - 1, item));
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => [key, upTo(depth - 1, part)]),
	);
}

function catalogOf({ io, config }: ToolGround): Promise<KindCatalog> {
	return loadCatalog(io, config);
}

function partOf(schema: unknown, path: string): Record<string, unknown> {
	let part = schema;
	for (const key of path === "" ? [] : path.split(".")) {
		const keys = isRecord(part) ? Object.keys(part) : [];
		if (!isRecord(part) || !Object.hasOwn(part, key))
			throw new ToolProblem(
				`There is no "${key}" at this place of the schema. There are: ${keys.slice(0, 50).join(", ")}.`,
			);
		part = part[key];
	}
	if (isRecord(part)) return part;
	if (part === undefined)
		throw new CannotRun("the schema is not an object of keys");
	return { value: part };
}
