import { createHmac } from "node:crypto";
import { expect } from "chai";
import {
	createHmacVerifier,
	signHmac,
} from "../../../src/gate/schemes/hmac/signature.ts";
import { APART, TIMED } from "./hmac-settings.ts";
import {
	NONCE,
	NOW,
	post,
	SECONDS,
	SECRET,
	verdict,
	withHeader,
} from "./requests.ts";

const BODY = '{ "a": 1 }';
const options = { now: NOW, nonce: NONCE };

describe("the time of an hmac", () => {
	for (const [name, settings] of Object.entries({
		"its own header": APART,
		"the signature's header": TIMED,
	})) {
		const scheme = createHmacVerifier(settings);
		it(`holds a time in ${name} to the clock, both edges included`, () => {
			const at = (offset: number) => {
				const now = NOW + offset * 1000;
				return verdict(
					scheme,
					signHmac(settings, post(BODY), { ...options, now }),
				);
			};
			expect(at(-301)).to.include(
				"is 301 s behind the clock, 300 s are tolerated",
			);
			expect([at(-300), at(0), at(300)]).to.deep.equal([
				"proved",
				"proved",
				"proved",
			]);
			expect(at(301)).to.include("ahead of the clock");
			const request = signHmac(settings, post(BODY), options);
			expect(scheme.prove(request, NOW).mark?.until).to.equal(NOW + 300_000);
		});
	}

	it("refuses a time that is missing, twice there, or no number of seconds", () => {
		const scheme = createHmacVerifier(TIMED);
		const content = (time: string) => `v1=${mac(`${time}.${BODY}`)}`;
		expect(verdict(scheme, withSignature(content(`${SECONDS}`)))).to.include(
			"the time in x-signature is missing",
		);
		expect(
			verdict(
				scheme,
				withSignature(`t=${SECONDS},t=5,${content(`${SECONDS}`)}`),
			),
		).to.include("more than once");
		for (const time of [
			"",
			"now",
			"-1",
			"1e9",
			`${SECONDS}.5`,
			"9".repeat(40),
		]) {
			expect(
				verdict(scheme, withSignature(`t=${time},${content(time)}`)),
			).to.include("not a number of seconds");
		}
		// Milliseconds are a time far ahead.
		expect(
			verdict(scheme, withSignature(`t=${NOW},${content(`${NOW}`)}`)),
		).to.include("ahead of the clock");
		const apart = createHmacVerifier(APART);
		const request = signHmac(APART, post(BODY), options);
		expect(verdict(apart, withHeader(request, "x-time", undefined))).to.include(
			"the header x-time is missing",
		);
		expect(
			verdict(apart, withHeader(request, "x-time", [`${SECONDS}`, "5"])),
		).to.include("more than once");
	});
});

// --- helpers ---

function mac(content: string): string {
	return createHmac("sha256", SECRET).update(content).digest("hex");
}

function withSignature(value: string | readonly string[]) {
	return withHeader(post(BODY), "x-signature", value);
}
