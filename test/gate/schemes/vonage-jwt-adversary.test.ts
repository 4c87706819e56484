import { expect } from "chai";
import { SECRET, verdict } from "./requests.ts";
import { createVerifier, JWT } from "./signers.ts";
import { CLAIMS, signToken, tokenOf, withToken } from "./tokens.ts";

const scheme = createVerifier(JWT);

describe("vonage-jwt against an adversary", () => {
	const good = tokenOf(CLAIMS);
	const [head = "", body = "", mac = ""] = good.split(".");

	it("takes what the others are changed from", () => {
		expect(said(`Bearer ${good}`)).to.equal("proved");
	});

	it("says that there is nothing only where there is no header", () => {
		expect(said(undefined)).to.equal(
			"SIGNATURE_MISSING vonage-jwt says: there is no Authorization header",
		);
		expect(said("")).to.match(/^SIGNATURE_INVALID /);
	});

	for (const alg of [
		"none",
		"None",
		"nOnE",
		"NONE",
		"",
		"hs256",
		"HS384",
		"HS512",
		"RS256",
		"ES256",
		"PS256",
		undefined,
		null,
		256,
		["HS256"],
		{ toString: 0 },
	]) {
		it(`refuses a token of \`alg\` ${JSON.stringify(alg)}, signed by the secret or not at all`, () => {
			for (const digest of ["sha256", "sha512"]) {
				const token = signToken({ alg, typ: "JWT" }, CLAIMS, { digest });
				expect(said(`Bearer ${token}`)).to.match(/^SIGNATURE_INVALID .*`alg`/);
			}
			const bare = signToken({ alg }, CLAIMS).replace(/\.[^.]*$/, ".");
			expect(said(`Bearer ${bare}`)).to.match(/^SIGNATURE_INVALID /);
		});
	}

	it("refuses HS256 over SHA-512", () => {
		const token = signToken({ alg: "HS256" }, CLAIMS, { digest: "sha512" });
		expect(said(`Bearer ${token}`)).to.include("does not fit the secret");
	});

	it("refuses a token that asks for extensions", () => {
		for (const crit of [["b64"], [], null]) {
			const token = signToken({ alg: "HS256", crit }, CLAIMS);
			expect(said(`Bearer ${token}`)).to.include("`crit`");
		}
	});

	const broken: Readonly<Record<string, string>> = {
		"another scheme": `Basic ${good}`,
		"no token": "Bearer",
		"a space for a token": "Bearer ",
		"no space": `Bearer${good}`,
		"a tab for the space": `Bearer\t${good}`,
		"something before it": `x Bearer ${good}`,
		"a blank after it": `Bearer ${good} `,
		"a cut signature": `Bearer ${good.slice(0, -1)}`,
		"a cut token": `Bearer ${good.slice(0, good.length >> 1)}`,
		"no signature": `Bearer ${head}.${body}`,
		"an empty signature": `Bearer ${head}.${body}.`,
		"no header": `Bearer .${body}.${mac}`,
		"no claims": `Bearer ${head}..${mac}`,
		"a dot at the end": `Bearer ${good}.`,
		"five parts": `Bearer ${good}.${mac}.${mac}`,
		padding: `Bearer ${good}=`,
		"base64 that is not for URLs": `Bearer ${head}.${body}.+${mac.slice(1)}`,
		"parts that are swapped": `Bearer ${body}.${head}.${mac}`,
		quotes: `Bearer "${good}"`,
		"a line break": `Bearer ${good}\n`,
		"two headers joined": `Bearer ${good}, Bearer ${good}`,
		"two tokens": `Bearer ${good} ${good}`,
	};
	for (const [name, header] of Object.entries(broken)) {
		it(`refuses ${name}`, () => {
			expect(said(header)).to.match(/^SIGNATURE_INVALID vonage-jwt says: /);
		});
	}

	it("refuses several headers, even of one token", () => {
		expect(said([`Bearer ${good}`, `Bearer ${good}`])).to.equal(
			"SIGNATURE_INVALID vonage-jwt says: there are several Authorization headers",
		);
		expect(said([`Bearer ${good}`])).to.match(/^SIGNATURE_INVALID /);
		expect(said(`Bearer ${good}, Bearer ${good}`)).to.include(
			"joined into one",
		);
	});

	it("refuses a token of more than 8 KiB before it looks into it", () => {
		const large = signToken(
			{ alg: "HS256" },
			{ ...CLAIMS, x: "x".repeat(9000) },
		);
		expect(said(`Bearer ${large}`)).to.match(
			/the token has \d+ characters, 8192/,
		);
		const small = signToken(
			{ alg: "HS256" },
			{ ...CLAIMS, x: "x".repeat(5000) },
		);
		expect(said(`Bearer ${small}`)).to.equal("proved");
	});

	it("refuses the same 32 bytes in another spelling", () => {
		const alphabet =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
		const last = alphabet.indexOf(mac.at(-1) as string);
		for (const spare of [1, 2, 3]) {
			const twin = mac.slice(0, -1) + alphabet[last ^ spare];
			expect(Buffer.from(twin, "base64url")).to.deep.equal(
				Buffer.from(mac, "base64url"),
			);
			expect(said(`Bearer ${head}.${body}.${twin}`)).to.include(
				"does not fit the secret",
			);
		}
	});

	it("never shows a secret, the token or what it expected", () => {
		const expected = CLAIMS.payload_hash;
		for (const header of [
			...Object.values(broken),
			`Bearer ${signToken({ alg: "HS256" }, { ...CLAIMS, payload_hash: "0".repeat(64) })}`,
		]) {
			const message = said(header);
			for (const hidden of [SECRET, expected, head, body, mac]) {
				expect(message).to.not.include(hidden);
			}
		}
	});
});

// --- helpers ---

function said(authorization: string | readonly string[] | undefined): string {
	return verdict(scheme, withToken(authorization));
}
