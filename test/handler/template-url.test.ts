import { expect } from "chai";
import { createRouteUrls } from "../../src/handler/template/urls.ts";
import { answerTo, urls } from "./template-tools.ts";

const urlIn = (expression: string, payload: object): unknown => {
	const yaml = `- action: record\n  eventUrl: ['{{ ${expression} }}']\n`;
	const [action] = answerTo(yaml, { ...payload }) as { eventUrl: string[] }[];
	return action?.eventUrl[0];
};
const BASE = "https://hooks.example.com/v1";

describe("the filter url", () => {
	it("turns a route's name into its absolute URL", () => {
		expect(urlIn('"menu" | url', {})).to.equal(`${BASE}/webhooks/menu`);
	});

	it("takes a name that is computed", () => {
		expect(urlIn("payload.next | url", { next: "menu" })).to.equal(
			`${BASE}/webhooks/menu`,
		);
	});

	it("encodes query parameters so that each stays one", () => {
		const lang = "a&b=c#d?e/f%20 ü+'\"<";
		const url = String(
			urlIn('"menu" | url: lang: payload.lang, n: 2', { lang }),
		);
		expect(url).to.match(
			/^https:\/\/hooks\.example\.com\/v1\/webhooks\/menu\?lang=[\w%.~-]+&n=2$/,
		);
		expect(new URL(url).searchParams.get("lang")).to.equal(lang);
	});

	it("leaves out parameters that are not there", () => {
		expect(urlIn('"menu" | url: a: payload.no, b: nil, c: ""', {})).to.equal(
			`${BASE}/webhooks/menu?c=`,
		);
	});

	it("fills the path's parameters, and puts the rest into the query", () => {
		const expression = '"invoice" | url: id: payload.id, tenant: "acme", x: 1';
		expect(urlIn(expression, { id: "a b" })).to.equal(
			`${BASE}/hooks/acme/invoices/a%20b?x=1`,
		);
	});

	for (const id of ["..", ".", "", "a/b", "a\\b", "%2e%2e", "a;b/../c"]) {
		it(`refuses ${JSON.stringify(id)} in a path, which would lead elsewhere`, () => {
			const expression = '"invoice" | url: id: payload.id, tenant: "acme"';
			expect(() => urlIn(expression, { id })).to.throw("the filter `url` got");
		});
	}

	it("refuses lists, mappings and unknown names when it is rendered", () => {
		const refuses = (expression: string, payload: object) =>
			expect(() => urlIn(expression, payload), expression).to.throw(
				"the filter `url` got",
			);
		refuses('"menu" | url: a: payload.l', { l: ["x"] });
		refuses('"menu" | url: a: payload.o', { o: {} });
		refuses("payload.next | url", { next: "nope" });
	});

	it("makes half a surrogate pair harmless", () => {
		expect(urls.urlOf("menu", new Map([["a", "\ud800"]]))).to.equal(
			`${BASE}/webhooks/menu?a=%EF%BF%BD`,
		);
	});

	it("knows the root path", () => {
		const root = createRouteUrls(
			() => "http://x",
			[{ name: "root", path: "/" }],
		);
		expect(root.urlOf("root", new Map([["a", 1]]))).to.equal("http://x/?a=1");
		expect(root.paramsOf("root")).to.deep.equal([]);
		expect(root.paramsOf("nope")).to.equal(undefined);
	});
});
