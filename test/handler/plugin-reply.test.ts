import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { Mode, Reply } from "../../src/event/webhook.ts";
import { createReplyConverter } from "../../src/handler/plugin/reply.ts";
import type { ReplyRule } from "../../src/kind/kind.ts";
import { respond } from "../../src/plugin/respond.ts";
import { TEST_CHECKER } from "./plugin-harness.ts";

/** What is sent when a plugin returned `value`. */
function answerTo(
	value: unknown,
	given: { readonly mode?: Mode; readonly reply?: ReplyRule } = {},
): Reply | undefined {
	const { mode = "reply", reply = { body: "any", required: false } } = given;
	return createReplyConverter(mode, reply, TEST_CHECKER)(value);
}

/** The refusal of `value`. */
function refusalOf(...parts: Parameters<typeof answerTo>): HookError {
	try {
		answerTo(...parts);
	} catch (error) {
		if (error instanceof HookError) return error;
		throw error;
	}
	throw new Error("it was not refused");
}

describe("a plugin's reply", () => {
	it("is nobody's business on an accept route, or where the kind has none", () => {
		const values = ["text", 7, { a: 1 }, respond({ status: 500 })];
		for (const value of values) {
			expect(answerTo(value, { mode: "accept" })).to.equal(undefined);
			const reply = { body: "none", required: false } as const;
			expect(answerTo(value, { reply })).to.equal(undefined);
		}
	});

	const bytes = new Uint8Array([1, 2]);
	const free: readonly (readonly [string, unknown, unknown])[] = [
		["nothing", undefined, undefined],
		["null", null, undefined],
		["text", "hi", ["text/plain; charset=utf-8", "hi"]],
		["an object", { a: 1 }, ["application/json", '{"a":1}']],
		["a list", [1], ["application/json", "[1]"]],
		["bytes", bytes, ["application/octet-stream", bytes]],
	];
	for (const [title, value, expected] of free) {
		it(`may be ${title} where the route is free to answer`, () => {
			const reply = answerTo(value);
			if (expected === undefined) {
				expect(reply).to.equal(undefined);
				return;
			}
			expect(reply?.status).to.equal(200);
			expect([reply?.headers["content-type"], reply?.body]).to.deep.equal(
				expected,
			);
		});
	}

	it("may have its own status and headers", () => {
		const headers = { "X-Id": "7", "Content-Type": "text/csv" };
		expect(
			answerTo(respond({ status: 201, headers, body: "a,b" })),
		).to.deep.equal({
			status: 201,
			headers: { "content-type": "text/csv", "x-id": "7" },
			body: "a,b",
		});
		expect(answerTo(respond({ body: { a: 1 } }))).to.deep.equal({
			status: 200,
			headers: { "content-type": "application/json" },
			body: '{"a":1}',
		});
		expect(answerTo(respond({ status: 204 }))).to.deep.equal({
			status: 204,
			headers: {},
			body: undefined,
		});
	});

	const cycle: Record<string, unknown> = {};
	cycle.cycle = cycle;
	const refused: readonly (readonly [string, unknown, string])[] = [
		["a number", 7, "returned a number"],
		["true", true, "returned a boolean"],
		["a function", () => {}, "returned a function"],
		["an error", new Error("x"), "throw it instead"],
		["a cycle", cycle, "JSON cannot say"],
		["a BigInt inside", { a: 1n }, "JSON cannot say"],
		["a status that is no answer", respond({ status: 100 }), "200 to 599"],
		["a status that is none", respond({ status: 2.5 }), "200 to 599"],
		[
			"a header with a line break",
			respond({ headers: { "x-a": "1\r\nset-cookie: a=b" } }),
			'the header "x-a" is not valid',
		],
		[
			"a header's name that is none",
			respond({ headers: { "x a": "1" } }),
			'the header "x a" is not valid',
		],
		[
			"a header without a value",
			respond({ headers: { "x-a": undefined as unknown as string } }),
			'the header "x-a" is not valid',
		],
		[
			"a length of its own",
			respond({ headers: { "Content-Length": "1" }, body: "longer" }),
			"take the header `content-length` out",
		],
	];
	for (const [title, value, text] of refused) {
		it(`cannot be ${title}`, () => {
			const error = refusalOf(value);
			expect(error).to.include({ code: "HANDLER_REPLY" });
			expect(error.message).to.include(text);
			expect(error.message).not.to.include("set-cookie");
		});
	}

	it("is checked where it is an NCCO", () => {
		const reply = { body: "ncco", required: true } as const;
		expect(answerTo([{ action: "talk" }], { reply })).to.include({
			status: 200,
			body: '[{"action":"talk"}]',
		});
		expect(refusalOf([], { reply })).to.include({
			code: "NCCO_INVALID",
		});
		for (const value of [undefined, { action: "talk" }, respond({})]) {
			expect(refusalOf(value, { reply })).to.include({
				code: "HANDLER_REPLY",
			});
		}
	});

	it("may be left out where the call goes on without an NCCO", () => {
		const reply = { body: "ncco", required: false } as const;
		for (const value of [undefined, [], "OK", {}, respond({ status: 204 })])
			expect(answerTo(value, { reply })).to.equal(undefined);
		const given = respond({ body: [{ action: "talk" }] });
		expect(answerTo(given, { reply })).to.include({
			status: 200,
			body: '[{"action":"talk"}]',
		});
		expect(refusalOf(respond({ status: 500 }), { reply })).to.include({
			code: "HANDLER_REPLY",
		});
	});

	it("is VoiceXML as text", () => {
		const reply = { body: "voicexml", required: true } as const;
		expect(answerTo("<vxml/>", { reply })).to.deep.equal({
			status: 200,
			headers: { "content-type": "text/xml; charset=utf-8" },
			body: "<vxml/>",
		});
		for (const value of [undefined, {}, bytes]) {
			expect(refusalOf(value, { reply })).to.include({
				code: "HANDLER_REPLY",
			});
		}
	});

	it("is audio only with its type", () => {
		const reply = { body: "audio", required: true } as const;
		const headers = { "content-type": "audio/mpeg" };
		expect(
			answerTo(respond({ headers, body: bytes }), { reply }),
		).to.deep.equal({ status: 200, headers, body: bytes });
		for (const value of [undefined, "text", bytes]) {
			expect(refusalOf(value, { reply })).to.include({
				code: "HANDLER_REPLY",
			});
		}
	});
});
