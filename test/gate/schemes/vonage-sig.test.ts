import { createHash, createHmac } from "node:crypto";
import { expect } from "chai";
import {
	createVonageSigVerifier,
	SIG_METHODS,
	signVonageSig,
} from "../../../src/gate/schemes/vonage-sig/sig.ts";
import {
	get,
	markOf,
	NONCE,
	NOW,
	OTHER,
	post,
	SECONDS,
	SECRET,
	verdict,
} from "./requests.ts";
import { signedQuery } from "./sig-query.ts";
import { SIG } from "./signers.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const scheme = createVonageSigVerifier(SIG);
const lax = createVonageSigVerifier({ ...SIG, timestamp: "optional" });

describe("vonage-sig", () => {
	it("proves a query, with its account and its mark", () => {
		const query = signedQuery({
			"api-key": "abcd1234",
			text: "a b",
			nonce: NONCE,
		});
		expect(scheme.prove(get(query), NOW)).to.deep.equal({
			claims: { api_key: "abcd1234" },
			mark: { key: `sig ${markOf(SECRET)} ${NONCE}`, until: NOW + 300_000 },
		});
	});

	it("proves the same parameters in a query, a form and JSON", () => {
		const query = signedQuery({ text: "a+b é", "message-timestamp": "2020" });
		const json = JSON.stringify(Object.fromEntries(new URLSearchParams(query)));
		for (const request of [
			get(query),
			post(query, FORM),
			post(json),
			post(json, {}),
			post(`\ufeff${json}`),
			post(json, { "content-type": "application/json; charset=UTF-8" }),
		]) {
			expect(verdict(scheme, request)).to.equal("proved");
		}
	});

	it("takes `sig` in either case, and any of several secrets", () => {
		const several = createVonageSigVerifier({
			...SIG,
			secrets: [OTHER, SECRET],
		});
		const query = signedQuery({ a: "1" });
		for (const text of [
			query,
			query.replace(/sig=.*/, (sig) => `sig=${sig.slice(4).toUpperCase()}`),
		]) {
			expect(verdict(several, get(text))).to.equal("proved");
		}
		expect(
			verdict(several, get(signedQuery({ a: "1" }, { secret: "x" }))),
		).to.equal(
			"SIGNATURE_INVALID vonage-sig says: `sig` fits none of 2 secrets",
		);
	});

	it("takes `md5hash` as MD5 over text and secret, and the others as HMACs", () => {
		const text = `&a=1&timestamp=${SECONDS}`;
		for (const method of SIG_METHODS) {
			const own = createVonageSigVerifier({ ...SIG, method });
			const sig =
				method === "md5hash"
					? createHash("md5")
							.update(text + SECRET)
							.digest("hex")
					: createHmac(method, SECRET).update(text).digest("hex");
			const query = `a=1&timestamp=${SECONDS}&sig=${sig}`;
			expect(verdict(own, get(query))).to.equal("proved");
			for (const other of SIG_METHODS.filter((name) => name !== method)) {
				const wrong = createVonageSigVerifier({ ...SIG, method: other });
				expect(verdict(wrong, get(query))).to.match(/^SIGNATURE_INVALID /);
			}
		}
	});

	it("takes blank values signed as well as left out, but no others left out", () => {
		const kept = signedQuery({ a: "1", b: "", c: " " });
		expect(verdict(scheme, get(kept))).to.equal("proved");
		const left = signedQuery({ a: "1" });
		expect(verdict(scheme, get(`${left}&b=&c=+`))).to.equal("proved");
		expect(verdict(scheme, get(`${left}&b=1`))).to.include("does not fit");
		expect(verdict(scheme, get(kept.replace("b=&", "")))).to.include(
			"does not fit",
		);
	});

	it("says that there is nothing where there is no `sig`", () => {
		for (const request of [
			get(),
			get("a=1"),
			post("{}"),
			post("[]"),
			post('"sig"'),
			post("null"),
			post('{"sig":null}'),
			post("", {}),
		]) {
			expect(verdict(scheme, request)).to.match(/^SIGNATURE_MISSING /);
		}
	});

	it("looks for `sig` where the payload is, and nowhere else", () => {
		const query = signedQuery({ a: "1" });
		expect(verdict(scheme, { ...post("{}"), query })).to.match(
			/^SIGNATURE_MISSING /,
		);
		const json = JSON.stringify(Object.fromEntries(new URLSearchParams(query)));
		expect(verdict(scheme, { ...post(json), method: "GET" })).to.match(
			/^SIGNATURE_MISSING /,
		);
	});

	it("signs the query of a POST without a body, as that of a GET", () => {
		const query = signedQuery({ a: "1" });
		const request = { ...post("", {}), query };
		expect(verdict(scheme, request)).to.equal("proved");
		expect(verdict(scheme, post("", {}))).to.match(/^SIGNATURE_MISSING /);
		const forged = { ...request, query: query.replace("a=1", "a=2") };
		expect(verdict(scheme, forged)).to.include("does not fit");
		const typed = { ...post(""), query };
		expect(verdict(scheme, typed)).to.equal("proved");
	});

	it("holds `timestamp` to the clock, both edges included", () => {
		for (const [offset, expected] of [
			[-301, "is 301 s behind"],
			[-300, "proved"],
			[300, "proved"],
			[301, "is 301 s ahead"],
		] as const) {
			const query = signedQuery({
				a: "1",
				timestamp: String(SECONDS + offset),
			});
			expect(verdict(scheme, get(query))).to.include(expected);
		}
		for (const timestamp of [
			"",
			" ",
			"now",
			"-5",
			"1e9",
			"0x5",
			`${SECONDS}.0`,
			` ${SECONDS}`,
			`${NOW}`,
			"9".repeat(400),
		]) {
			for (const own of [scheme, lax]) {
				expect(verdict(own, get(signedQuery({ timestamp })))).to.include(
					"`timestamp` is",
				);
			}
		}
	});

	it("needs a `timestamp` unless it is optional", () => {
		const query = signedQuery({ a: "1", timestamp: undefined });
		expect(verdict(scheme, get(query))).to.equal(
			"SIGNATURE_INVALID vonage-sig says: there is no `timestamp`",
		);
		expect(lax.prove(get(query), NOW).mark?.until).to.equal(Infinity);
	});

	it("knows a webhook by its nonce in every spelling that fits, else by `sig`", () => {
		const key = (query: string) => scheme.prove(get(query), NOW).mark?.key;
		const query = signedQuery({ nonce: "a&b" });
		const start = `sig ${markOf(SECRET)}`;
		expect(key(query)).to.equal(`${start} a_b`);
		expect(key(query.replace("%26", "%3D"))).to.equal(`${start} a_b`);
		const bare = signedQuery({ a: "1" });
		const sig = bare.slice(bare.indexOf("sig=") + 4);
		expect(key(bare)).to.equal(`${start} ${sig}`);
		expect(key(`${bare.replace(sig, sig.toUpperCase())}&nonce=`)).to.equal(
			`${start} ${sig}`,
		);
		const five = signedQuery({ nonce: "5" });
		const json = JSON.stringify(Object.fromEntries(new URLSearchParams(five)));
		const number = post(json.replace('"5"', "5"));
		expect(scheme.prove(number, NOW).mark?.key).to.equal(key(five));
	});

	it("names the account where it is told as text", () => {
		const claims = (fields: Record<string, string>) =>
			scheme.prove(get(signedQuery(fields)), NOW).claims;
		expect(claims({ api_key: "k" })).to.deep.equal({ api_key: "k" });
		expect(claims({ api_key: "k", "api-key": "l" })).to.deep.equal({
			api_key: "l",
		});
		expect(claims({})).to.deep.equal({});
	});
});

describe("signVonageSig", () => {
	const options = { now: NOW, nonce: NONCE };

	for (const method of SIG_METHODS) {
		it(`signs a query, a form and JSON by ${method}`, () => {
			const own = { ...SIG, method };
			for (const request of [
				get("a=1&b=%26+x"),
				get(),
				post("a=1&b=", FORM),
				post('{"a":1,"b":null}'),
				post("", {}),
			]) {
				const signedRequest = signVonageSig(own, request, options);
				expect(verdict(createVonageSigVerifier(own), signedRequest)).to.equal(
					"proved",
				);
			}
		});
	}

	it("replaces an old signature and leaves the rest as it is written", () => {
		const { query } = signVonageSig(
			SIG,
			get("sig=old&%74imestamp=1&nonce=2&a=%62+c"),
			options,
		);
		expect(query).to.match(
			new RegExp(
				`^a=%62\\+c&timestamp=${SECONDS}&nonce=${NONCE}&sig=[0-9A-F]{64}$`,
			),
		);
	});

	it("refuses a body that holds no parameters", () => {
		for (const body of ["[1]", "5", '{"a":[]}', "{"]) {
			expect(() => signVonageSig(SIG, post(body), options)).to.throw();
		}
	});
});
