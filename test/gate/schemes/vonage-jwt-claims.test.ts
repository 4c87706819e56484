import { expect } from "chai";
import { OTHER, SECONDS, verdict } from "./requests.ts";
import { createVerifier, JWT } from "./signers.ts";
import {
	bearing,
	CLAIMS,
	macOf,
	signToken,
	tokenOf,
	withToken,
} from "./tokens.ts";

const scheme = createVerifier(JWT);

describe("the claims of vonage-jwt", () => {
	const [head] = tokenOf(CLAIMS).split(".");

	for (const claims of ["[]", '"text"', "5", "null", "{", "", "\u0000"]) {
		it(`refuses claims of ${JSON.stringify(claims)}`, () => {
			const content = `${head}.${Buffer.from(claims).toString("base64url")}`;
			expect(said(`Bearer ${content}.${macOf(content)}`)).to.match(
				/^SIGNATURE_INVALID /,
			);
		});
	}

	for (const key of [
		5,
		{},
		[],
		null,
		true,
		undefined,
		"",
		"ABCD1234",
		"abcd1234 ",
		"__proto__",
		"constructor",
		"toString",
	]) {
		it(`finds no secret for an \`api_key\` of ${JSON.stringify(key)}`, () => {
			const said = verdict(scheme, bearing({ ...CLAIMS, api_key: key }));
			expect(said).to.match(/^SIGNATURE_INVALID .*api_key/);
		});
	}

	it("finds no claim in a prototype", () => {
		const { api_key: apiKey, ...bare } = CLAIMS;
		const start = `{"__proto__":{"api_key":"${apiKey}"},`;
		const text = JSON.stringify(bare).replace("{", start);
		const content = `${head}.${Buffer.from(text).toString("base64url")}`;
		expect(said(`Bearer ${content}.${macOf(content)}`)).to.include(
			"names no `api_key`",
		);
	});

	const times: readonly unknown[] = [
		undefined,
		null,
		`${SECONDS}`,
		"now",
		[SECONDS],
		{},
		true,
		-1,
		0,
		-SECONDS,
		SECONDS * 1000,
		SECONDS + 301,
		SECONDS - 301,
		SECONDS + 300.1,
		1e300,
	];
	for (const iat of times) {
		it(`refuses an \`iat\` of ${JSON.stringify(iat)}`, () => {
			expect(verdict(scheme, bearing({ ...CLAIMS, iat }))).to.match(
				/^SIGNATURE_INVALID vonage-jwt says: `iat` is /,
			);
		});
	}

	it("refuses times that are no finite numbers", () => {
		const { iat, ...bare } = CLAIMS;
		for (const start of [
			'{"iat":1e999,',
			'{"iat":-1e999,',
			'{"iat":NaN,',
			`{"iat":${iat},"exp":1e999,`,
			`{"iat":${iat},"nbf":-1e999,`,
		]) {
			const text = JSON.stringify(bare).replace("{", start);
			const content = `${head}.${Buffer.from(text).toString("base64url")}`;
			expect(said(`Bearer ${content}.${macOf(content)}`)).to.match(
				/^SIGNATURE_INVALID /,
			);
		}
	});

	it("says how far `iat` is off", () => {
		expect(
			verdict(scheme, bearing({ ...CLAIMS, iat: SECONDS - 412 })),
		).to.equal(
			"SIGNATURE_INVALID vonage-jwt says: `iat` is 412 s behind the clock, 300 s are tolerated",
		);
	});

	it("takes `iat` at both edges", () => {
		for (const iat of [SECONDS - 300, SECONDS + 300]) {
			expect(verdict(scheme, bearing({ ...CLAIMS, iat }))).to.equal("proved");
		}
	});

	it("takes no issuer but those that are named", () => {
		for (const iss of ["vonage", "Nexmo", "", undefined, null, 5, ["Vonage"]]) {
			expect(verdict(scheme, bearing({ ...CLAIMS, iss }))).to.match(
				/^SIGNATURE_INVALID vonage-jwt says: `iss` is .*not among those accepted$/,
			);
		}
	});

	it("honours `exp` and `nbf`", () => {
		const of = (more: object) =>
			verdict(scheme, bearing({ ...CLAIMS, ...more }));
		expect(of({ exp: SECONDS + 1, nbf: SECONDS })).to.equal("proved");
		expect(of({ exp: SECONDS })).to.include("`exp` was 0 s ago");
		expect(of({ exp: SECONDS - 60 })).to.include("`exp` was 60 s ago");
		expect(of({ nbf: SECONDS + 1 })).to.include("`nbf` is in 1 s");
		for (const odd of ["9999999999", null, {}]) {
			expect(of({ exp: odd })).to.include("`exp` is");
			expect(of({ nbf: odd })).to.include("`nbf` is");
		}
	});

	it("looks at no claim before the signature", () => {
		const forged = signToken(
			{ alg: "HS256" },
			{ ...CLAIMS, iat: 0, iss: "x" },
			{ secret: OTHER },
		);
		expect(said(`Bearer ${forged}`)).to.include("the signature does not fit");
	});

	it("shows claims cut and without control characters", () => {
		const iss = `\u0000\r\nlevel=info\u202e${"é".repeat(200)}`;
		const message = verdict(scheme, bearing({ ...CLAIMS, iss }));
		expect(message).to.match(/^[\x20-\x7e…]+$/);
		expect(message.length).to.be.lessThan(160);
		const key = verdict(
			scheme,
			bearing({ ...CLAIMS, api_key: `a\n${"b".repeat(999)}` }),
		);
		expect(key).to.match(/^[\x20-\x7e…]+$/);
	});

	it("takes claims of any script", () => {
		expect(
			verdict(scheme, bearing({ ...CLAIMS, note: "\u0000 日本語 🙂 \ud800" })),
		).to.equal("proved");
	});
});

// --- helpers ---

function said(authorization: string | readonly string[] | undefined): string {
	return verdict(scheme, withToken(authorization));
}
