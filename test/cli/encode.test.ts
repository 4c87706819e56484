import { expect } from "chai";
import { encodePayload, pickEncoding } from "../../src/cli/request/encode.ts";
import { fillPath } from "../../src/cli/request/target.ts";
import { destinationOf } from "../../src/cli/request/transmit.ts";
import { formatTable } from "../../src/cli/table.ts";
import { toForm } from "../../src/gate/form.ts";

const PAYLOAD = {
	text: "a b&c",
	size: 5,
	gone: null,
	dtmf: { digits: "1" },
	list: [1, 2],
};

describe("encodePayload", () => {
	const place = { path: "/x", methods: ["GET", "POST"] };

	it("writes a query: nested values as JSON, null not at all", () => {
		const request = encodePayload(PAYLOAD, "query", place);
		expect(request.method).to.equal("GET");
		expect(request.raw).to.have.length(0);
		expect(request.query).to.equal(
			"text=a+b%26c&size=5&dtmf=%7B%22digits%22%3A%221%22%7D&list=%5B1%2C2%5D",
		);
	});

	it("writes a query of a POST where the route takes no GET", () => {
		const post = { ...place, methods: ["POST"] };
		const request = encodePayload(PAYLOAD, "query", post);
		expect(request).to.deep.equal({
			...encodePayload(PAYLOAD, "query", place),
			method: "POST",
		});
	});

	it("writes a form with the same text as body", () => {
		const request = encodePayload(PAYLOAD, "form", place);
		expect(request.method).to.equal("POST");
		expect(request.query).to.equal("");
		expect(String(request.raw)).to.equal(toForm(PAYLOAD));
		expect(request.headers["content-type"]).to.equal(
			"application/x-www-form-urlencoded",
		);
	});

	it("writes JSON as it is, with the route's own method", () => {
		const request = encodePayload(PAYLOAD, "json", {
			path: "/x",
			methods: ["PUT"],
		});
		expect(request.method).to.equal("PUT");
		expect(JSON.parse(String(request.raw))).to.deep.equal(PAYLOAD);
	});
});

describe("pickEncoding", () => {
	it("takes the kind's first that the route has a method for", () => {
		const pick = (methods: string[]) =>
			pickEncoding(["query", "form", "json"], { path: "/x", methods });
		expect(pick(["GET", "POST"])).to.equal("query");
		expect(pick(["POST"])).to.equal("form");
		expect(pick([])).to.equal("query");
	});
});

describe("destinationOf", () => {
	it("reads host, port and scheme of a URL", () => {
		const of = (url: string) => destinationOf(new URL(url));
		expect(of("http://a.example/x").connect).to.deep.equal({
			host: "a.example",
			port: 80,
		});
		expect(of("https://a.example/x")).to.include({ secure: true });
		expect(of("http://[::1]:81/x").connect).to.deep.equal({
			host: "::1",
			port: 81,
		});
	});
});

describe("fillPath", () => {
	it("fills segments, escaped, and the rest with an example", () => {
		expect(fillPath("/a/:b/:c", [["b", "x/y"]])).to.equal("/a/x%2Fy/example");
	});

	it("refuses a name that the path has not", () => {
		expect(() => fillPath("/a/:b", [["d", "x"]])).to.throw(/:d/);
	});
});

describe("formatTable", () => {
	it("aligns columns and leaves no spaces at the end", () => {
		const rows = [
			["A", "LONG", "C"],
			["aaa", "b", ""],
		];
		expect(formatTable(rows)).to.deep.equal(["A    LONG  C", "aaa  b"]);
	});
});
