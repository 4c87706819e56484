import { expect } from "chai";
import { writeSigText } from "../../../src/gate/schemes/vonage-sig/sig.ts";

describe("writeSigText", () => {
	const whole = (parameters: Record<string, unknown>): string => {
		const text = writeSigText(parameters);
		return typeof text === "string" ? `refused: ${text}` : text.whole;
	};

	it("writes every parameter but `sig`, in the order of the names' bytes", () => {
		const parameters = {
			messageId: "1",
			"message-timestamp": "2",
			Z: "3",
			a: "4",
			sig: "x",
			é: "5",
			"\uff5e": "6",
			"\u{1f600}": "7",
			a1: "8",
		};
		// Plain sorting would put the emoji before the full-width tilde, a locale's would put Z behind a.
		expect(whole(parameters)).to.equal(
			"&Z=3&a=4&a1=8&message-timestamp=2&messageId=1&é=5&\uff5e=6&\u{1f600}=7",
		);
	});

	it("writes values decoded, `&` and `=` as `_`, one for one", () => {
		expect(whole({ text: "a&&b==c d+e%20f_\n\u0000é" })).to.equal(
			"&text=a__b__c d+e%20f_\n\u0000é",
		);
	});

	it("writes numbers and booleans as JSON does, and leaves out null", () => {
		expect(
			whole({ n: 1582650446, p: 0.0333, t: true, f: false, z: null }),
		).to.equal("&f=false&n=1582650446&p=0.0333&t=true");
	});

	it("refuses what it cannot write in one way only", () => {
		for (const parameters of [
			{ "a&b": "1" },
			{ "a=": "1" },
			{ a: ["1", "2"] },
			{ a: [] },
			{ a: {} },
			{ a: "\ud800" },
			{ "\udc00": "1" },
		]) {
			expect(whole(parameters)).to.match(/^refused: /);
		}
	});

	it("also writes the text without blank values, where there are some", () => {
		expect(writeSigText({ a: "1", b: "", c: " \t", d: "2" })).to.deep.equal({
			whole: "&a=1&b=&c= \t&d=2",
			lean: "&a=1&d=2",
		});
		expect(writeSigText({ a: "1" })).to.deep.equal({
			whole: "&a=1",
			lean: undefined,
		});
	});

	it("takes names of a prototype for names", () => {
		const parameters = JSON.parse(
			'{"toString":"1","__proto__":"2","constructor":"3","hasOwnProperty":"4"}',
		);
		expect(whole(parameters)).to.equal(
			"&__proto__=2&constructor=3&hasOwnProperty=4&toString=1",
		);
	});

	it("is done with 10,000 parameters", () => {
		const names = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
		const text = whole(
			Object.fromEntries(names.map((name) => [name, "x".repeat(10)])),
		);
		expect(text.split("&").length).to.equal(10_001);
	});
});
