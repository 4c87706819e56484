import { expect } from "chai";
import fc from "fast-check";
import type { Headers } from "../../src/event/webhook.ts";
import { encodeHeaderValue } from "../../src/handler/event-headers.ts";
import {
	createHeaderCopier,
	toReplyHeaders,
} from "../../src/handler/forward/headers.ts";

describe("createHeaderCopier", () => {
	it("copies what the event has", () => {
		expect(
			copied({
				"content-type": "application/json",
				"user-agent": "Nexmo/MessagingHUB/v1.0",
				"x-shop": ["a", "b"],
			}),
		).to.deep.equal({
			"content-type": "application/json",
			"user-agent": "Nexmo/MessagingHUB/v1.0",
			"x-shop": "a, b",
		});
	});

	const left = {
		"the connection's": [
			"connection",
			"keep-alive",
			"transfer-encoding",
			"te",
			"trailer",
			"upgrade",
			"proxy-connection",
			"proxy-authorization",
			"content-length",
			"host",
			"expect",
			"accept-encoding",
		],
		"what is the router's to say": [
			"switchhook-event-id",
			"switchhook-anything",
			"webhook-id",
			"webhook-timestamp",
			"webhook-signature",
			"forwarded",
			"x-forwarded-host",
			"x-forwarded-proto",
		],
	};
	for (const [what, names] of Object.entries(left)) {
		it(`leaves out ${what}`, () => {
			const headers = Object.fromEntries(names.map((name) => [name, "x"]));
			expect(copied({ ...headers, accept: "*/*" })).to.deep.equal({
				accept: "*/*",
			});
		});
	}

	it("leaves out what the user writes", () => {
		expect(
			copied({ "x-team": "sender", "x-shop": "1" }, ["x-team"]),
		).to.deep.equal({ "x-shop": "1" });
	});
});

describe("toReplyHeaders", () => {
	it("passes on what is not the connection's, and no cookies", () => {
		expect(
			toReplyHeaders({
				"content-type": "audio/mpeg",
				"content-length": "3",
				"cache-control": ["no-cache", "no-store"],
				connection: "x-hop",
				"x-hop": "1",
				"keep-alive": "timeout=5",
				"transfer-encoding": "chunked",
				"set-cookie": ["a=1"],
			}),
		).to.deep.equal({
			"content-type": "audio/mpeg",
			"cache-control": "no-cache, no-store",
		});
	});
});

describe("encodeHeaderValue", () => {
	it("leaves visible ASCII as it is", () => {
		expect(encodeHeaderValue("https://a.b/c?d=e&f")).to.equal(
			"https://a.b/c?d=e&f",
		);
	});

	// The example of the binding itself is the euro sign.
	it("encodes the space, the quote, the percent sign and all else", () => {
		expect(encodeHeaderValue('Euro € 😀 "%"\r\n')).to.equal(
			"Euro%20%E2%82%AC%20%F0%9F%98%80%20%22%25%22%0D%0A",
		);
	});

	it("makes a value that decodes to the text, whatever it is", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (text) => {
				const value = encodeHeaderValue(text);
				expect(value).to.match(/^[\x21-\x7e]*$/);
				expect(decodeURIComponent(value)).to.equal(text);
			}),
		);
	});
});

// --- helpers ---

function copied(headers: Headers, others: string[] = []) {
	const list: string[] = [];
	createHeaderCopier(others)(headers, list);
	const pairs: [string, string][] = [];
	for (let at = 0; at < list.length; at += 2)
		pairs.push([list[at] as string, list[at + 1] as string]);
	return Object.fromEntries(pairs);
}
