import { expect } from "chai";
import type { Headers } from "../../src/event/webhook.ts";
import { isConditional, select } from "../../src/handler/static/conditions.ts";
import { ask, staticHandler, textOf } from "./static-tools.ts";

const ETAG = '"abc"';
const MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT";
const EARLIER = "Sun, 13 Sep 2020 12:26:39 GMT";
const LATER = "Sun, 13 Sep 2020 12:26:41 GMT";
const SIZE = 10;

const answerTo = (headers: Headers, method = "GET"): string => {
	const own = { etag: ETAG, "last-modified": MODIFIED };
	const selection = select(method, headers, { headers: own, size: SIZE });
	return selection.type === "part"
		? `${selection.start}-${selection.end}`
		: selection.type;
};

describe("select", () => {
	const conditions: [Headers, string][] = [
		[{ "if-none-match": ETAG }, "unmodified"],
		[{ "if-none-match": `"x", W/${ETAG}` }, "unmodified"],
		[{ "if-none-match": ["*"] }, "unmodified"],
		[{ "if-none-match": '"x"' }, "full"],
		[{ "if-none-match": '"x"', "if-modified-since": LATER }, "full"],
		[{ "if-none-match": ETAG, "cache-control": "no-cache" }, "full"],
		[{ "if-modified-since": MODIFIED }, "unmodified"],
		[{ "if-modified-since": LATER }, "unmodified"],
		[{ "if-modified-since": EARLIER }, "full"],
		[{ "if-modified-since": "soon" }, "full"],
		[{ "if-match": ETAG }, "full"],
		[{ "if-match": `"x", ${ETAG}` }, "full"],
		[{ "if-match": "*" }, "full"],
		[{ "if-match": '"x"' }, "failed"],
		[{ "if-match": `W/${ETAG}` }, "failed"],
		[{ "if-match": ETAG, "if-unmodified-since": EARLIER }, "full"],
		[{ "if-unmodified-since": MODIFIED }, "full"],
		[{ "if-unmodified-since": EARLIER }, "failed"],
		[{ "if-unmodified-since": "soon" }, "full"],
		[{ "if-none-match": ETAG, range: "bytes=0-1" }, "unmodified"],
	];
	const ranges: [string, string][] = [
		["bytes=0-3", "0-3"],
		["bytes=3-3", "3-3"],
		["bytes=4-", "4-9"],
		["bytes=0-", "0-9"],
		["bytes=-3", "7-9"],
		["bytes=-10", "0-9"],
		["bytes=-99", "0-9"],
		["bytes=5-99", "5-9"],
		["bytes=9-99999999999999999999999", "9-9"],
		["BYTES=0-1", "0-1"],
		["bytes= 0-1 ", "0-1"],
		["bytes=10-", "outside"],
		["bytes=10-12", "outside"],
		["bytes=-0", "outside"],
		["bytes=0-1,4-5", "full"],
		["bytes=4-3", "full"],
		["bytes=-", "full"],
		["bytes=a-b", "full"],
		["bytes=1", "full"],
		["lines=0-1", "full"],
		["", "full"],
	];
	const combined: [Headers, string][] = [
		...ranges.map(([range, expected]): [Headers, string] => [
			{ range },
			expected,
		]),
		[{ range: "bytes=0-1", "if-range": ETAG }, "0-1"],
		[{ range: "bytes=0-1", "if-range": '"x"' }, "full"],
		[{ range: "bytes=0-1", "if-range": `W/${ETAG}` }, "full"],
		[{ range: "bytes=0-1", "if-range": MODIFIED }, "0-1"],
		[{ range: "bytes=0-1", "if-range": LATER }, "full"],
		[{ range: "bytes=0-1", "if-range": "soon" }, "full"],
		[{ range: "bytes=99-", "if-range": '"x"' }, "full"],
	];
	for (const [headers, expected] of [...conditions, ...combined]) {
		it(`answers ${JSON.stringify(headers)} with ${expected}`, () => {
			expect(answerTo(headers)).to.equal(expected);
			if (expected !== "full") expect(isConditional(headers)).to.equal(true);
		});
	}

	it("takes no range of a HEAD, but its conditions", () => {
		expect(answerTo({ range: "bytes=0-1" }, "HEAD")).to.equal("full");
		expect(answerTo({ "if-none-match": ETAG }, "HEAD")).to.equal("unmodified");
	});

	it("takes nothing of a POST", () => {
		expect(answerTo({ "if-none-match": ETAG }, "POST")).to.equal("full");
		expect(answerTo({ "if-match": '"x"' }, "POST")).to.equal("full");
		expect(answerTo({ range: "bytes=0-1" }, "POST")).to.equal("full");
	});

	it("takes no range where none is offered", () => {
		const whole = { headers: {}, size: undefined };
		expect(select("GET", { range: "bytes=0-1" }, whole).type).to.equal("full");
	});
});

describe("the replies to conditions and ranges", () => {
	const file = new URL("../ncco-samples/", import.meta.url);
	const handlerOf = () =>
		staticHandler({
			file: new URL("ncco--dotnet-testrecordminimalist.json", file).pathname,
			headers: { "cache-control": "no-store" },
		});

	it("are 206 with the part, 304 and 412 with nothing, 416 with the size", async () => {
		const handler = await handlerOf();
		const whole = await ask(handler);
		const size = textOf(whole).length;
		const { etag = "" } = whole.headers;

		const part = await ask(handler, { range: "bytes=2-5" });
		expect(part.status).to.equal(206);
		expect(textOf(part)).to.equal(textOf(whole).slice(2, 6));
		expect(part.headers).to.include({
			etag,
			"content-length": "4",
			"content-range": `bytes 2-5/${size}`,
			"content-type": "application/json",
			"cache-control": "no-store",
		});

		const known = await ask(handler, { "if-none-match": etag });
		expect(known.status).to.equal(304);
		expect(known.body).to.equal(undefined);
		expect(known.headers).to.have.all.keys(
			"etag",
			"last-modified",
			"cache-control",
		);

		const failed = await ask(handler, { "if-match": '"x"' });
		expect([failed.status, failed.body]).to.deep.equal([412, undefined]);

		const outside = await ask(handler, { range: "bytes=99999-" });
		expect(outside.status).to.equal(416);
		expect(outside.headers["content-range"]).to.equal(`bytes */${size}`);
		expect(outside.body).to.equal(undefined);
	});

	it("do not touch an answer that is no 200", async () => {
		const handler = await staticHandler({ status: 404, text: "no" });
		const reply = await ask(handler, { "if-none-match": "*" });
		expect(reply.status).to.equal(404);
		expect(textOf(reply)).to.equal("no");
	});
});
