import { expect } from "chai";
import { SCHEMES } from "../../src/gate/schemes/index.ts";
import type { RouteFacts } from "../../src/handler/template/doubts.ts";
import { findingsOf, ROUTE } from "./template-tools.ts";

/** A route of a kind with this schema. */
function routeOf(
	schema: object,
	over: Partial<RouteFacts["kind"]> = {},
): RouteFacts {
	return {
		...ROUTE,
		kind: {
			name: "own",
			methods: ["POST"],
			schema: schema as RouteFacts["kind"]["schema"],
			...over,
		},
	};
}

function say(text: string): string {
	return `- action: talk\n  text: ${JSON.stringify(text)}\n`;
}

const DEEP = routeOf({
	type: "object",
	properties: {
		from: { type: "string" },
		dtmf: {
			anyOf: [
				{ type: "string" },
				{ type: "object", properties: { digits: { type: "string" } } },
			],
		},
		lines: {
			type: "array",
			items: { type: "object", properties: { text: { type: "string" } } },
		},
		free: { type: "object" },
		data: { type: "object", additionalProperties: { type: "string" } },
		shut: {
			type: "object",
			properties: { a: {} },
			additionalProperties: false,
		},
		node: { $ref: "#/$defs/node" },
		"api-key": {},
	},
	patternProperties: { "^x-": {} },
	$defs: { node: { properties: { next: { $ref: "#/$defs/node" } } } },
	if: { required: ["from"] },
	// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
	then: { properties: { sometimes: {} } },
});

describe("a field that a template reads", () => {
	for (const text of [
		"{{ payload.from }}{{ payload.dtmf.digits }}{{ payload.lines[0].text }}{{ payload.lines.first.text }}",
		"{{ payload.from.size }}{{ payload.lines.size }}{{ payload.free.anything.deep }}{{ payload.data.any }}",
		"{{ payload.shut.a }}{{ payload.node.next.next.next }}{{ payload.x-own }}{{ payload['api-key'] }}{{ payload.api-key }}",
		"{{ payload.sometimes }}{{ payload[query.x].y }}{% for l in payload.lines %}{{ l.txet }}{% endfor %}",
		"{{ query.anything }}{{ headers.x-anything }}{{ params.tenant }}{{ route.params.tenant }}",
	]) {
		it(`is fine in ${text}`, () => {
			expect(findingsOf(say(text), {}, [DEEP])).to.deep.equal([]);
		});
	}

	for (const [text, line] of [
		[
			"{{ payload.form }}",
			"warning: `own` has no field `payload.form` in its schema, so this may always be empty. Did you mean `from`?",
		],
		[
			"{{ payload.dtmf.digit }}",
			"warning: `own` has no field `payload.dtmf.digit` in its schema, so this may always be empty. Did you mean `digits`?",
		],
		[
			"{{ payload.lines[0].txt }}",
			"warning: `own` has no field `payload.lines[0].txt` in its schema, so this may always be empty. Did you mean `text`?",
		],
		[
			"{{ payload.node.nxet }}",
			"warning: `own` has no field `payload.node.nxet` in its schema, so this may always be empty. Did you mean `next`?",
		],
		[
			"{{ payload.shut.zzz }}",
			"error: `own` has no field `payload.shut.zzz`. Expected `a`.",
		],
		[
			"{{ payload.from.number }}",
			"error: `payload.from` of `own` has no fields, and so no `number`. Write `payload.from`.",
		],
		[
			"{% if payload.form %}{% endif %}",
			"warning: `own` has no field `payload.form` in its schema, so this may always be empty. Did you mean `from`?",
		],
		[
			"{{ 'x' | append: payload.form }}",
			"warning: `own` has no field `payload.form` in its schema, so this may always be empty. Did you mean `from`?",
		],
		[
			"{{ params.tenat }}",
			"error: the path `/hooks/:tenant` has no `:tenat`. Expected `tenant`. Did you mean `tenant`?",
		],
		[
			"{{ route.params.x }}",
			"error: the path `/hooks/:tenant` has no `:x`. Expected `tenant`. Write `:x` into the path, or `query.x` for a parameter of the query.",
		],
		[
			"{{ claims.application_id }}",
			"warning: `claims.application_id` is always empty: no signature of the route proves it. Write a `vonage-jwt` signature where the platform signs so.",
		],
	] as const) {
		it(`is found in ${text}`, () => {
			expect(findingsOf(say(text), {}, [DEEP])).to.deep.equal([
				`a.yaml:2:9: ${line}`,
			]);
		});
	}

	it("may be a parameter of one's own URL where the platform sends a GET", () => {
		expect(findingsOf(say("{{ payload.zzz }}"))).to.deep.equal([
			"a.yaml:2:9: warning: `voice.answer` has no field `payload.zzz` in its schema, so this may always be empty. Expected `from`, `to`, `uuid` or `conversation_uuid`. Write `query.zzz` if it is a parameter of your own URL.",
		]);
	});

	it("is found twice where two texts read it, once where one does so twice", () => {
		const yaml = `${say("{{ payload.form }}{{ payload.form }}")}${say("{{ payload.form }}")}`;
		expect(findingsOf(yaml).map((line) => line.slice(0, 10))).to.deep.equal([
			"a.yaml:2:9",
			"a.yaml:4:9",
		]);
	});

	it("is fine where any route of the template has it", () => {
		const other = {
			...routeOf({ properties: { form: {} } }),
			path: "/x/:other",
		};
		const yaml = say(
			"{{ payload.form }}{{ payload.from }}{{ params.other }}{{ params.tenant }}",
		);
		for (const routes of [
			[ROUTE, other],
			[other, ROUTE],
			[other, ROUTE, other],
		])
			expect(findingsOf(yaml, {}, routes)).to.deep.equal([]);
		expect(findingsOf(yaml, {}, [ROUTE, ROUTE])).to.have.length(2);
	});

	it("is any where the schema names none", () => {
		expect(
			findingsOf(say("{{ payload.x.y }}"), {}, [routeOf({})]),
		).to.deep.equal([]);
	});

	it("is a claim that the signature proves, or one with a suggestion", () => {
		const signature = signatureOf();
		const signed = { ...ROUTE, signature };
		expect(
			findingsOf(say("{{ claims.application_id }}"), {}, [signed]),
		).to.deep.equal([]);
		expect(
			findingsOf(say("{{ claims.aplication_id }}"), {}, [signed]),
		).to.deep.equal([
			"a.yaml:2:9: warning: `claims.aplication_id` is not one of the claims that the sender documents. Did you mean `application_id`?",
		]);
		expect(
			findingsOf(say("{{ claims.application_id }}"), {}, [ROUTE, signed]),
		).to.deep.equal([]);
	});
});

// --- helpers ---

/** A signature by a token whose claims the platform documents. */
function signatureOf(): RouteFacts["signature"] {
	const scheme = SCHEMES.get("vonage-jwt");
	if (scheme === undefined) throw new Error("there is no such scheme");
	const settings = {
		scheme: "vonage-jwt",
		secrets: ["0f6b2c9a7d3e41588c5e90b1a2f4d6e8"],
		payloadHash: "required",
		issuers: ["Vonage"],
		applications: undefined,
		toleranceMs: 300_000,
	};
	return [scheme.configure(settings)];
}
