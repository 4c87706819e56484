import { expect } from "chai";
import {
	examplePayload,
	freshen,
	parseSetting,
	unsetFields,
} from "../../src/cli/request/payload.ts";
import { setFields } from "../../src/kind/set-fields.ts";
import { fakeKind } from "../route/kinds.ts";

const NOW = new Date("2026-11-23T21:00:00.000Z");

describe("parseSetting", () => {
	const read = (text: string) => parseSetting(text, [])[0];

	for (const [text, field, value] of [
		["text=Hello", "text", "Hello"],
		["text=", "text", ""],
		["text=a=b", "text", "a=b"],
		["text=a:=b", "text", "a:=b"],
		["text=two\nlines", "text", "two\nlines"],
		["size=5", "size", "5"],
		["size:=5", "size", 5],
		["text:=null", "text", null],
		['dtmf:={"digits":"1"}', "dtmf", { digits: "1" }],
		["err-code=0", "err-code", "0"],
	] as const) {
		it(`reads ${JSON.stringify(text)}`, () => {
			expect(read(text)).to.deep.equal({ field, value });
		});
	}

	for (const text of ["text", "=a", ":=a", "size:=five"]) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(() => read(text)).to.throw(/field=value|JSON/);
		});
	}
});

describe("setFields", () => {
	const set = (payload: object, field: string, value: unknown) =>
		setFields({ ...payload }, [{ field, value }], undefined);

	it("prefers a field of that whole name to a way inside", () => {
		expect(set({ "a.b": 1, a: { b: 1 } }, "a.b", 2)).to.deep.equal({
			"a.b": 2,
			a: { b: 1 },
		});
	});

	it("prefers a field that the schema names so", () => {
		const kind = fakeKind("x", "x", { schema: { properties: { "a.b": {} } } });
		const settings = [{ field: "a.b", value: 2 }];
		expect(setFields({ a: {} }, settings, kind)).to.deep.equal({
			a: {},
			"a.b": 2,
		});
	});

	it("goes into objects and lists, and makes what is missing", () => {
		expect(set({ a: { b: [{ c: 1 }] } }, "a.b.0.c", 2)).to.deep.equal({
			a: { b: [{ c: 2 }] },
		});
		expect(set({ a: "text" }, "a.b", 2)).to.deep.equal({ a: { b: 2 } });
		expect(set({}, "a.b.c", 2)).to.deep.equal({ a: { b: { c: 2 } } });
	});

	it("does not change what it was given", () => {
		const payload = { a: { b: 1 } };
		set(payload, "a.b", 2);
		expect(payload).to.deep.equal({ a: { b: 1 } });
	});

	it("takes `__proto__` for a field like any other", () => {
		const payload = set({}, "__proto__.polluted", true);
		expect(Object.keys(payload)).to.deep.equal(["__proto__"]);
		expect({}).not.to.have.property("polluted");
	});
});

describe("freshen", () => {
	const fresh = (payload: object, dedupe: string[], number: string[] = []) =>
		freshen({ ...payload }, fakeKind("x", "x", { dedupe, number }), NOW);

	const ID = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";

	it("makes a new UUID, the same wherever the old one stood", () => {
		const { uuid, conversation_uuid, text } = fresh(
			{ uuid: ID, conversation_uuid: `CON-${ID}`, text: "hello" },
			["uuid"],
		);
		expect(uuid)
			.to.match(/^[\da-f-]{36}$/)
			.and.not.equal(ID);
		expect(conversation_uuid).to.equal(`CON-${uuid}`);
		expect(text).to.equal("hello");
	});

	it("makes two payloads two webhooks", () => {
		for (const id of [ID, "0A0000000123ABCD", "1234567890", 12345678]) {
			const one = fresh({ id }, ["id"]);
			const two = fresh({ id }, ["id"]);
			expect(one.id, String(id)).not.to.equal(two.id);
			expect(typeof one.id).to.equal(typeof id);
		}
	});

	it("sets times to now, in the form that they have", () => {
		const payload = {
			a: "2020-01-01T12:00:00.000Z",
			b: "2020-01-01 12:00:00",
		};
		expect(fresh(payload, ["a", "b"])).to.deep.equal({
			a: "2026-11-23T21:00:00.000Z",
			b: "2026-11-23 21:00:00",
		});
	});

	it("leaves words, short codes, numbers of telephones and other fields alone", () => {
		const payload = {
			status: "delivered",
			"err-code": "0",
			to: "447700900000",
		};
		const dedupe = ["status", "err-code", "to", "missing"];
		expect(fresh(payload, dedupe, ["to"])).to.deep.equal(payload);
		expect(fresh({ id: ID }, [])).to.deep.equal({ id: ID });
	});
});

describe("examplePayload", () => {
	it("copies the first example", () => {
		const examples = [{ a: { b: 1 } }, { a: 2 }];
		const kind = fakeKind("x", "x", { schema: { examples } });
		const payload = examplePayload(kind, false);
		expect(payload).to.deep.equal({ a: { b: 1 } });
		expect(payload.a).not.to.equal(examples[0]?.a);
	});

	it("starts from nothing only where fields are set", () => {
		const kind = fakeKind("shop.order", "x");
		expect(examplePayload(kind, true)).to.deep.equal({});
		expect(() => examplePayload(kind, false)).to.throw(/shop\.order/);
	});
});

describe("unsetFields", () => {
	const given = () => ({
		"a.b": 1,
		a: { b: 1, list: [{ c: 1, d: 2 }, { c: 3 }] },
	});

	it("takes a field of that whole name, then the one that the dots lead to", () => {
		expect(unsetFields(given(), ["a.b"]).a).to.deep.equal(given().a);
		const both = unsetFields(given(), ["a.b", "a.b"]);
		expect(both).to.deep.equal({ a: { list: given().a.list } });
	});

	it("goes into lists, and closes the gap that an item leaves", () => {
		expect(unsetFields(given(), ["a.list.0.c", "a.list.1"]).a).to.deep.equal({
			b: 1,
			list: [{ d: 2 }],
		});
	});

	it("leaves the payload itself unchanged", () => {
		const payload = given();
		unsetFields(payload, ["a.list.0", "a"]);
		expect(payload).to.deep.equal(given());
	});

	for (const name of [
		"c",
		"a.c",
		"a.b.c",
		"a.list.2",
		"a.list.length",
		"__proto__",
		"a.constructor",
	]) {
		it(`refuses ${name}, which the payload does not have`, () => {
			expect(() => unsetFields(given(), [name])).to.throw(
				`the payload has no field \`${name}\` to unset. It has a.b, a.`,
			);
		});
	}
});
