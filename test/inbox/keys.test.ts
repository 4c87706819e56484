import { expect } from "chai";
import fc from "fast-check";
import type { Headers, Payload } from "../../src/event/webhook.ts";
import { createDedupeKey, createOrderKey } from "../../src/inbox/port/keys.ts";
import type { KeyField } from "../../src/kind/kind.ts";
import { subjectOf } from "../route/kinds.ts";

const RECEIPT = ["messageId", "status", "err-code"];
const CALL = ["uuid", "call_uuid", "status", "sub_state"];

describe("a dedupe key", () => {
	it("is the values of the fields where all are there", () => {
		const first = { messageId: "1", status: "delivered", "err-code": "0" };
		expect(dedupeKeyOf(RECEIPT, first)).to.equal('["1","delivered","0"]');
		const again = { ...first, price: "0.02", timestamp: "2026-01-15" };
		expect(dedupeKeyOf(RECEIPT, again)).to.equal('["1","delivered","0"]');
	});

	it("tells values apart however they are written", () => {
		const keys = [
			["a", "b,c"],
			["a,b", "c"],
			['a","b', "c"],
			["a", 'b","c'],
		].map(([x, y]) => dedupeKeyOf(["x", "y"], { x, y }));
		expect(new Set(keys).size).to.equal(4);
	});

	it("takes a number and its text for one value, as encodings differ", () => {
		const keys = [1, "1"].map((id) => dedupeKeyOf(["id"], { id }));
		expect(keys).to.deep.equal(['["1"]', '["1"]']);
	});

	it("reads a field by its whole name before it follows dots", () => {
		const fields = ["session.calledid"];
		const both = { "session.calledid": "a", session: { calledid: "b" } };
		expect(dedupeKeyOf(fields, both)).to.equal('["a"]');
		expect(dedupeKeyOf(fields, { session: { calledid: "b" } })).to.equal(
			'["b"]',
		);
		const deep = { metadata: { deliveryId: "d", attempt: 2 }, event: {} };
		expect(dedupeKeyOf(["metadata.deliveryId"], deep)).to.equal('["d"]');
	});

	it("finds nothing on prototypes", () => {
		const fields = ["constructor", "toString", "id.length", "__proto__.x"];
		for (const field of fields)
			expect(dedupeKeyOf([field], { id: "abc" }), field).to.equal(undefined);
	});

	it("takes either of two names of the id", () => {
		const one = { uuid: "u", status: "started", sub_state: "x" };
		const other = { call_uuid: "u", status: "started", sub_state: "x" };
		expect(dedupeKeyOf(CALL, one)).to.be.a("string");
		expect(dedupeKeyOf(CALL, other)).to.be.a("string");
		expect(dedupeKeyOf(CALL, one)).to.not.equal(dedupeKeyOf(CALL, other));
	});

	it("is none where nothing names the webhook", () => {
		const nameless = [
			{ status: "started" },
			{},
			{ uuid: null, status: "started" },
			{ uuid: "", call_uuid: "", status: "started" },
		];
		for (const payload of nameless)
			expect(dedupeKeyOf(CALL, payload)).to.equal(undefined);
		expect(dedupeKeyOf([], { uuid: "u" })).to.equal(undefined);
		expect(dedupeKeyOf(["uuid"], [{ uuid: "u" }])).to.equal(undefined);
		expect(dedupeKeyOf(["uuid"], "uuid")).to.equal(undefined);
	});

	it("looks at the whole payload where a part is missing", () => {
		const first = { uuid: "call", dtmf: { digits: "1" } };
		const fields = ["uuid", "timestamp"];
		const key = dedupeKeyOf(fields, first);
		expect(dedupeKeyOf(fields, structuredClone(first))).to.equal(key);
		const second = { uuid: "call", dtmf: { digits: "2" } };
		expect(dedupeKeyOf(fields, second)).to.not.equal(key);
	});

	it("does not mind the order of parameters, nor a new signature", () => {
		const first = {
			messageId: "1",
			status: "delivered",
			to: "x",
			timestamp: "1",
			nonce: "n",
			sig: "s",
		};
		const again = {
			sig: "t",
			nonce: "m",
			timestamp: "2",
			to: "x",
			status: "delivered",
			messageId: "1",
		};
		expect(dedupeKeyOf(RECEIPT, again)).to.equal(dedupeKeyOf(RECEIPT, first));
		const { sig: _, ...unsigned } = again;
		expect(dedupeKeyOf(RECEIPT, { ...unsigned, timestamp: "3" })).to.not.equal(
			dedupeKeyOf(RECEIPT, unsigned),
		);
	});

	it("takes the first of several fields that is there", () => {
		const either = [["uuid", "call_uuid"], "status"];
		const key = dedupeKeyOf(either, { uuid: "u", status: "started" });
		expect(key).to.equal('["u","started"]');
		expect(
			dedupeKeyOf(either, { uuid: "", call_uuid: "u", status: "started" }),
		).to.equal(key);
		expect(
			dedupeKeyOf(either, { uuid: "u", call_uuid: "v", status: "started" }),
		).to.equal(key);
		expect(dedupeKeyOf(either, { status: "started" })).to.equal(undefined);
	});

	it("takes a header, whatever the case of its name", () => {
		const headers = { "x-event-id": "7" };
		const key = dedupeKeyOf(["headers.X-Event-Id"], { id: "1" }, headers);
		expect(key).to.equal('["7"]');
		expect(dedupeKeyOf(["headers.x-event-id"], [1, 2], headers)).to.equal(key);
		const inBody = { headers: { "x-event-id": "8" } };
		expect(dedupeKeyOf(["headers.x-event-id"], inBody, headers)).to.equal(key);
		expect(
			dedupeKeyOf(
				["event.id", "headers.x-event-id"],
				{ event: { id: 1 } },
				headers,
			),
		).to.equal('["1","7"]');
	});

	it("is none without a header that it names", () => {
		for (const headers of [{}, { "x-event-id": "" }, { other: "1" }]) {
			const fields = ["id", "headers.x-event-id"];
			expect(dedupeKeyOf(fields, { id: "1" }, headers)).to.equal(undefined);
		}
		expect(dedupeKeyOf(["headers.constructor"], {}, {})).to.equal(undefined);
	});

	it("takes parameters of the query and the path, claims and paths as `match` does, and none where one is missing", () => {
		const keyOf = createDedupeKey([
			"event.list.0.id",
			"query.step",
			"params.tenant",
			"claims.api_key",
		]);
		const whole = {
			payload: { event: { list: [{ id: "7" }] } },
			query: "step=2",
			params: { tenant: "acme" },
			claims: { api_key: "k" },
		};
		const key = keyOf(subjectOf(whole.payload, whole));
		expect(key).to.equal('["7","2","acme","k"]');
		for (const part of ["query", "params", "claims"] as const) {
			const { [part]: _, ...rest } = whole;
			expect(keyOf(subjectOf(whole.payload, rest)), part).to.equal(undefined);
		}
	});

	it("is one, whether the id came in a header or in the payload", () => {
		const fields = [["metadata.id", "headers.x-event-id"]];
		const key = dedupeKeyOf(fields, { metadata: { id: "7", attempt: 1 } });
		expect(key).to.equal('["7"]');
		expect(dedupeKeyOf(fields, {}, { "x-event-id": "7" })).to.equal(key);
		expect(dedupeKeyOf(fields, { event: {} })).to.equal(undefined);
	});

	it("is none without what it needs, as the same bytes may be two events", () => {
		const keyOf = createDedupeKey(["uuid", "to", "time"], ["time"]);
		expect(keyOf(subjectOf({ uuid: "u", to: "x", time: "t" }))).to.be.a(
			"string",
		);
		expect(keyOf(subjectOf({ uuid: "u", time: "t" }))).to.be.a("string");
		expect(keyOf(subjectOf({ uuid: "u", to: "x" }))).to.equal(undefined);
		const eitherOf = createDedupeKey(["uuid"], [["began", "ended"]]);
		expect(eitherOf(subjectOf({ uuid: "u", ended: "t" }))).to.equal('["u"]');
		expect(eitherOf(subjectOf({ uuid: "u" }))).to.equal(undefined);
	});

	it("is short however long the values are", () => {
		const long = "x".repeat(100_000);
		const key = dedupeKeyOf(["id"], { id: long });
		expect(key).to.match(/^sha256:[0-9a-f]{64}$/);
		expect(dedupeKeyOf(["id"], { id: `${long}y` })).to.not.equal(key);
		expect(dedupeKeyOf(["id"], { id: "x".repeat(196) })).to.have.length(200);
		expect(dedupeKeyOf(["id"], { id: "x".repeat(197) })).to.have.length(71);
	});

	it("gives up on what is nested beyond measure", () => {
		let nested: unknown = 1;
		for (let depth = 0; depth < 200_000; depth++) nested = [nested];
		const payload = { uuid: "u", nested };
		expect(dedupeKeyOf(["uuid", "timestamp"], payload)).to.equal(undefined);
		expect(dedupeKeyOf(["nested"], payload)).to.equal(undefined);
		expect(dedupeKeyOf(["uuid"], payload)).to.equal('["u"]');
	});

	it("is equal for a repetition, and for nothing else", () => {
		fc.assert(
			fc.property(PAYLOAD, PAYLOAD, (one, other) => {
				const key = dedupeKeyOf(FIELDS, one);
				expect(dedupeKeyOf(FIELDS, shuffled(one))).to.equal(key);
				const isSame = sameValues(one, other);
				if (key !== undefined && !isSame)
					expect(dedupeKeyOf(FIELDS, other)).to.not.equal(key);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("an order key", () => {
	it("is the values of the fields, with their places", () => {
		const fields = ["from", "to"];
		expect(orderKeyOf(fields, { from: "1", to: "2" })).to.equal('["1","2"]');
		expect(orderKeyOf(fields, { from: "1" })).to.equal('["1",null]');
		expect(orderKeyOf(fields, { to: "1" })).to.equal('[null,"1"]');
	});

	it("stays the same whatever else comes", () => {
		const fields = ["conversation_uuid", "leg"];
		const keys = ["started", "ringing", "completed"].map((status) =>
			orderKeyOf(fields, { conversation_uuid: "CON-1", status }),
		);
		expect(new Set(keys).size).to.equal(1);
	});

	it("tells objects apart", () => {
		const keys = ["1", "2"].map((number) =>
			orderKeyOf(["from"], { from: { type: "sms", number } }),
		);
		expect(keys[0]).to.equal('[{"type":"sms","number":"1"}]');
		expect(keys[0]).to.not.equal(keys[1]);
	});

	it("is none where no field is there", () => {
		expect(orderKeyOf(["a", "b"], { c: 1 })).to.equal(undefined);
		expect(orderKeyOf(["a"], { a: "" })).to.equal(undefined);
		expect(orderKeyOf([], { a: 1 })).to.equal(undefined);
		expect(orderKeyOf(["a"], null)).to.equal(undefined);
	});
});

// --- helpers ---

function dedupeKeyOf(
	fields: readonly KeyField[],
	payload: unknown,
	headers: Headers = {},
): string | undefined {
	return createDedupeKey(fields)(subjectOf(payload, { headers }));
}

function orderKeyOf(
	fields: readonly KeyField[],
	payload: unknown,
	headers: Headers = {},
): string | undefined {
	return createOrderKey(fields)(subjectOf(payload, { headers }));
}

const FIELDS = ["uuid", "call_uuid", "status"];

const VALUE = fc.constantFrom("a", "b", 'a","b', "", null, 1, "1", "a,b");

const PAYLOAD: fc.Arbitrary<Payload> = fc.record(
	{ uuid: VALUE, call_uuid: VALUE, status: VALUE, detail: VALUE },
	{ requiredKeys: [] },
);

function shuffled(payload: Payload): Payload {
	return Object.fromEntries(Object.entries(payload).reverse());
}

/** True where two payloads are one webhook: the fields say so, or where they cannot, everything else. */
function sameValues(one: Payload, other: Payload): boolean {
	const text = (value: unknown) =>
		value === null || value === undefined || value === ""
			? undefined
			: String(value);
	const isNamed = FIELDS.every((field) => text(one[field]) !== undefined);
	const names = isNamed ? FIELDS : [...FIELDS, "detail"];
	return names.every((name) => text(one[name]) === text(other[name]));
}
