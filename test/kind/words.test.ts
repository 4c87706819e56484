import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import { PROBLEMS_MAX } from "../../src/kind/words.ts";
import { kindOf, ownKind } from "./folder.ts";

async function messagesOf(schema: object, payload: unknown): Promise<string[]> {
	const kind = await kindOf(schema);
	const problems = kind.validate(payload as Payload) ?? [];
	return problems.map(({ path, message }) => `${path} ${message}`);
}

describe("a kind's problems", () => {
	const rows: readonly [string, object, unknown, string[]][] = [
		[
			"a missing field",
			{ required: ["a", "b/c"] },
			{},
			["/a is missing", "/b~1c is missing"],
		],
		[
			"a wrong type, in words",
			{
				properties: { a: { type: "string" }, b: { type: ["integer", "null"] } },
			},
			{ a: {}, b: "x" },
			["/a must be text", "/b must be a whole number or null"],
		],
		[
			"a place inside",
			{ properties: { a: { items: { type: "object" } } } },
			{ a: [{}, 1] },
			["/a/1 must be an object"],
		],
		[
			"an allowed value that is the schema's",
			{ properties: { a: { enum: ["x", 1] }, b: { const: "y" } } },
			{ a: "secret", b: "secret" },
			['/a must be one of "x", 1', '/b must be "y"'],
		],
		[
			"a field that a closed schema does not have",
			{ additionalProperties: false, properties: { a: {} } },
			{ b: 1 },
			["/b is not a field of the schema"],
		],
		[
			"the fields of which one must be there",
			{ anyOf: [{ required: ["a"] }, { required: ["b", "c"] }] },
			{},
			[" must have `a`, or `b` and `c`"],
		],
		[
			"branches that name no fields",
			{ properties: { a: { oneOf: [{ type: "string" }, { minimum: 3 }] } } },
			{ a: 1 },
			["/a fits none of the allowed forms"],
		],
		[
			"what a condition asks for, and not the condition",
			JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}'),
			{ a: 1 },
			["/b is missing"],
		],
		[
			"another type at the top",
			{ type: "object" },
			[1],
			[" must be an object, is a list (a name that is sent twice makes one)"],
		],
		["a null at the top", { type: "object" }, null, [" must be an object"]],
	];
	for (const [name, schema, payload, expected] of rows) {
		it(`name ${name}`, async () => {
			expect(await messagesOf(schema, payload)).to.deep.equal(expected);
		});
	}

	it("never quote a value", async () => {
		const secret = "447700900123";
		const keywords = [
			{ type: "integer" },
			{ enum: ["a"] },
			{ const: "a" },
			{ pattern: "^a$" },
			{ format: "email" },
			{ format: "date-time" },
			{ maxLength: 3 },
			{ minLength: 99 },
			{ not: { type: "string" } },
			{ oneOf: [{ type: "string" }, { minLength: 1 }] },
			false,
		];
		for (const keyword of keywords) {
			const [message, ...more] = await messagesOf(
				{ properties: { a: keyword } },
				{ a: secret },
			);
			expect(more).to.deep.equal([]);
			expect(message).to.match(/^\/a \S/);
			expect(message).to.not.include(secret);
		}
		const [twins] = await messagesOf(
			{ properties: { a: { uniqueItems: true } } },
			{ a: [secret, secret] },
		);
		expect(twins).to.include("/a must NOT have duplicate items");
		expect(twins).to.not.include(secret);
	});

	it("are at most 20, and short, however hostile the payload is", async () => {
		const schema = {
			properties: { a: { items: { type: "string" } } },
			additionalProperties: { type: "string" },
		};
		const many = await messagesOf(schema, { a: Array(500).fill(1) });
		expect(many).to.have.length(PROBLEMS_MAX);
		const huge = await messagesOf(schema, { a: Array(100_000).fill(1) });
		expect(huge).to.deep.equal(["/a/0 must be text"]);
		const [long] = await messagesOf(schema, { ["n".repeat(100_000)]: 1 });
		expect(long?.length).to.be.below(300);
	});

	it("end for a payload that is nested without end", async () => {
		const kind = await kindOf({
			properties: { a: { $ref: "#" } },
			type: "object",
		});
		const depth = 50_000;
		const payload = JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
		expect(kind.validate(kind.decode(payload, "json"))).to.deep.equal([
			{ path: "", message: "does not fit the schema, or is nested too deeply" },
		]);
	});

	it("are undefined for a valid payload", async () => {
		const kind = await ownKind("sms.dlr");
		const payload = { messageId: "1", status: "ACCEPTED", "x-new": { a: 1 } };
		expect(kind.validate(payload)).to.equal(undefined);
	});
});

describe("the repository's kinds", () => {
	const refused: readonly [string, Payload, string[]][] = [
		["sms.inbound", {}, ["/msisdn", "/to", "/messageId"]],
		[
			// A delivery receipt, which has nothing that somebody wrote.
			"sms.inbound",
			{ msisdn: "1", to: "2", messageId: "3", status: "delivered" },
			[""],
		],
		["sms.inbound", { type: "text", messageId: "" }, ["/messageId"]],
		["sms.dlr", { text: "hi" }, ["/messageId", "/status"]],
		["voice.answer", { to: "1" }, [""]],
		["voice.answer", { foo: "bar" }, [""]],
		["voice.fallback-answer", { foo: "bar" }, [""]],
		["voice.event", { foo: "bar" }, [""]],
		["voice.transfer", { uuid: "1" }, [""]],
		["ncco.input", { uuid: "1" }, [""]],
		["ncco.record", {}, ["/recording_url"]],
	];
	for (const [name, payload, paths] of refused) {
		it(`refuse ${JSON.stringify(payload)} as ${name}`, async () => {
			const kind = await ownKind(name);
			const found = kind.validate(kind.decode(payload, "json")) ?? [];
			expect(found.map(({ path }) => path)).to.include.members(paths);
		});
	}

	const accepted: readonly [string, Payload][] = [
		[
			"sms.inbound",
			{
				msisdn: "1",
				to: "2",
				messageId: "3",
				"message-timestamp": "4",
				type: "new",
				concat: false,
			},
		],
		["sms.dlr", { messageId: "1", status: "brand-new", "err-code": 77 }],
		["voice.answer", { uuid: "1" }],
		["voice.answer", { conversation_uuid: "1" }],
		["voice.answer", { to: "1", from: "2" }],
		["voice.answer", { from_user: "Alice" }],
		["voice.answer", { "SipHeader_User-to-User": "1" }],
		["voice.answer", { uuid: "1", custom_data: '{"key":"value"}' }],
		["voice.fallback-answer", { original_request: "{}" }],
		["voice.event", {}],
		["voice.event", { status: "oops" }],
		["voice.event", { uuid: "1" }],
		["voice.event", { call_uuid: "1", sip_code: "486" }],
		["voice.transfer", { conversation_uuid_from: "1" }],
		["ncco.input", { dtmf: "" }],
		["ncco.input", { speech: {} }],
		["ncco.input", { dtmf: null, timed_out: true }],
		["ncco.record", { recording_url: "u", recording_uuid: "i", size: "1" }],
		["ncco.stream", {}],
	];
	for (const [name, payload] of accepted) {
		it(`accept ${JSON.stringify(payload)} as ${name}`, async () => {
			const kind = await ownKind(name);
			expect(kind.validate(kind.decode(payload, "query"))).to.equal(undefined);
		});
	}
});
