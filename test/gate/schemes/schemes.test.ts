import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { HookError } from "../../../src/errors.ts";
import { type ConfigFile, Site } from "../../../src/finding/site.ts";
import { SCHEMES } from "../../../src/gate/schemes/index.ts";
import { compileSignature, NONE } from "../../../src/gate/schemes/none.ts";
import { UNSIGNED } from "../../../src/gate/signature.ts";
import { NONCE, NOW, OTHER, post, SECRET, verdict } from "./requests.ts";
import {
	configure,
	createVerifier,
	type Settings,
	signRequest,
} from "./signers.ts";

const BASIC = { scheme: "basic", username: "u", passwords: [SECRET] } as const;
const ALL: readonly Settings[] = [
	BASIC,
	{
		scheme: "vonage-sig",
		method: "sha512",
		secrets: [SECRET],
		toleranceMs: 1000,
		timestamp: "required",
	},
	{
		scheme: "vonage-jwt",
		secrets: [SECRET],
		payloadHash: "required",
		issuers: ["Vonage"],
		applications: undefined,
		toleranceMs: 1000,
	},
	{
		scheme: "hmac",
		header: "x-sig",
		algorithm: "sha1",
		encoding: "base64",
		prefix: "sha1=",
		separator: undefined,
		timestamp: undefined,
		content: "{body}",
		secrets: [SECRET],
		toleranceMs: 1000,
	},
	{
		scheme: "standard-webhooks",
		keys: [Buffer.from(SECRET)],
		toleranceMs: 1000,
	},
];
const options = { now: NOW, nonce: NONCE };

describe("a scheme and its settings", () => {
	for (const settings of ALL) {
		it(`speak ${settings.scheme} with each other, and with no other`, () => {
			const request = signRequest(settings, post('{"a":1}'), options);
			for (const other of ALL) {
				const scheme = createVerifier(other);
				expect(scheme.name).to.equal(other.scheme);
				expect(verdict(scheme, request), other.scheme).to.match(
					other === settings ? /^proved$/ : /^SIGNATURE_/,
				);
			}
		});
	}

	it("leave a request as it is for `none`", () => {
		const request = post("{}");
		expect(NONE.sign(request, options)).to.equal(request);
	});
});

describe("compileSignature", () => {
	it("asks for nothing where `none` stands alone", () => {
		expect(compileSignature([NONE])).to.equal(UNSIGNED);
	});

	it("refuses `none` beside others, and nothing at all", () => {
		expect(() => compileSignature([NONE, configure(BASIC)])).to.throw(
			RangeError,
		);
		expect(() => compileSignature([])).to.throw(RangeError);
	});

	it("takes any one of several schemes", () => {
		const signature = compileSignature(ALL.map(configure));
		expect(signature.scheme).to.equal(
			"basic or vonage-sig or vonage-jwt or hmac or standard-webhooks",
		);
		for (const settings of ALL) {
			const request = signRequest(settings, post('{"a":1}'), options);
			expect(signature.verify(request, NOW).raw).to.equal(request.raw);
		}
	});

	it("says what each scheme says, MISSING only where all do", () => {
		const signature = compileSignature(ALL.slice(0, 2).map(configure));
		const wrong = signRequest(
			{ ...BASIC, passwords: [OTHER] },
			post("{}"),
			options,
		);
		expect(refusalOf(() => signature.verify(post("{}"), NOW))).to.equal(
			"SIGNATURE_MISSING basic says: there is no Authorization header; vonage-sig says: there is no `sig`",
		);
		expect(refusalOf(() => signature.verify(wrong, NOW))).to.equal(
			"SIGNATURE_INVALID basic says: the password does not fit the secret; vonage-sig says: there is no `sig`",
		);
	});
});

describe("the table of schemes", () => {
	const src = new URL("../../../src/", import.meta.url);

	it("alone knows the schemes: no other file decides by the name of one", () => {
		const named = new RegExp(`"(?:${SCHEMES.names.join("|")})"`);
		const users = readdirSync(src, { recursive: true, encoding: "utf8" })
			.filter((file) => file.endsWith(".ts"))
			.filter((file) => !/^(?:gate\/schemes|generated)\//.test(file))
			// The platform has settings of its own for the schemes by which it signs.
			.filter((file) => !file.startsWith("platform/"))
			.filter((file) => named.test(codeOf(new URL(file, src))));
		expect(users).to.deep.equal([]);
	});

	it("has every secret under a key whose value no message shows", () => {
		const file = { secret: new Set<string>() } as unknown as ConfigFile;
		const secrets = Object.values(SCHEMES.definitions)
			.flatMap(({ properties = {} }) => Object.entries(properties as object))
			.filter(([, part]) => JSON.stringify(part).includes("#/$defs/secret"))
			.map(([key]) => key);
		expect(secrets).to.include.members(["secret", "secrets", "password"]);
		for (const key of secrets) {
			expect(new Site(file, [key]).isSecret(), key).to.equal(true);
		}
	});

	it("lists each header that a signed request has as secret or as plain", () => {
		for (const settings of ALL) {
			const { scheme, ...configured } = configure(settings);
			const before = post('{"a":1}');
			const { headers } = configured.sign(before, options);
			const added = Object.keys(headers).filter(
				(name) => !(name in before.headers),
			);
			expect([
				...scheme.secretHeaders,
				...configured.secretHeaders,
				...configured.plainHeaders,
			]).to.have.members(added);
		}
	});
});

// --- helpers ---

/** The text of a file without its doc comments. */
function codeOf(file: URL): string {
	return readFileSync(file, "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
}

function refusalOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (error instanceof HookError) return `${error.code} ${error.message}`;
		throw error;
	}
	return "nothing";
}
