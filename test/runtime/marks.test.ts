import { expect } from "chai";
import type { OutgoingRequest } from "../../src/gate/schemes/scheme.ts";
import type { Answer } from "../../src/runtime/request/answer.ts";
import { Repeats } from "../../src/runtime/request/repeats.ts";
import type { Settings } from "../gate/schemes/signers.ts";
import { createVerifier, signRequest } from "../gate/schemes/signers.ts";

const A = "9d3e41588c5e90b10f6b2c9a7d3e4158";
const B = "7e1d5c3b9a0f4286bd41c7e8f2a35960";
const NOW = 1_700_000_000_000;
const TIME = { toleranceMs: 300_000 };

const GET: OutgoingRequest = {
	method: "GET",
	path: "/x",
	query: "text=hello",
	headers: {},
	raw: Buffer.alloc(0),
};
const POST: OutgoingRequest = {
	method: "POST",
	path: "/x",
	query: "",
	headers: { "content-type": "application/json" },
	raw: Buffer.from("{}"),
};

/** Each scheme that has marks, by the secrets that it takes. */
const SCHEMES: Readonly<
	Record<
		string,
		{
			readonly request: OutgoingRequest;
			of(...secrets: readonly string[]): Settings;
		}
	>
> = {
	"vonage-sig": {
		request: GET,
		of: (...secrets) => ({
			scheme: "vonage-sig",
			method: "sha256",
			secrets,
			timestamp: "required",
			...TIME,
		}),
	},
	"vonage-jwt by account": {
		request: POST,
		of: (...secrets) => jwt(new Map([["acc1", secrets]])),
	},
	"vonage-jwt with a list, where the signer says who it is": {
		request: POST,
		of: (...secrets) => jwt(secrets),
	},
	"standard-webhooks": {
		request: POST,
		of: (...secrets) => ({
			scheme: "standard-webhooks",
			keys: secrets.map((secret) => Buffer.from(secret)),
			...TIME,
		}),
	},
	hmac: {
		request: POST,
		of: (...secrets) => ({
			scheme: "hmac",
			header: "x-sig",
			algorithm: "sha256",
			encoding: "hex",
			prefix: "",
			separator: undefined,
			timestamp: { header: "x-time" },
			content: "{timestamp}.{body}",
			secrets,
			...TIME,
		}),
	},
};

describe("a mark", () => {
	for (const [name, { request, of }] of Object.entries(SCHEMES)) {
		describe(`of ${name}`, () => {
			it("is used up by nobody who holds another secret", async () => {
				const repeats = new Repeats();
				const path = "/x";
				for (const secret of [A, B]) {
					expect(
						await outcome(repeats, of(secret), of(secret), request, path),
					).to.equal("handled");
				}
				expect(await outcome(repeats, of(B), of(B), request, path)).to.equal(
					"duplicate",
				);
			});

			it("is one, whichever secret of its signature fitted", async () => {
				const repeats = new Repeats();
				const path = "/x";
				const gate = of(A, B);
				expect(await outcome(repeats, of(A), gate, request, path)).to.equal(
					"handled",
				);
				expect(await outcome(repeats, of(B), gate, request, path)).to.equal(
					"duplicate",
				);
			});
		});
	}

	it("takes no more room for a nonce of 100 KB, and is told by all of it", async () => {
		const repeats = new Repeats();
		const place = { path: "/x", now: 0 };
		const nonce = "n".repeat(100_000);
		for (const [key, expected] of [
			[`${nonce}1`, "handled"],
			[`${nonce}2`, "handled"],
			[`${nonce}1`, "duplicate"],
		] as const) {
			const mark = { key, until: 10 };
			const { outcome } = await repeats.answer(
				mark,
				place,
				async () => HANDLED,
			);
			expect(outcome).to.equal(expected);
		}
	});
});

// --- helpers ---

function jwt(secrets: Extract<Settings, { scheme: "vonage-jwt" }>["secrets"]) {
	return {
		scheme: "vonage-jwt",
		secrets,
		payloadHash: "required",
		issuers: ["Vonage"],
		applications: undefined,
		...TIME,
	} as const;
}

const HANDLED: Answer = {
	reply: { status: 200, headers: {}, body: undefined },
	outcome: "handled",
	error: undefined,
	reports: [],
	route: undefined,
	event: undefined,
};

/** Signs by `signer`, proves by `gate`, and says what the memory of repeats makes of it. */
async function outcome(
	repeats: Repeats,
	signer: Settings,
	gate: Settings,
	request: OutgoingRequest,
	path: string,
): Promise<string> {
	const options = { now: NOW, nonce: "42", claims: { api_key: "acc1" } };
	const signed = signRequest(signer, request, options);
	const { mark } = createVerifier(gate).prove(signed, NOW);
	if (mark === undefined) return "not marked";
	const answer = await repeats.answer(
		mark,
		{ path, now: NOW },
		async () => HANDLED,
	);
	return answer.outcome;
}
