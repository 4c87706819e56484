import type { AdminOperation, JsonSchema } from "./operation.ts";
import { API_PATH } from "./operations.ts";
import {
	ADMIN_PROBLEMS,
	type AdminProblemCode,
	PROBLEM_TITLES,
	PROBLEM_TYPE,
} from "./problem.ts";

/** An OpenAPI 3.1 document. */
export type OpenApi = JsonSchema;

/** Describes the API as an OpenAPI 3.1 document. */
export function createOpenApi(operations: readonly AdminOperation[]): OpenApi {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const operation of operations) {
		const path = operation.path.replace(/:(\w+)/g, "{$1}");
		paths[path] = {
			...paths[path],
			[operation.method.toLowerCase()]: describe(operation),
		};
	}
	const tags = [...new Set(operations.map(({ tag }) => tag))];
	return {
		openapi: "3.1.0",
		info: {
			title: "Switchhook admin API",
			version: "1",
			summary: "Watches and operates a running router.",
			description:
				"Send a token as `Authorization: Bearer <token>`. The running router writes one to `admin.json` beside its inbox, and `admin.tokens` of routes.yaml has more. Every error is a problem of RFC 9457.",
		},
		servers: [{ url: API_PATH }],
		security: [{ token: [] }, { session: [] }],
		tags: tags.map((name) => ({ name })),
		paths: { ...paths, ...OTHER_PATHS },
		components: {
			securitySchemes: {
				token: { type: "http", scheme: "bearer" },
				session: {
					type: "apiKey",
					in: "cookie",
					name: "switchhook-8081",
					description:
						"The cookie of a session, which `POST /session` sets. Its name ends with the port.",
				},
			},
			schemas: { Problem: PROBLEM_SCHEMA },
			responses: Object.fromEntries(
				PROBLEM_STATUSES.map((status) => [
					`Problem${status}`,
					problemOf(status),
				]),
			),
		},
	};
}

/** The schema of every error. */
export const PROBLEM_SCHEMA: JsonSchema = {
	type: "object",
	description: "An error (RFC 9457).",
	required: ["type", "title", "status", "detail", "code"],
	properties: {
		type: {
			type: "string",
			description: "A reference to the explanation of the code.",
		},
		title: { type: "string" },
		status: { type: "integer" },
		detail: {
			type: "string",
			description: "Says what is wrong and what to do.",
		},
		code: { enum: Object.keys(ADMIN_PROBLEMS) },
	},
};

// --- helpers ---

/** The problems that every operation may answer with. */
const COMMON_STATUSES = [400, 401, 403, 421, 429, 500, 503];

const PROBLEM_STATUSES: readonly number[] = [
	...new Set(Object.values(ADMIN_PROBLEMS)),
].sort();

function describe(operation: AdminOperation): Record<string, unknown> {
	const { id, tag, scope, summary, query, body, answers } = operation;
	const description = [
		...(operation.description === undefined ? [] : [operation.description]),
		...(operation.needsRouter === true
			? ["Needs a running router: `switchhook inbox ui` answers 503."]
			: []),
	].join(" ");
	const names = [...operation.path.matchAll(/:(\w+)/g)].map(
		([, name = ""]) => name,
	);
	const statuses = [
		...COMMON_STATUSES,
		...(names.length > 0 ? [404] : []),
		...(body === undefined ? [] : [413, 415]),
	].filter((status) => answers[status] === undefined);
	return {
		operationId: id,
		tags: [tag],
		summary,
		description: `${description === "" ? "" : `${description}\n\n`}Scope: \`${scope}\`.`,
		...(names.length > 0 || query !== undefined
			? { parameters: [...names.map(toPathParameter), ...toQuery(query)] }
			: {}),
		...(body === undefined
			? {}
			: {
					requestBody: {
						required: true,
						content: { "application/json": { schema: body } },
					},
				}),
		responses: {
			...Object.fromEntries(
				Object.entries(answers).map(([status, answer]) => [
					status,
					toResponse(Number(status), answer),
				]),
			),
			...Object.fromEntries(
				statuses.map((status) => [
					status,
					{ $ref: `#/components/responses/Problem${status}` },
				]),
			),
		},
		"x-scope": scope,
	};
}

function toPathParameter(name: string) {
	return { name, in: "path", required: true, schema: { type: "string" } };
}

