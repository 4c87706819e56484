import type { Kind } from "../../kind/kind.ts";
import { hasPath } from "../../route/route.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { AdminOperation, AdminRequest, JsonSchema } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import { about, listOf, objectOf, TEXT } from "./schemas.ts";

const TEXTS = listOf(TEXT);

/** The facts about a kind that a list shows. */
const FACTS = {
	name: TEXT,
	title: TEXT,
	description: TEXT,
	product: TEXT,
	mode: about("Whether its sender waits for the answer.", {
		enum: ["reply", "accept"],
	}),
	methods: TEXTS,
	contentTypes: about(
		"The forms of its payload, the usual one first.",
		listOf({ enum: ["query", "form", "json"] }),
	),
	levels: TEXTS,
	deprecated: about("Why and since when it is withdrawn.", TEXT),
	routes: about(
		"The routes that take it.",
		listOf(
			objectOf(
				{
					name: TEXT,
					path: about("Absent for an internal route.", TEXT),
					level: TEXT,
				},
				["path", "level"],
			),
		),
	),
} satisfies Readonly<Record<string, JsonSchema>>;

/** The kinds of webhooks, with their schemas and samples. */
export const KINDS: readonly AdminOperation[] = [
	{
		id: "listKinds",
		method: "GET",
		path: "/kinds",
		tag: "routes",
		scope: "read",
		summary: "Lists the kinds of webhooks.",
		description:
			"The built-in kinds, those of the configuration, and the schemas of routes.",
		answers: {
			200: {
				description: "The kinds, by name.",
				schema: objectOf({
					kinds: listOf(objectOf(FACTS, ["deprecated"])),
				}),
			},
		},
		async handle(request) {
			const kinds = [...(await kindsOf(request)).values()];
			kinds.sort((one, other) => (one.name < other.name ? -1 : 1));
			const { routes } = request.router.runtime();
			return { body: { kinds: kinds.map((kind) => toFacts(kind, routes)) } };
		},
	},
	{
		id: "getKind",
		method: "GET",
		path: "/kinds/:name",
		tag: "routes",
		scope: "read",
		summary: "Shows a kind with its JSON Schema and samples.",
		description:
			"Each call gives the samples new ids and times. `send` takes one of them as `payload`.",
		answers: {
			200: {
				description: "The kind.",
				schema: objectOf(
					{
						...FACTS,
						schema: about("The JSON Schema of its payload.", {
							type: "object",
						}),
						samples: about(
							"Payloads that fit the schema. Empty if its schema has no `examples`.",
							listOf({ type: "object" }),
						),
					},
					["deprecated"],
				),
			},
		},
		async handle(request) {
			const { name = "" } = request.params;
			const kind = (await kindsOf(request)).get(name);
			if (kind === undefined)
				throw new AdminProblem(
					"not-found",
					`There is no kind \`${name}\`. GET /api/v1/kinds lists them.`,
				);
			const { webhook: _, examples: __, ...schema } = kind.schema;
			const { router } = request;
			return {
				body: {
					...toFacts(kind, router.runtime().routes),
					schema,
					samples: router.samplesOf(kind),
				},
			};
		},
	},
];

// --- helpers ---

/** Returns all kinds by name. A route may have a schema of its own, or narrow a kind. */
async function kindsOf({
	router,
}: Pick<AdminRequest, "router">): Promise<ReadonlyMap<string, Kind>> {
	const kinds = new Map(await router.kinds());
	for (const { kind } of router.runtime().routes)
		if (!kinds.has(kind.name)) kinds.set(kind.name, kind);
	return kinds;
}

function toFacts(kind: Kind, routes: readonly ServedRoute[]) {
	const { name, title, description, product, mode, methods, deprecated } = kind;
	return {
		name,
		title,
		description,
		product,
		mode,
		methods,
		contentTypes: kind.contentTypes,
		levels: kind.levels,
		...(deprecated !== undefined && { deprecated }),
		routes: routes
			.filter((route) => route.kind.name === name)
			.map((route) => ({
				name: route.name,
				...(hasPath(route) && { path: route.path }),
				...(route.level !== undefined && { level: route.level }),
			})),
	};
}
