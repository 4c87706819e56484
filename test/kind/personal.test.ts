import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { toPrivacy } from "../../src/kind/personal.ts";
import { maskAny, maskPayload } from "../../src/observe/mask-payload.ts";
import { isReadable, loadSamples, parseSample } from "../samples.ts";
import { ownKinds, SCHEMAS } from "./folder.ts";

/** A payload masked by a schema. */
function masked(schema: object, payload: object): unknown {
	return maskPayload(payload, toPrivacy(schema));
}

const TEXT = { type: "string", personal: "text" };

describe("the keyword `personal`", () => {
	it("masks by the sort, and shows what is declared without it", () => {
		const properties = {
			to: { type: "string", personal: "number" },
			text: TEXT,
			mail: { type: "string", personal: "email" },
			otp: { type: "string", personal: "code" },
			digits: { type: "string", personal: "keys" },
			price: { type: "string" },
			scts: { type: "string" },
			at: { type: "integer" },
		};
		expect(
			masked(
				{ properties },
				{
					to: "447700900001",
					text: "Hello",
					mail: "ann.smith@mail.example.com",
					otp: "123456",
					digits: "1",
					price: "0.03330000",
					scts: "2001011200",
					at: 1577880000000,
				},
			),
		).to.deep.equal({
			to: "44********01",
			text: "[masked 5 characters]",
			mail: "a***@mail.example.com",
			otp: "[masked 6 characters]",
			digits: "[masked 1 character]",
			price: "0.03330000",
			scts: "2001011200",
			at: 1577880000000,
		});
	});

	it("hides texts that it does not name, and shows ids among them", () => {
		expect(
			masked(
				{ properties: { a: { type: "object" } } },
				{
					more: "words",
					phone: "447700900001",
					order_id: "ORD-2026-17",
					user_id: "447700900001",
					count: 5,
					isNew: true,
					nothing: null,
					a: { inner: "words" },
					list: ["words"],
				},
			),
		).to.deep.equal({
			more: "[masked 5 characters]",
			phone: "44********01",
			order_id: "ORD-2026-17",
			user_id: "44********01",
			count: 5,
			isNew: true,
			nothing: null,
			a: { inner: "[masked 5 characters]" },
			list: ["[masked 5 characters]"],
		});
	});

	it("holds for all that is inside, unless that has its own", () => {
		const contacts = {
			personal: "text",
			items: {
				properties: {
					name: { type: "string" },
					phone: { type: "string", personal: "number" },
				},
			},
		};
		expect(
			masked(
				{ properties: { contacts } },
				{
					contacts: [
						{ name: "Bob", phone: "447700900001", age: 40, isKnown: true },
					],
				},
			),
		).to.deep.equal({
			contacts: [
				{
					name: "[masked 3 characters]",
					phone: "44********01",
					age: "[masked 2 characters]",
					isKnown: true,
				},
			],
		});
	});

	it("counts wherever a part of the schema says it", () => {
		const plain = { type: "string" };
		for (const schema of [
			{ allOf: [{ properties: { a: TEXT } }] },
			{ properties: { a: plain }, oneOf: [{ properties: { a: TEXT } }] },
			{
				properties: { a: plain },
				if: { required: ["b"] },
				// biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
				then: { properties: { a: TEXT } },
			},
			{ $ref: "#/$defs/x", $defs: { x: { properties: { a: TEXT } } } },
			{ properties: { a: { $ref: "#/$defs/t" } }, $defs: { t: TEXT } },
			{
				properties: { a: plain },
				dependentSchemas: { b: { properties: { a: TEXT } } },
			},
			{ patternProperties: { "^a": TEXT } },
			{ additionalProperties: TEXT },
		])
			expect(
				masked(schema, { a: "Hello" }),
				JSON.stringify(schema),
			).to.deep.equal({
				a: "[masked 5 characters]",
			});
	});

	it("names nothing by a condition", () => {
		expect(
			masked(
				{
					if: { properties: { a: { const: "x" } } },
					not: { properties: { a: {} } },
				},
				{ a: "words" },
			),
		).to.deep.equal({ a: "[masked 5 characters]" });
	});

	it("hides all of what two parts call by two sorts", () => {
		const allOf = [
			{ properties: { a: { personal: "number" } } },
			{ properties: { a: { personal: "email" } } },
		];
		expect(masked({ allOf }, { a: "447700900001" })).to.deep.equal({
			a: "[masked 12 characters]",
		});
	});

	it("follows a schema that refers to itself", () => {
		const schema = {
			properties: { text: TEXT, child: { $ref: "#" } },
			patternProperties: { "^x-": { $ref: "#" } },
		};
		expect(
			masked(schema, { child: { "x-a": { child: { text: "Hello" } } } }),
		).to.deep.equal({
			child: { "x-a": { child: { text: "[masked 5 characters]" } } },
		});
	});

	it("masks items of a list by their place", () => {
		const schema = {
			prefixItems: [{ type: "string" }, TEXT],
			items: { type: "string" },
		};
		expect(maskAny(["a", "b", "c"], toPrivacy(schema))).to.deep.equal([
			"a",
			"[masked 1 character]",
			"c",
		]);
	});

	it("never shows a secret, and shows the account it belongs to", () => {
		const properties = {
			token: { type: "string" },
			"api-key": { type: "string" },
			url: { type: "string" },
		};
		expect(
			masked(
				{ properties },
				{
					token: "abc",
					"api-key": "abcd1234",
					url: "https://me:pw@example.com/?token=abc&id=44770090",
					api_key: "abcd1234",
					sk_api_key: "sk_live_1234",
				},
			),
		).to.deep.equal({
			token: "[secret]",
			"api-key": "abcd1234",
			url: "https://[secret]@example.com/?token=[secret]&id=44770090",
			api_key: "abcd1234",
			sk_api_key: "[secret]",
		});
	});

	it("writes a sender's name or a short number as a text", () => {
		const properties = { to: { personal: "number" } };
		for (const [to, shown] of [
			["Unknown", "[masked 7 characters]"],
			["62550", "[masked 5 characters]"],
			["sip:ann@example.com", "[masked 19 characters]"],
			["+44 7700 900001", "+44********01"],
			[447700900001, "44********01"],
			["", ""],
		])
			expect(masked({ properties }, { to })).to.deep.equal({ to: shown });
	});
});

