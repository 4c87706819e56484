import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { StandardWebhooksSettings } from "../../../src/gate/schemes/standard-webhooks.ts";
import {
	createStandardWebhooksVerifier,
	signStandardWebhooks,
} from "../../../src/gate/schemes/standard-webhooks.ts";
import { get, NOW, post, SECONDS, verdict, withHeader } from "./requests.ts";

const KEY = Buffer.alloc(32, 7);
const OLD = Buffer.alloc(24, 8);
const SETTINGS: StandardWebhooksSettings = {
	scheme: "standard-webhooks",
	keys: [KEY],
	toleranceMs: 300_000,
};
const BODY = '{ "a": 1 }';
const ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
const scheme = createStandardWebhooksVerifier(SETTINGS);

describe("standard-webhooks", () => {
	it("proves the vector that the specification's libraries share", () => {
		const known = createStandardWebhooksVerifier({
			...SETTINGS,
			keys: [Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64")],
		});
		const request = post('{"test": 2432232314}', {
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp": "1614265330",
			"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		});
		expect(verdict(known, request, 1_614_265_330_000)).to.equal("proved");
	});

	it("knows a webhook by its id, and a sender by its key", () => {
		const { claims, mark } = scheme.prove(signed(), NOW);
		expect(claims).to.deep.equal({});
		expect(mark?.until).to.equal(NOW + 300_000);
		expect(mark?.key).to.match(new RegExp(`^webhook [0-9a-f]{8} ${ID}$`));
		const later = scheme.prove(signed({ time: `${SECONDS + 5}` }), NOW);
		expect(later.mark?.key).to.equal(mark?.key);
		const other = createStandardWebhooksVerifier({ ...SETTINGS, keys: [OLD] });
		const theirs = other.prove(signed({ key: OLD }), NOW);
		expect(theirs.mark?.key).to.not.equal(mark?.key);
	});

	it("takes any of several keys and any of several signatures", () => {
		const both = createStandardWebhooksVerifier({
			...SETTINGS,
			keys: [OLD, KEY],
		});
		const request = signed();
		const right = request.headers["webhook-signature"];
		const many = `v1a,${"x".repeat(86)} v1, v2,x v1,short ${right} v1`;
		expect(
			verdict(both, withHeader(request, "webhook-signature", many)),
		).to.equal("proved");
		expect(verdict(both, signed({ key: Buffer.alloc(32) }))).to.equal(
			"SIGNATURE_INVALID standard-webhooks says: the signature fits none of 2 secrets",
		);
		const late = `${"v1,x ".repeat(20)}${right}`;
		expect(
			verdict(both, withHeader(request, "webhook-signature", late)),
		).to.include("fits none");
	});

	it("refuses signatures of other versions, or without one", () => {
		const request = signed();
		const base64 = String(request.headers["webhook-signature"]).slice(3);
		for (const text of [
			base64,
			`v1a,${base64}`,
			`V1,${base64}`,
			`v1=${base64}`,
			",",
		]) {
			expect(
				verdict(scheme, withHeader(request, "webhook-signature", text)),
			).to.include("no signature of version v1");
		}
	});

	it("says that there is nothing only where there is no signature", () => {
		const request = signed();
		expect(verdict(scheme, post(BODY))).to.match(/^SIGNATURE_MISSING /);
		for (const name of ["webhook-id", "webhook-timestamp"]) {
			for (const value of [undefined, "", ["a", "b"]]) {
				expect(verdict(scheme, withHeader(request, name, value))).to.match(
					new RegExp(`^SIGNATURE_INVALID .*${name} header`),
				);
			}
		}
		expect(
			verdict(scheme, withHeader(request, "webhook-signature", ["a", "b"])),
		).to.include("several webhook-signature headers");
	});

	it("refuses a GET, with or without a body", () => {
		const { headers } = signed({ body: "" });
		expect(verdict(scheme, get("a=1", headers))).to.include(
			"a GET has a query, which is not signed",
		);
		for (const method of ["GET", "HEAD"]) {
			expect(verdict(scheme, { ...signed(), method, query: "a=1" })).to.include(
				`a ${method} has a query, which is not signed`,
			);
		}
	});

	it("refuses a POST whose payload is its query, and takes a query beside a body", () => {
		const bare = { ...signed({ body: "" }), query: "a=1" };
		expect(verdict(scheme, bare)).to.include(
			"a POST without a body has a query, which is not signed",
		);
		expect(verdict(scheme, { ...signed(), query: "a=1" })).to.equal("proved");
	});

	it("refuses an id with a full stop, which could hold a time", () => {
		expect(verdict(scheme, signed({ id: `a.${SECONDS}` }))).to.include(
			"`webhook-id` holds a full stop",
		);
		const body = `${SECONDS}.{}`;
		const request = signed({ id: "a", body });
		expect(verdict(scheme, request)).to.equal("proved");
		const shifted = {
			...withHeader(request, "webhook-id", `a.${SECONDS}`),
			raw: Buffer.from("{}"),
		};
		expect(verdict(scheme, shifted)).to.match(/^SIGNATURE_INVALID /);
	});

	it("holds the time to the clock, both edges included", () => {
		const at = (time: number | string) =>
			verdict(scheme, signed({ time: `${time}` }));
		expect(at(SECONDS - 301)).to.include(
			"`webhook-timestamp` is 301 s behind the clock",
		);
		expect([at(SECONDS - 300), at(SECONDS + 300)]).to.deep.equal([
			"proved",
			"proved",
		]);
		expect(at(SECONDS + 301)).to.include("ahead of the clock");
		expect(at(NOW)).to.include("ahead of the clock");
		for (const time of [
			"now",
			"-1",
			"1e9",
			`${SECONDS}.0`,
			`${SECONDS}, ${SECONDS}`,
		]) {
			expect(at(time)).to.include("not a number of seconds");
		}
	});

	it("refuses settings without a key", () => {
		for (const keys of [[], [new Uint8Array()]]) {
			expect(() =>
				createStandardWebhooksVerifier({ ...SETTINGS, keys }),
			).to.throw(RangeError);
		}
	});
});

describe("signStandardWebhooks", () => {
	it("signs by every key, so that either side may exchange its own", () => {
		const request = signStandardWebhooks({ keys: [KEY, OLD] }, post(BODY), {
			now: NOW + 999,
			nonce: ID,
		});
		expect(request.headers).to.include({
			"webhook-id": ID,
			"webhook-timestamp": `${SECONDS}`,
		});
		for (const key of [KEY, OLD]) {
			const one = createStandardWebhooksVerifier({ ...SETTINGS, keys: [key] });
			expect(verdict(one, request)).to.equal("proved");
		}
	});
});

// --- helpers ---

/** Signed by hand: what is tested does not sign for its own test. */
function signed({ id = ID, time = `${SECONDS}`, body = BODY, key = KEY } = {}) {
	const mac = createHmac("sha256", key)
		.update(`${id}.${time}.${body}`)
		.digest("base64");
	return post(body, {
		"webhook-id": id,
		"webhook-timestamp": time,
		"webhook-signature": `v1,${mac}`,
	});
}
