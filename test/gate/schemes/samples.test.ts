import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import type { OutgoingRequest } from "../../../src/gate/schemes/scheme.ts";
import type { VonageSigSettings } from "../../../src/gate/schemes/vonage-sig/sig.ts";
import type { Verifier } from "../../../src/gate/signature.ts";
import { OTHER, verdict } from "./requests.ts";
import { createVerifier } from "./signers.ts";

/** A request with its signature, from the tests of the platform's SDKs and of those who receive from it. */
interface SigningSample {
	readonly name: string;
	readonly method: string;
	readonly query?: string;
	readonly rawBody?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signature: {
		readonly scheme: "vonage-jwt" | "vonage-sig";
		readonly method?: VonageSigSettings["method"];
		/** Null where nobody published it. */
		readonly secret: string | null;
		readonly issuer?: string;
		/** Seconds. */
		readonly clock: number;
	};
	/** Null where that cannot be known without the secret. */
	readonly valid: boolean | null;
}

/** Why each of those that are refused is refused. */
const REFUSALS: Readonly<Record<string, string>> = {
	"signing-jwt--symfony-invalid-authorization": "not of type Bearer",
	"signing-jwt--symfony-missing-payload-hash": "has no `payload_hash`",
	"signing-jwt--symfony-stale-iat-301s": "301 s behind",
	"signing-jwt--symfony-tampered-body": "not the hash of the body",
	"signing-jwt--vonage-sample-token-bad-secret": "the signature",
	"signing-sms--java-timestamp-missing": "`sig`",
	"signing-sms--java-timestamp-not-a-number": "`sig`",
	"signing-sms--python4-check-invalid": "`sig`",
	"signing-sms--rack-invalid": "`sig`",
	"sms-dlr--dotnet-post-json-signed": "`sig` does not fit",
	"sms-inbound--php-get-signed-md5-style": "`sig` does not fit",
};

describe("the platform's signed samples", () => {
	const samples = loadSigningSamples();

	it("are of both schemes, right and wrong", () => {
		expect(samples.length).to.equal(31);
		const valid = samples.filter((sample) => sample.valid);
		expect(valid.length).to.equal(20);
	});

	for (const sample of samples) {
		const { name, signature, valid } = sample;
		it(`${valid ? "proves" : "refuses"} ${name}`, () => {
			const said = verdict(
				schemeOf(sample),
				requestOf(sample),
				signature.clock * 1000,
			);
			if (valid) expect(said).to.equal("proved");
			else {
				expect(said).to.match(/^SIGNATURE_INVALID /);
				expect(said).to.include(REFUSALS[name] ?? "no reason is listed");
			}
		});

		if (!valid) continue;
		it(`refuses ${name} by another secret`, () => {
			const said = verdict(
				schemeOf(sample, OTHER),
				requestOf(sample),
				signature.clock * 1000,
			);
			expect(said).to.match(/^SIGNATURE_INVALID .* does not fit the secret/);
		});
	}

	const stale = samples.find(({ name }) => name.includes("stale"));
	for (const [offset, expected] of [
		[-301, "ahead of the clock"],
		[-300, "proved"],
		[0, "proved"],
		[300, "proved"],
		[301, "behind the clock"],
	] as const) {
		it(`takes a token within 300 s of the clock: ${offset} s`, () => {
			const sample = stale as SigningSample;
			const now = (1_516_239_022 + offset) * 1000;
			expect(verdict(schemeOf(sample), requestOf(sample), now)).to.include(
				expected,
			);
		});
	}
});

// --- helpers ---

function loadSigningSamples(): SigningSample[] {
	const folder = new URL("../../samples/signing/", import.meta.url);
	return readdirSync(folder).map(
		(file) =>
			JSON.parse(readFileSync(new URL(file, folder), "utf8")) as SigningSample,
	);
}

function schemeOf(
	{ query, signature }: SigningSample,
	secret?: string,
): Verifier {
	const secrets = [secret ?? signature.secret ?? OTHER];
	const toleranceMs = 300_000;
	if (signature.scheme === "vonage-jwt") {
		return createVerifier({
			scheme: "vonage-jwt",
			secrets,
			payloadHash: "required",
			issuers: signature.issuer === undefined ? undefined : [signature.issuer],
			applications: undefined,
			toleranceMs,
		});
	}
	return createVerifier({
		scheme: "vonage-sig",
		method: signature.method ?? "sha256",
		secrets,
		toleranceMs,
		// One sample is of a single parameter.
		timestamp: query?.startsWith("k=") ? "optional" : "required",
	});
}

function requestOf(sample: SigningSample): OutgoingRequest {
	const headers = Object.entries(sample.headers ?? {}).map(([name, value]) => [
		name.toLowerCase(),
		value,
	]);
	return {
		method: sample.method,
		path: "/",
		query: sample.query ?? "",
		headers: Object.fromEntries(headers) as Record<string, string>,
		raw: Buffer.from(sample.rawBody ?? ""),
	};
}
