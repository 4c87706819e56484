import { createHash } from "node:crypto";
import { expect } from "chai";
import {
	createVonageJwtVerifier,
	signVonageJwt,
	type VonageJwtSettings,
} from "../../../src/gate/schemes/vonage-jwt/token.ts";
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
import { JWT } from "./signers.ts";
import { BODY, bearing, CLAIMS, HASH, tokenOf, withToken } from "./tokens.ts";

const SETTINGS: VonageJwtSettings = {
	...JWT,
	secrets: new Map([
		["abcd1234", [SECRET]],
		["efgh5678", [OTHER, `${OTHER} once`]],
	]),
};
const scheme = createVonageJwtVerifier(SETTINGS);

describe("vonage-jwt", () => {
	it("proves a signed body, with its claims and its mark", () => {
		expect(scheme.prove(bearing(CLAIMS), NOW)).to.deep.equal({
			claims: CLAIMS,
			mark: {
				key: `jwt ${markOf(SECRET)} abcd1234 ${NONCE}`,
				until: NOW + 300_000,
			},
		});
	});

	it("tells tokens without a text `jti` by their signature", () => {
		for (const jti of [undefined, "", 5, { toString: 1 }]) {
			const request = bearing({ ...CLAIMS, jti });
			const part = String(request.headers.authorization).split(".")[2];
			expect(scheme.prove(request, NOW).mark?.key).to.equal(
				`jwt ${markOf(SECRET)} abcd1234 ${part}`,
			);
		}
	});

	it("takes the header's scheme without regard to case, and spaces after it", () => {
		const token = tokenOf(CLAIMS);
		for (const start of ["bearer ", "BEARER   "]) {
			expect(verdict(scheme, withToken(start + token))).to.equal("proved");
		}
	});

	it("knows no secret but that of the token's account", () => {
		const claims = { ...CLAIMS, api_key: "efgh5678" };
		expect(verdict(scheme, bearing(claims, { secret: OTHER }))).to.equal(
			"proved",
		);
		expect(
			verdict(scheme, bearing(claims, { secret: `${OTHER} once` })),
		).to.equal("proved");
		expect(verdict(scheme, bearing(claims))).to.equal(
			"SIGNATURE_INVALID vonage-jwt says: the signature fits none of 2 secrets of api_key efgh5678",
		);
	});

	it("tries every secret of a list, whatever the account", () => {
		const open = createVonageJwtVerifier({
			...SETTINGS,
			secrets: [OTHER, SECRET],
		});
		expect(verdict(open, bearing({ ...CLAIMS, api_key: "x" }))).to.equal(
			"proved",
		);
		const { api_key: _, ...anonymous } = CLAIMS;
		expect(open.prove(bearing(anonymous), NOW).mark?.key).to.equal(
			`jwt ${markOf(OTHER)}  ${NONCE}`,
		);
	});

	it("needs no hash where there is no body, and takes no other than that of nothing", () => {
		const { payload_hash: _, ...bare } = CLAIMS;
		const query = get("from=1", bearing(bare).headers);
		expect(verdict(scheme, query)).to.equal("proved");
		const empty = createHash("sha256").digest("hex");
		const withEmpty = bearing({ ...bare, payload_hash: empty });
		expect(verdict(scheme, get("", withEmpty.headers))).to.equal("proved");
		expect(verdict(scheme, get("from=1", bearing(CLAIMS).headers))).to.include(
			"is that of a body, and the webhook has none",
		);
	});

	it("takes a hash that is null or empty for one that is missing", () => {
		const lax = createVonageJwtVerifier({
			...SETTINGS,
			payloadHash: "optional",
		});
		for (const hash of [null, ""]) {
			const { headers } = bearing({ ...CLAIMS, payload_hash: hash });
			expect(verdict(scheme, get("from=1", headers))).to.equal("proved");
			expect(verdict(scheme, post("", headers))).to.equal("proved");
			expect(verdict(scheme, post(BODY, headers))).to.equal(
				"SIGNATURE_INVALID vonage-jwt says: the token has no `payload_hash`, and the webhook has a body",
			);
			expect(verdict(lax, post(BODY, headers))).to.equal("proved");
		}
		for (const hash of [0, false, " ", [], {}]) {
			const { headers } = bearing({ ...CLAIMS, payload_hash: hash });
			expect(verdict(scheme, get("from=1", headers))).to.match(
				/^SIGNATURE_INVALID/,
			);
		}
	});

	it("takes a POST whose payload is its query where the token says that there is no body", () => {
		const lax = createVonageJwtVerifier({
			...SETTINGS,
			payloadHash: "optional",
		});
		const empty = createHash("sha256").digest("hex");
		const bare = (hash: unknown) => {
			const { headers } = bearing({ ...CLAIMS, payload_hash: hash });
			return { ...post("", headers), query: "from=1" };
		};
		expect(verdict(scheme, bare(empty))).to.equal("proved");
		expect(verdict(scheme, bare(CLAIMS.payload_hash))).to.include(
			"is that of a body, and the webhook has none",
		);
		for (const hash of [undefined, null, ""]) {
			expect(verdict(scheme, bare(hash))).to.equal(
				"SIGNATURE_INVALID vonage-jwt says: the token has no `payload_hash`, and the payload of a POST without a body is its query",
			);
			expect(verdict(lax, bare(hash))).to.equal("proved");
		}
	});

	it("refuses a GET with a body, whose query the token does not cover", () => {
		const request = { ...bearing(CLAIMS), method: "GET", query: "from=1" };
		expect(verdict(scheme, request)).to.include("a GET with a body");
	});

	it("takes a hash in capitals, and a missing one where it is optional", () => {
		const capitals = { ...CLAIMS, payload_hash: HASH.toUpperCase() };
		expect(verdict(scheme, bearing(capitals))).to.equal("proved");
		const lax = createVonageJwtVerifier({
			...SETTINGS,
			payloadHash: "optional",
		});
		const { payload_hash: _, ...bare } = CLAIMS;
		expect(verdict(lax, bearing(bare))).to.equal("proved");
		const wrong = { ...CLAIMS, payload_hash: HASH.replace(/^./, "z") };
		expect(verdict(lax, bearing(wrong))).to.include("not the hash of the body");
	});

	it("refuses one other white-space byte", () => {
		const request = bearing(CLAIMS);
		const raw = Buffer.from(BODY.replace("{ ", "{\t"));
		expect(verdict(scheme, { ...request, raw })).to.equal(
			"SIGNATURE_INVALID vonage-jwt says: `payload_hash` is not the hash of the body",
		);
	});

	it("takes no application but those that are named", () => {
		const narrow = createVonageJwtVerifier({
			...SETTINGS,
			applications: ["aaaa", "bbbb"],
		});
		const of = (id: unknown) => bearing({ ...CLAIMS, application_id: id });
		expect(verdict(narrow, of("bbbb"))).to.equal("proved");
		for (const id of ["cccc", undefined, ["bbbb"], null]) {
			expect(verdict(narrow, of(id))).to.include("`application_id` is");
		}
	});

	it("refuses settings without a secret", () => {
		for (const secrets of [[], [""], new Map(), new Map([["a", []]])]) {
			expect(() => createVonageJwtVerifier({ ...SETTINGS, secrets })).to.throw(
				RangeError,
			);
		}
	});
});

