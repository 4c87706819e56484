import { createHmac } from "node:crypto";
import { expect } from "chai";
import {
	createHmacVerifier,
	DIGEST_ENCODINGS,
	HMAC_ALGORITHMS,
	signHmac,
} from "../../../src/gate/schemes/hmac/signature.ts";
import { SETTINGS, TIMED } from "./hmac-settings.ts";
import {
	get,
	NONCE,
	NOW,
	OTHER,
	post,
	SECONDS,
	SECRET,
	verdict,
	withHeader,
} from "./requests.ts";

const BODY = '{ "a": 1 }';
const options = { now: NOW, nonce: NONCE };

describe("hmac", () => {
	for (const algorithm of HMAC_ALGORITHMS) {
		for (const encoding of DIGEST_ENCODINGS) {
			it(`proves a body by ${algorithm} in ${encoding}`, () => {
				const settings = { ...SETTINGS, algorithm, encoding };
				const mac = createHmac(algorithm, SECRET).update(BODY).digest(encoding);
				const request = withHeader(post(BODY), "x-signature", mac);
				expect(createHmacVerifier(settings).prove(request, NOW)).to.deep.equal({
					claims: {},
					mark: undefined,
				});
				expect(signHmac(settings, post(BODY), options)).to.deep.equal(request);
			});
		}
	}

	it("takes hex in capitals, and base64 in one spelling", () => {
		const scheme = createHmacVerifier(SETTINGS);
		expect(verdict(scheme, withSignature(mac(BODY).toUpperCase()))).to.equal(
			"proved",
		);
		const base64 = createHmac("sha256", SECRET).update(BODY).digest("base64");
		const spelled = createHmacVerifier({ ...SETTINGS, encoding: "base64" });
		expect(verdict(spelled, withSignature(base64))).to.equal("proved");
		for (const other of [
			base64.slice(0, -1),
			`${base64}=`,
			base64.toLowerCase(),
		]) {
			expect(verdict(spelled, withSignature(other))).to.include("does not fit");
		}
	});

	it("says that there is nothing only where there is no header", () => {
		const scheme = createHmacVerifier(TIMED);
		expect(verdict(scheme, post(BODY))).to.equal(
			"SIGNATURE_MISSING hmac says: there is no x-signature header",
		);
		expect(verdict(scheme, withSignature(["a", "b"]))).to.include(
			"there are several x-signature headers",
		);
		expect(verdict(scheme, withSignature("v0=aa,t=5"))).to.equal(
			"SIGNATURE_INVALID hmac says: no part of x-signature begins with v1=",
		);
	});

	it("refuses one other white-space byte", () => {
		const scheme = createHmacVerifier(TIMED);
		const request = signHmac(TIMED, post(BODY), options);
		expect(verdict(scheme, request)).to.equal("proved");
		const raw = Buffer.from(BODY.replace("{ ", "{\n"));
		expect(verdict(scheme, { ...request, raw })).to.equal(
			"SIGNATURE_INVALID hmac says: the signature does not fit the secret",
		);
	});

	it("takes any of several secrets and any of several signatures", () => {
		const scheme = createHmacVerifier({ ...TIMED, secrets: [OTHER, SECRET] });
		const right = `v1=${mac(`${SECONDS}.${BODY}`)}`;
		const header = `t=${SECONDS}, v1=zz, v0=${"0".repeat(64)}, ${right},v1=`;
		expect(verdict(scheme, withSignature(header))).to.equal("proved");
		const wrong = header.replace(right, "v1=00");
		expect(verdict(scheme, withSignature(wrong))).to.include(
			"fits none of 2 secrets",
		);
	});

	it("has one mark for a webhook, however many signatures are cut off", () => {
		const scheme = createHmacVerifier({ ...TIMED, secrets: [SECRET, OTHER] });
		const content = `${SECONDS}.${BODY}`;
		const first = `v1=${mac(content)}`;
		const second = `v1=${mac(content, OTHER)}`;
		const keys = [
			`${first},${second}`,
			first,
			second,
			`${second},${first.toUpperCase().replace("V1", "v1")}`,
		].map((signatures) => {
			return scheme.prove(withSignature(`t=${SECONDS},${signatures}`), NOW).mark
				?.key;
		});
		expect(new Set(keys).size).to.equal(1);
	});

	it("looks at 20 parts and no more", () => {
		const scheme = createHmacVerifier({ ...SETTINGS, separator: "," });
		expect(
			verdict(scheme, withSignature(`${"x,".repeat(19)}${mac(BODY)}`)),
		).to.equal("proved");
		expect(
			verdict(scheme, withSignature(`${"x,".repeat(20)}${mac(BODY)}`)),
		).to.include("does not fit");
	});

	it("refuses a payload that the signature does not cover", () => {
		const body = createHmacVerifier(SETTINGS);
		const forged = withHeader(get("a=1"), "x-signature", mac(""));
		expect(verdict(body, forged)).to.equal(
			"SIGNATURE_INVALID hmac says: the payload of a GET is its query, which `content` does not sign",
		);
		expect(
			verdict(body, {
				...withSignature(mac(BODY)),
				method: "GET",
				query: "a=1",
			}),
		).to.include("is its query");
		const query = createHmacVerifier({ ...SETTINGS, content: "{query}" });
		expect(
			verdict(query, { ...withSignature(mac("a=1")), query: "a=1" }),
		).to.include("is its body");
		expect(
			verdict(query, withHeader(get("a=1"), "x-signature", mac("a=1"))),
		).to.equal("proved");
	});

	it("refuses a POST whose payload is its query, unless that is signed", () => {
		const bare = (content: string) => ({
			...withHeader(post(""), "x-signature", mac(content)),
			query: "a=1",
		});
		expect(verdict(createHmacVerifier(SETTINGS), bare(""))).to.equal(
			"SIGNATURE_INVALID hmac says: the payload of a POST is its query, which `content` does not sign",
		);
		const query = createHmacVerifier({ ...SETTINGS, content: "{query}" });
		expect(verdict(query, bare("a=1"))).to.equal("proved");
		expect(verdict(query, bare("a=2"))).to.include("does not fit");
	});

	it("takes other braces as they stand", () => {
		const scheme = createHmacVerifier({
			...SETTINGS,
			content: "{x}{{body}}{Body}{query}",
		});
		expect(
			verdict(scheme, {
				...withSignature(mac(`{x}{${BODY}}{Body}q=1`)),
				query: "q=1",
			}),
		).to.equal("proved");
	});

	it("refuses settings that would not hold", () => {
		for (const wrong of [
			{ secrets: [] },
			{ secrets: [""] },
			{ content: "{timestamp}.{body}" },
			{ timestamp: { header: "x-time" } },
			{ timestamp: { prefix: "t=" }, content: "{timestamp}{body}" },
		]) {
			expect(
				() => createHmacVerifier({ ...SETTINGS, ...wrong }),
				JSON.stringify(wrong),
			).to.throw(RangeError);
		}
	});
});

// --- helpers ---

function mac(content: string, secret = SECRET): string {
	return createHmac("sha256", secret).update(content).digest("hex");
}

function withSignature(value: string | readonly string[]) {
	return withHeader(post(BODY), "x-signature", value);
}
