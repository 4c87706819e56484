import { expect } from "chai";
import {
	createAnswerReader,
	describeAnswer,
} from "../../src/handler/forward/answer.ts";
import type { UpstreamAnswer } from "../../src/handler/forward/exchange.ts";
import type { ReplyRule } from "../../src/kind/kind.ts";
import { TEST_CHECKER } from "./plugin-harness.ts";

describe("describeAnswer", () => {
	const textOf = (given: UpstreamAnswer) => describeAnswer(given).text;

	it("says the status and the body's beginning in one line", () => {
		expect(textOf(answer(422, '{\n\t"error": "no such order"\n}'))).to.equal(
			'answered 422: { "error": "no such order" }',
		);
		expect(textOf(answer(404))).to.equal("answered 404");
	});

	it("shows nothing that could forge or hide a line", () => {
		const said = textOf(
			answer(400, "a\u0000\u001b[31mb\u202ec\u2028d\r\nHTTP/1.1 200 OK"),
		);
		expect(said).to.equal("answered 400: a [31mb c d HTTP/1.1 200 OK");
	});

	it("cuts a long body, between characters", () => {
		const said = textOf(answer(400, "😀".repeat(600)));
		expect(said).to.equal(`answered 400: ${"😀".repeat(511)}…`);
	});

	it("does not print what is compressed or no text", () => {
		const zipped = { "content-encoding": "gzip" };
		expect(textOf(answer(400, "\u001f\u008b", zipped))).to.equal(
			"answered 400: (a compressed body)",
		);
		const bytes = { ...answer(400), body: Buffer.from([0xff, 0xfe, 0x41]) };
		expect(textOf(bytes)).to.equal("answered 400: A");
	});

	it("says where a redirect leads, without its query", () => {
		const to = { location: "https://b.example/c?token=secret" };
		const said = textOf(answer(302, "moved", to));
		expect(said).to.match(
			/^answered 302 to https:\/\/b\.example\/c: redirects are not followed/,
		);
	});

	it("tells what of it the upstream said, without what it must not repeat", () => {
		const hide = (text: string) => text.replaceAll("hunter22", "[secret]");
		expect(describeAnswer(answer(400, "key hunter22"), hide)).to.deep.equal({
			text: "answered 400: key [secret]",
			said: ": key [secret]",
		});
		expect(describeAnswer(answer(404)).said).to.equal("");
		const to = { location: "https://b.example/hunter22" };
		expect(describeAnswer(answer(302, "", to), hide).said).to.equal(
			" to https://b.example/[secret]",
		);
	});
});

describe("createAnswerReader", () => {
	const read = (
		body: ReplyRule["body"],
		given: UpstreamAnswer,
		required = true,
	) => createAnswerReader({ body, required }, () => TEST_CHECKER)?.(given);

	it("gives an NCCO that is valid", () => {
		const reply = read("ncco", answer(201, '\ufeff[{"action":"talk"}]'));
		expect(reply).to.deep.equal({
			status: 200,
			headers: { "content-type": "application/json" },
			body: '[{"action":"talk"}]',
		});
	});

	const wrong: Readonly<Record<string, [UpstreamAnswer, string, RegExp]>> = {
		"an invalid NCCO": [answer(200, "[]"), "NCCO_INVALID", /empty/],
		"no list": [answer(200, "{}"), "HANDLER_REPLY", /one mapping/],
		"no JSON": [answer(200, "<html>"), "HANDLER_REPLY", /is not JSON/],
		nothing: [answer(200), "HANDLER_REPLY", /returned nothing/],
		"bytes that are no UTF-8": [
			{ ...answer(200), body: Buffer.from([0x22, 0xff, 0x22]) },
			"HANDLER_REPLY",
			/is not JSON/,
		],
		"a compressed answer": [
			answer(200, "[1]", { "content-encoding": "br" }),
			"HANDLER_REPLY",
			/compressed/,
		],
	};
	for (const [what, [given, code, message]] of Object.entries(wrong)) {
		it(`refuses ${what} where an NCCO is due`, () => {
			expect(() => read("ncco", given))
				.to.throw(message)
				.with.property("code", code);
		});
	}

	it("takes what is no list, and an empty one, for `go on` where the kind allows it", () => {
		const html = { "content-type": "text/html" };
		const cut = { ...answer(200), body: Buffer.from('["\xff"]', "latin1") };
		for (const given of [
			answer(204),
			answer(200, "OK", { "content-type": "text/plain; charset=utf-8" }),
			answer(200, "<html></html>", html),
			answer(200, "[] "),
			answer(200, "[broken"),
			answer(200, '{"status":"ok"}'),
			cut,
		])
			expect(read("ncco", given, false)).to.equal(undefined);
	});

	it("checks a list that is not empty, whatever its content type", () => {
		const plain = { "content-type": "text/plain" };
		const given = answer(200, '\ufeff [{"action":"talk"}]', plain);
		expect(read("ncco", given, false)?.body).to.equal('[{"action":"talk"}]');
		const packed = answer(200, "...", { "content-encoding": "gzip" });
		expect(() => read("ncco", packed, false))
			.to.throw("compressed")
			.with.property("code", "HANDLER_REPLY");
	});

	it("passes anything else on as it came", () => {
		const headers = { "content-type": "text/xml", "content-length": "4" };
		expect(read("voicexml", answer(200, "<a/>", headers))).to.deep.equal({
			status: 200,
			headers: { "content-type": "text/xml" },
			body: Buffer.from("<a/>"),
		});
		expect(read("any", answer(204), false)).to.deep.equal({
			status: 204,
			headers: {},
			body: undefined,
		});
	});

	it("refuses an empty body that the platform cannot do without", () => {
		expect(() => read("audio", answer(200)))
			.to.throw("without a body")
			.with.property("code", "HANDLER_REPLY");
	});

	it("says nothing where nobody looks at the answer", () => {
		expect(
			createAnswerReader({ body: "none", required: false }, () => TEST_CHECKER),
		).to.equal(undefined);
	});
});

// --- helpers ---

function answer(
	status: number,
	body = "",
	headers: UpstreamAnswer["headers"] = {},
): UpstreamAnswer {
	return { status, headers, body: Buffer.from(body), isWhole: true };
}