describe("signVonageJwt", () => {
	it("signs by the first account, or by one that is asked for", () => {
		const options = { now: NOW, nonce: NONCE };
		const signed = signVonageJwt(SETTINGS, post(BODY), options);
		expect(scheme.prove(signed, NOW).claims).to.deep.equal(CLAIMS);
		const other = signVonageJwt(SETTINGS, post(BODY), {
			...options,
			claims: { api_key: "efgh5678", application_id: "x" },
		});
		expect(scheme.prove(other, NOW).claims).to.include({
			api_key: "efgh5678",
			application_id: "x",
		});
	});

	it("names the hash of no bytes where a POST has no body", () => {
		const request = { ...post(""), query: "from=1" };
		const signed = signVonageJwt(SETTINGS, request, { now: NOW, nonce: NONCE });
		expect(verdict(scheme, signed)).to.equal("proved");
	});

	it("names no hash for a GET", () => {
		const signed = signVonageJwt(
			{ ...SETTINGS, secrets: [SECRET], applications: ["x"] },
			get("from=1"),
			{ now: NOW + 999, nonce: NONCE },
		);
		const open = createVonageJwtVerifier({ ...SETTINGS, secrets: [SECRET] });
		expect(open.prove(signed, NOW).claims).to.deep.equal({
			iat: SECONDS,
			jti: NONCE,
			iss: "Vonage",
			application_id: "x",
		});
	});
});