describe("the platform's kinds", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	const samples = loadSamples().filter(
		(sample) => !sample.parserOnly && isReadable(sample) && sample.valid,
	);

	it("show no number, address or text of a sample", () => {
		for (const sample of samples) {
			const { parsed, encoding } = parseSample(sample);
			const kind = kinds.get(sample.kind);
			if (kind === undefined || typeof parsed !== "object") continue;
			const payload = kind.decode(parsed, encoding);
			const shown = maskPayload(payload, kind.privacy);
			for (const [path, value] of leavesOf(shown)) {
				const where = `${sample.name}${path}: ${value}`;
				expect(value, where).not.to.match(/@(?!\*)(?<!\*@)/);
				if (/\.(?:to|from|msisdn|number|phone\w*)$/i.test(path))
					expect(value, where).not.to.match(/^\+?\d{5,}$/);
				if (
					/\.(?:text|keyword|caption|digits?|first_name|last_name)$/.test(path)
				)
					expect(value, where).to.match(/^$|^\[masked \d+ characters?\]$/);
			}
		}
	});

	it("show prices, times, ids and states", () => {
		for (const sample of samples) {
			const { parsed, encoding } = parseSample(sample);
			const kind = kinds.get(sample.kind);
			if (kind === undefined || typeof parsed !== "object") continue;
			const payload = kind.decode(parsed, encoding);
			const shown = new Map(leavesOf(maskPayload(payload, kind.privacy)));
			for (const [path, value] of leavesOf(payload)) {
				if (!PLAIN.test(path)) continue;
				expect(shown.get(path), `${sample.name}${path}`).to.equal(value);
			}
		}
	});
});

/** Fields of which people look for the values. */
const PLAIN =
	/^\.(?:price|scts|(?:message-)?timestamp|messageId|message_uuid|uuid|conversation_uuid|status|err-code|request_id|api-key|rate|duration|start_time|end_time|network)$/;

/** The texts and numbers of a payload, with their paths. */
function leavesOf(value: unknown, path = ""): [string, string][] {
	if (typeof value === "object" && value !== null)
		return Object.entries(value as Payload).flatMap(([key, inner]) =>
			leavesOf(inner, `${path}.${key}`),
		);
	return value === undefined || value === null ? [] : [[path, String(value)]];
}
