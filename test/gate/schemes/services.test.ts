import { expect } from "chai";
import type { Report } from "../../../src/finding/report.ts";
import type { Site } from "../../../src/finding/site.ts";
import { SCHEMES } from "../../../src/gate/schemes/index.ts";
import type {
	ConfiguredScheme,
	OutgoingRequest,
	SchemeSettings,
} from "../../../src/gate/schemes/scheme.ts";
import { get, NONCE, NOW, post, verdict, withHeader } from "./requests.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

const QUIET = { warn() {}, error() {}, note() {} } as unknown as Report;

/** Reads settings as routes.yaml has them. */
function configure(written: SchemeSettings & object): ConfiguredScheme {
	const scheme = SCHEMES.get(written.scheme);
	const site = { in: () => site, at: () => ({}), isFromOutside: () => true };
	const settings = scheme?.read(written, site as unknown as Site, QUIET);
	if (scheme === undefined || settings === undefined)
		throw new Error("the settings are wrong");
	return scheme.configure(settings);
}

/**
 * Requests with their signatures. Those of GitHub, Slack and Twilio are the examples of their own documentation; the others were
 * made with `openssl dgst` by the steps that are documented, since these services publish none.
 */
const VECTORS: readonly {
	readonly written: SchemeSettings & object;
	readonly request: OutgoingRequest;
	/** Seconds. Default: now. */
	readonly at?: number;
}[] = [
	{
		written: {
			scheme: "github",
			secret: "It's a Secret to Everybody",
		} as never,
		request: post("Hello, World!", {
			"x-hub-signature-256":
				"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
		}),
	},
	{
		written: {
			scheme: "slack",
			secret: "8f742231b10e8888abcd99yyyzzz85a5",
		} as never,
		at: 1531420618,
		request: post(
			"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
			{
				...FORM,
				"x-slack-request-timestamp": "1531420618",
				"x-slack-signature":
					"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
			},
		),
	},
	{
		written: {
			scheme: "twilio",
			secret: "12345",
			url: "https://mycompany.com/myapp.php",
		} as never,
		request: {
			...post(
				"Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE",
				{ ...FORM, "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
			),
			query: "foo=1&bar=2",
		},
	},
	{
		written: {
			scheme: "stripe",
			secret: "whsec_test_secret_of_the_docs_0001",
		} as never,
		request: post('{"id":"evt_1"}', {
			"stripe-signature":
				"t=1700000000,v1=a0dccbf246b5c2f39e63d63d8d66f146b81013a6551ac680c1ddf1bda17cd7f6,v0=00",
		}),
	},
	{
		written: {
			scheme: "shopify",
			secret: "client-secret-of-the-app-0001",
		} as never,
		request: post('{"id":"evt_1"}', {
			"x-shopify-hmac-sha256": "EHjtj6CumJRuUkv/MQAwsYO57w0iDhiOTm96u6lmFKA=",
		}),
	},
	{
		written: {
			scheme: "meta",
			secret: "app-secret-of-the-app-000001",
		} as never,
		request: post('{"object":"page"}', {
			"x-hub-signature-256":
				"sha256=1a40299f8e4af425b7c546528f83922df3e01078ad29b84fe44dbed2590d2be1",
		}),
	},
];

describe("the schemes of single services", () => {
	for (const { written, request, at = NOW / 1000 } of VECTORS) {
		const { scheme } = written;

		it(`take a signed webhook of ${scheme}, and refuse it changed or unsigned`, () => {
			const verifier = configure(written).createVerifier();
			expect(verifier.name).to.equal(scheme);
			expect(verdict(verifier, request, at * 1000)).to.equal("proved");
			const changed = { ...request, raw: Buffer.from(`${request.raw}x`) };
			expect(verdict(verifier, changed, at * 1000)).to.match(
				new RegExp(`^SIGNATURE_INVALID ${scheme} says: `),
			);
			const bare = { ...request, headers: FORM };
			expect(verdict(verifier, bare, at * 1000)).to.match(
				new RegExp(`^SIGNATURE_MISSING ${scheme} says: `),
			);
		});

		it(`sign for ${scheme} what they take`, () => {
			const configured = configure(written);
			const verifier = configured.createVerifier();
			const options = { now: NOW, nonce: NONCE };
			for (const plain of [
				post('{"a":1}'),
				{ ...post("a=1&b=2", FORM), query: "c=3" },
			]) {
				const signed = configured.sign(plain, options);
				expect(verdict(verifier, signed)).to.equal("proved");
			}
		});
	}

	it("refuse an old webhook where the service signs the time", () => {
		for (const { written, request, at = NOW / 1000 } of VECTORS) {
			const configured = configure(written);
			const later = verdict(
				configured.createVerifier(),
				request,
				(at + 301) * 1000,
			);
			expect(configured.provesTime).to.equal(
				/stripe|slack/.test(written.scheme),
			);
			expect(later, written.scheme).to.match(
				configured.provesTime ? /301 s behind the clock/ : /^proved$/,
			);
		}
	});

	describe("of Twilio", () => {
		const written = {
			scheme: "twilio",
			secret: ["the new token of it", "12345"],
			url: "https://mycompany.com/myapp.php",
		} as never;
		const { request } = VECTORS.find(
			({ written: { scheme } }) => scheme === "twilio",
		) as (typeof VECTORS)[number];

		it("covers the query, and takes any of several secrets", () => {
			const verifier = configure(written).createVerifier();
			expect(verdict(verifier, request)).to.equal("proved");
			const other = { ...request, query: "foo=1&bar=3" };
			expect(verdict(verifier, other)).to.match(/fits none of 2 secrets/);
		});

		it("covers a body of JSON by its hash in the query", () => {
			const configured = configure(written);
			const verifier = configured.createVerifier();
			const signed = configured.sign(post('{"a":1}'), {
				now: NOW,
				nonce: NONCE,
			});
			expect(signed.query).to.match(/^bodySHA256=[0-9a-f]{64}$/);
			expect(verdict(verifier, signed)).to.equal("proved");
			const changed = { ...signed, raw: Buffer.from('{"a":2}') };
			expect(verdict(verifier, changed)).to.match(/not that of the body/);
		});

		it("covers a GET, whose payload is its query", () => {
			const configured = configure(written);
			const signed = configured.sign(get("a=1"), { now: NOW, nonce: NONCE });
			const verifier = configured.createVerifier();
			expect(verdict(verifier, signed)).to.equal("proved");
			expect(verdict(verifier, { ...signed, query: "a=2" })).to.match(
				/does not fit|fits none/,
			);
		});

		it("sorts the fields by their names, and joins the values of one", () => {
			const configured = configure(written);
			const signed = configured.sign(post("b=2&a=1&b=1&b=2", FORM), {
				now: NOW,
				nonce: NONCE,
			});
			const sorted = { ...signed, raw: Buffer.from("a=1&b=1&b=2") };
			expect(verdict(configured.createVerifier(), sorted)).to.equal("proved");
		});
	});

	describe("of Meta", () => {
		const secret = "app-secret-of-the-app-000001";
		const withToken = {
			...{ scheme: "meta", secret, token: "a verify token of it" },
		} as never;
		const challenge = (token: string, mode = "subscribe") =>
			get(
				`hub.mode=${mode}&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(token)}`,
			);

		it("takes the GET with its verify token, and no other", () => {
			const verifier = configure(withToken).createVerifier();
			expect(verdict(verifier, challenge("a verify token of it"))).to.equal(
				"proved",
			);
			expect(verdict(verifier, challenge("another"))).to.match(
				/^SIGNATURE_INVALID .*hub\.verify_token is another$/,
			);
			expect(
				verdict(verifier, challenge("a verify token of it", "unsubscribe")),
			).to.match(/^SIGNATURE_INVALID/);
			expect(verdict(verifier, get("a=1"))).to.match(/^SIGNATURE_MISSING/);
		});

		it("refuses the GET where no token is configured", () => {
			const configured = configure({ scheme: "meta", secret } as never);
			expect(configured.covers("GET")).to.equal(false);
			expect(verdict(configured.createVerifier(), challenge(""))).to.match(
				/no `token` is configured/,
			);
		});

		it("does not take the token for the signature of a POST", () => {
			const verifier = configure(withToken).createVerifier();
			const { query } = challenge("a verify token of it");
			const unsigned = { ...post('{"object":"page"}'), query };
			expect(verdict(verifier, unsigned)).to.match(/^SIGNATURE_MISSING/);
			const forged = withHeader(unsigned, "x-hub-signature-256", "sha256=00");
			expect(verdict(verifier, forged)).to.match(/^SIGNATURE_INVALID/);
		});
	});
});