function toQuery(query: JsonSchema | undefined): unknown[] {
	const { properties = {}, required } = query ?? {};
	return Object.entries(properties as Record<string, JsonSchema>).map(
		([name, { description, ...schema }]) => ({
			name,
			in: "query",
			...(Array.isArray(required) && required.includes(name)
				? { required: true }
				: {}),
			...(description === undefined ? {} : { description }),
			schema,
		}),
	);
}

function toResponse(
	status: number,
	{
		description,
		schema,
		type = "application/json",
	}: AdminOperation["answers"][number],
) {
	if (status >= 400 && schema === undefined)
		return { description, content: PROBLEM_CONTENT };
	if (schema === undefined && type === "application/json")
		return { description };
	return { description, content: { [type]: { schema: schema ?? {} } } };
}

function problemOf(status: number) {
	const codes = (Object.entries(ADMIN_PROBLEMS) as [AdminProblemCode, number][])
		.filter(([, other]) => other === status)
		.map(([code]) => `${PROBLEM_TITLES[code]} (\`${code}\`).`);
	return {
		description: codes.join(" "),
		content: PROBLEM_CONTENT,
	};
}

const PROBLEM_CONTENT = {
	[PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } },
};

/** The paths outside of the API's own, which are not operations. */
const AT_ROOT = [{ url: "/" }];

const SESSION_SCHEMA: JsonSchema = {
	type: "object",
	required: ["actor", "scopes"],
	properties: {
		actor: { type: "string", description: "The name of the token." },
		scopes: { type: "array", items: { type: "string" } },
	},
};

const HEALTH_SCHEMA: JsonSchema = {
	type: "object",
	required: ["status"],
	properties: {
		status: { enum: ["ok", "ready", "not ready"] },
		checks: {
			type: "array",
			items: {
				type: "object",
				required: ["name", "ok"],
				properties: {
					name: { type: "string" },
					ok: { type: "boolean" },
					reason: {
						type: "string",
						description: "Only with a token of scope `read`.",
					},
				},
			},
		},
	},
};

const json = (description: string, schema: JsonSchema) => ({
	description,
	content: { "application/json": { schema } },
});

const REFUSED = { $ref: "#/components/responses/Problem401" };

const OTHER_PATHS = {
	"/session": {
		servers: AT_ROOT,
		get: {
			operationId: "getSession",
			tags: ["session"],
			summary: "Returns whose token or session it is.",
			responses: { 200: json("The token.", SESSION_SCHEMA), 401: REFUSED },
		},
		post: {
			operationId: "openSession",
			tags: ["session"],
			summary: "Exchanges a token for the cookie of a session.",
			security: [],
			requestBody: {
				required: true,
				content: {
					"application/json": {
						schema: {
							type: "object",
							required: ["token"],
							properties: { token: { type: "string" } },
						},
					},
				},
			},
			responses: { 200: json("The session.", SESSION_SCHEMA), 401: REFUSED },
		},
		delete: {
			operationId: "closeSession",
			tags: ["session"],
			summary: "Ends the session.",
			responses: { 204: { description: "The session is over." } },
		},
	},
	"/healthz": {
		servers: AT_ROOT,
		get: {
			operationId: "getHealth",
			tags: ["health"],
			summary: "Answers while the process is alive.",
			security: [],
			responses: { 200: json("It is alive.", HEALTH_SCHEMA) },
		},
	},
	"/readyz": {
		servers: AT_ROOT,
		get: {
			operationId: "getReadiness",
			tags: ["health"],
			summary: "Answers whether the router serves and its store takes events.",
			security: [],
			responses: {
				200: json("It is ready.", HEALTH_SCHEMA),
				503: json("It is not ready. The checks say why.", HEALTH_SCHEMA),
			},
		},
	},
	"/metrics": {
		servers: AT_ROOT,
		get: {
			operationId: "getMetrics",
			tags: ["health"],
			summary: "Returns the metrics in the text format of Prometheus.",
			description: "On loopback no token is needed. Scope: `read`.",
			security: [{}, { token: [] }],
			responses: {
				200: {
					description: "The metrics.",
					content: { "text/plain": { schema: { type: "string" } } },
				},
				401: REFUSED,
			},
		},
	},
};
