import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import {
	cutParameters,
	type Envelope,
	packEnvelope,
	readEnvelope,
} from "../../src/inbox/port/envelope.ts";

describe("packEnvelope and readEnvelope", () => {
	it("carry all that makes the event again", () => {
		const envelope: Envelope = {
			method: "GET",
			path: "/hooks/%C3%A4/b",
			query: "a=1&a=%20&b",
			headers: { "user-agent": "x", "set-cookie": ["a", "b"] },
			params: { tenant: "ä" },
			claims: { api_key: "abcd1234", iat: 1, nested: { list: [null] } },
			client: "203.0.113.9",
			handedOn: 2,
			text: "größe",
			trace: { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` },
		};
		expect(readEnvelope(packEnvelope(envelope))).to.deep.equal(envelope);
	});

	it("leave out what is empty, and read it as empty", () => {
		const text = packEnvelope(BARE);
		expect(text).to.equal('{"method":"POST","path":"/"}');
		expect(readEnvelope(text)).to.deep.equal(BARE);
	});

	it("forget a trace that is damaged", () => {
		const text = packEnvelope({ ...BARE, trace: { traceparent: "00-x" } });
		expect(readEnvelope(text)).to.deep.equal(BARE);
	});

	it("keep a parameter named `__proto__`", () => {
		const odd = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
		const { params } = readEnvelope(packEnvelope({ ...BARE, params: odd }));
		expect(Object.entries(params)).to.deep.equal([["__proto__", "x"]]);
	});
});

describe("cutParameters", () => {
	const CASES: readonly (readonly [query: string, rest: string])[] = [
		["", ""],
		["sig=1", ""],
		["a=1", "a=1"],
		["a=%41&b=%73", "a=%41&b=%73"],
		["sig=1&a=1&sig=2", "a=1"],
		["a=1&%73ig=x", "a=1"],
		["s%69g=x&a=sig", "a=sig"],
		["%73%69%67", ""],
		["sig", ""],
		["sig=a=b&c", "c"],
		["signature=1&mysig=2", "signature=1&mysig=2"],
		["SIG=1", "SIG=1"],
		["%zzsig=1&a=%", "%zzsig=1&a=%"],
		["a&&b=sig%3D1", "a&&b=sig%3D1"],
	];
	for (const [query, rest] of CASES) {
		it(`makes "${rest}" of "${query}"`, () => {
			expect(cutParameters(query, ["sig"])).to.equal(rest);
		});
	}
});

describe("readEnvelope", () => {
	const BROKEN = [
		"",
		"{",
		"[]",
		"null",
		'{"path":"/"}',
		'{"method":"GET"}',
		'{"method":"GET","path":7}',
		'{"method":"GET","path":"/","headers":[]}',
		'{"method":"GET","path":"/","claims":"x"}',
		'{"method":"GET","path":"/","text":{}}',
	];

	it("refuses what is nested without end, as a damaged import may bring", () => {
		const claims = "[".repeat(300) + "]".repeat(300);
		expect(() =>
			readEnvelope(`{"method":"GET","path":"/","claims":{"a":${claims}}}`),
		).to.throw(HookError, "nested too deeply");
	});

	for (const text of BROKEN) {
		it(`refuses ${text === "" ? "nothing" : text}`, () => {
			expect(() => readEnvelope(text))
				.to.throw(HookError, "envelope")
				.with.property("code", "INTERNAL");
		});
	}
});

// --- helpers ---

const BARE: Envelope = {
	method: "POST",
	path: "/",
	query: "",
	headers: {},
	params: {},
	claims: {},
	client: undefined,
	handedOn: 0,
	text: undefined,
	trace: undefined,
};
