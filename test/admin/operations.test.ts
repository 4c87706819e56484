import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { OPERATIONS } from "../../src/admin/api/index.ts";
import { createOpenApi, PROBLEM_SCHEMA } from "../../src/admin/openapi.ts";
import { CALLS } from "./calls.ts";
import { openEvents } from "./event-client.ts";
import { withListener } from "./listener.ts";
import { withSite } from "./site.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true });

describe("the operations of the admin API", () => {
	it("have ids and paths of their own", () => {
		const ids = OPERATIONS.map(({ id }) => id);
		expect(new Set(ids).size).to.equal(ids.length);
		const paths = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
		expect(new Set(paths).size).to.equal(paths.length);
	});

	it("change nothing with GET, and need more than `read` to change something", () => {
		// It asks a route, whose handler runs. An audio element can only GET.
		const asking = "getPhoneAudio";
		for (const { id, method, scope, isReading } of OPERATIONS) {
			if ((method === "GET" && id !== asking) || isReading)
				expect(scope, id).to.not.equal("operate");
			else expect(scope, id).to.equal("operate");
		}
	});

	it("say in a sentence what they do", () => {
		for (const { id, summary, description = "A." } of OPERATIONS) {
			expect(summary, id).to.match(/^[A-Z][a-z]+s .*\.$/);
			expect(description, id).to.match(/^[A-Z].*[.]$/s);
		}
	});

	it("refuse a token without their scope, one by one", async () => {
		await withListener(
			async ({ call }) => {
				for (const { id, method, path, scope } of OPERATIONS) {
					const token = scope === "read" ? REVEALER : READER;
					const called = await call(`/api/v1${path.replace(/:\w+/g, "x")}`, {
						method,
						token,
					});
					if (scope === "reveal" && token === REVEALER) continue;
					expect([called.status, called.json().code], id).to.deep.equal([
						403,
						"missing-scope",
					]);
				}
			},
			{ config: SCOPED, env: { READER, REVEALER } },
		);
	});

	it("answer a running router's caller as their schemas say", async function () {
		this.timeout(120_000);
		expect(Object.keys(CALLS).sort()).to.deep.equal(
			OPERATIONS.map(({ id }) => id).sort(),
		);
		await withSite(async (site) => {
			for (const { id, method, answers } of OPERATIONS) {
				for (const { path, status, ...options } of await (
					CALLS[id] as (typeof CALLS)[string]
				)(site)) {
					const label = `${id} ${path} ${options.body ?? ""}`;
					const type = answers[status]?.type ?? "application/json";
					if (type === "text/event-stream") {
						const client = await openEvents(site.port, `/api/v1${path}`, {
							token: site.token,
						});
						expect(client.status, label).to.equal(status);
						expect(client.type.split(";")[0], label).to.equal(type);
						client.close();
						continue;
					}
					const called = await site.call(`/api/v1${path}`, {
						method,
						...options,
					});
					expect(called.status, `${label} ${called.text}`).to.equal(status);
					const isProblem =
						status >= 400 && answers[status]?.schema === undefined;
					expect(called.headers["content-type"], label).to.match(
						isProblem ? /^application\/problem\+json/ : new RegExp(`^${type}`),
					);
					const schema = isProblem ? PROBLEM_SCHEMA : answers[status]?.schema;
					if (type !== "application/json" || schema === undefined) continue;
					const validate = ajv.compile(schema);
					validate(called.json());
					expect(validate.errors, `${label} ${called.text}`).to.equal(null);
				}
			}
		});
	});
});

describe("the OpenAPI document", () => {
	it("is valid OpenAPI 3.1", async () => {
		const validator = new Validator();
		const document = structuredClone(createOpenApi(OPERATIONS)) as object;
		const { valid, errors } = await validator.validate(
			document as Record<string, unknown>,
		);
		expect(valid, JSON.stringify(errors)).to.equal(true);
		expect(validator.version).to.equal("3.1");
	});

	it("is served as it is made, without a token", async () => {
		await withListener(async ({ call }) => {
			const { status, json } = await call("/api/v1/openapi.json", {
				token: null,
			});
			expect(status).to.equal(200);
			expect(json()).to.deep.equal(createOpenApi(OPERATIONS));
		});
	});

	it("has every operation with its method, path, scope and parameters", () => {
		const { paths } = createOpenApi(OPERATIONS) as unknown as {
			readonly paths: Readonly<Record<string, Readonly<Record<string, Part>>>>;
		};
		for (const operation of OPERATIONS) {
			const path = operation.path.replace(/:(\w+)/g, "{$1}");
			const part = paths[path]?.[operation.method.toLowerCase()];
			expect(part?.operationId).to.equal(operation.id);
			expect(part?.["x-scope"]).to.equal(operation.scope);
			const names = (part?.parameters ?? []).map(({ name }) => name);
			expect(names).to.deep.equal([
				...[...operation.path.matchAll(/:(\w+)/g)].map(([, name]) => name),
				...Object.keys(operation.query?.properties ?? {}),
			]);
			expect(Object.keys(part?.responses ?? {})).to.include.members([
				...Object.keys(operation.answers),
				"401",
				"403",
			]);
		}
	});

	it("describes only paths that the listener takes", async () => {
		const { paths } = createOpenApi(OPERATIONS) as unknown as {
			readonly paths: Readonly<Record<string, Readonly<Record<string, Part>>>>;
		};
		await withListener(async ({ call }) => {
			for (const [path, methods] of Object.entries(paths)) {
				const prefix = methods.servers === undefined ? "/api/v1" : "";
				for (const method of Object.keys(methods)) {
					if (method === "servers") continue;
					const { status } = await call(
						`${prefix}${path.replace(/\{\w+\}/g, "x")}`,
						// Without a token nothing is done, and a path that is not there has no method.
						{ method: method.toUpperCase(), token: null },
					);
					expect(status, `${method} ${path}`).to.not.be.oneOf([404, 405]);
				}
			}
		});
	});
});

// --- helpers ---

interface Part {
	readonly operationId: string;
	readonly "x-scope": string;
	readonly parameters?: readonly { readonly name: string }[];
	readonly responses: object;
}

const READER = "the-token-of-a-reader-is-this-one";
const REVEALER = "the-token-of-a-revealer-is-this-one";

const SCOPED = `version: 1
inbox: { store: none }
admin:
  tokens:
    reader: { token: "\${READER}" }
    revealer: { token: "\${REVEALER}", scopes: [reveal] }
`;
