// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import type { ConfiguredScheme } from "../../src/gate/schemes/scheme.ts";
import {
	STANDARD_WEBHOOKS,
	type StandardWebhooksSettings,
} from "../../src/gate/schemes/standard-webhooks.ts";
import type { VonageJwtSettings } from "../../src/gate/schemes/vonage-jwt/token.ts";
import { CASES, checkText, listCases, runCase } from "./case.ts";

const ENV = {
	VOICE: "voice-3fb6a4d1e07c9258",
	OLD: "voice-b2d94c7a1f5e8036",
	SMS: "sms-91c5e8b7d2a4f603",
};

const HEAD = `version: 1
signatures:
  voice: { scheme: vonage-jwt, secret: "\${VOICE}" }
  again: { scheme: vonage-jwt, secret: ["\${VOICE}"], issuer: Vonage, tolerance: 5m }
  sms: { scheme: vonage-sig, method: sha256, secret: "\${SMS}" }
defaults: { firewall: [vonage], signature: [voice, sms] }
routes:
`;

/** The signatures of routes with these `signature` keys; an empty text inherits. */
async function signaturesOf(...written: readonly string[]) {
	const routes = written.map(
		(text, index) =>
			`  - { name: r${index}, path: /r${index}, schema: x.json, handler: { plugin: log }${text === "" ? "" : `, signature: ${text}`} }\n`,
	);
	const { settings, lines } = await checkText(HEAD + routes.join(""), ENV);
	expect(lines.filter((line) => line.includes(" error: "))).to.deep.equal([]);
	return (settings?.routes ?? []).map(({ signature }) => signature);
}

describe("createSignatures", () => {
	it("gives routes that inherit one list", async () => {
		const [first, second] = await signaturesOf("", "");
		expect(first).to.have.length(2);
		expect(first).to.equal(second);
	});

	it("gives one object for one meaning, by name and written out", async () => {
		const [byName, again, list, inline, pair] = await signaturesOf(
			"voice",
			"again",
			"[voice]",
			'{ secret: "${VOICE}", scheme: vonage-jwt }',
			"[sms, voice]",
		);
		expect(again).to.equal(byName);
		expect(list).to.equal(byName);
		expect(inline).to.equal(byName);
		expect(pair?.[1]).to.equal(byName?.[0]);
	});

	it("takes the order of secrets for nothing, and every option for something", async () => {
		const [first, other, later] = await signaturesOf(
			'{ scheme: vonage-jwt, secret: ["${VOICE}", "${OLD}"] }',
			'{ scheme: vonage-jwt, secret: ["${OLD}", "${VOICE}"] }',
			'{ scheme: vonage-jwt, secret: ["${OLD}", "${VOICE}"], payloadHash: optional }',
		);
		expect(other).to.equal(first);
		expect(later).to.not.equal(first);
	});

	it("keeps the order in which a list is written", async () => {
		const schemes = (await signaturesOf("", "[sms, voice]")).map((list) =>
			list.map(({ scheme }) => scheme.name),
		);
		expect(schemes).to.deep.equal([
			["vonage-jwt", "vonage-sig"],
			["vonage-sig", "vonage-jwt"],
		]);
	});

	it("tells secrets by API key from secrets whatever the key", async () => {
		const [byKey, any] = await signaturesOf(
			'{ scheme: vonage-jwt, secrets: { abcd1234: "${VOICE}" } }',
			"voice",
		);
		const [voice] = byKey ?? [];
		const { secrets } = (voice as ConfiguredScheme)
			.settings as VonageJwtSettings;
		expect(secrets).to.deep.equal(new Map([["abcd1234", [ENV.VOICE]]]));
		expect(any).to.not.equal(byKey);
	});

	it("decodes the keys of Standard Webhooks, with and without prefix and padding", async () => {
		const key = Buffer.from("a key of Standard Webhooks, 32 b");
		const base64 = key.toString("base64");
		const lists = await signaturesOf(
			...[base64, `whsec_${base64}`, base64.replace(/=+$/, "")].map(
				(text) => `{ scheme: standard-webhooks, secret: "${text}" }`,
			),
		);
		for (const [configured] of lists) {
			expect(configured?.scheme).to.equal(STANDARD_WEBHOOKS);
			const settings = configured?.settings as StandardWebhooksSettings;
			expect(settings.keys).to.deep.equal([Uint8Array.from(key)]);
		}
	});

	it("refuses base64 of a length that it never has, and the alphabet of URLs", async () => {
		for (const text of ["whsec_", "whsec_abcde", "whsec_ab-_", "whsec_ab="]) {
			const { lines } = await checkText(
				`version: 1\ndefaults: { firewall: [vonage], signature: { scheme: standard-webhooks, secret: "${text}" } }\n`,
			);
			expect(lines.join("\n"), text).to.contain(
				"the secret is not valid base64",
			);
		}
	});

	it("checks 10,000 routes of one signature in the time of their routes", async () => {
		const lists = await signaturesOf(
			...Array.from({ length: 10_000 }, () => ""),
		);
		expect(new Set(lists).size).to.equal(1);
	});
});

describe("a weak secret", () => {
	const warningsOf = async (secret: string): Promise<string> => {
		const { lines } = await checkText(
			'version: 1\ndefaults: { firewall: [vonage], signature: { scheme: vonage-jwt, secret: "${S}" } }\n',
			{ S: secret },
		);
		return lines.join("\n");
	};

	it("is one of the words that stand where a secret should", async () => {
		const words = [
			"changeme",
			"Your-Signature-Secret",
			"password1234",
			"test-secret-test-secret",
			"xxxxxxxxxxxxxxxxxxxx",
			"--------------------",
		];
		for (const secret of words)
			expect(await warningsOf(secret), secret).to.contain("easy to guess");
		for (const secret of ["k3v9xq7w2m5p8z4t", "secret-k3v9xq7w2m5p8z4t"])
			expect(await warningsOf(secret), secret).to.not.contain("easy to guess");
	});

	it("is short", async () => {
		expect(await warningsOf("k3v9xq7w2m5p8z4")).to.contain("fewer than 16");
		expect(await warningsOf("k3v9xq7w2m5p8z4t")).to.not.contain("the secret");
	});

	it("is found in little time, however long a text of such words is", async () => {
		const warning = await warningsOf(`${"password".repeat(5000)}!z`);
		expect(warning).to.not.contain("easy to guess");
	});
});

describe("the findings of a configuration with secrets", () => {
	for (const name of listCases().filter((name) =>
		/signature|match/.test(name),
	)) {
		it(`never hold one: ${name}`, async () => {
			const folder = join(CASES, name);
			const { text } = await runCase(folder);
			for (const secret of secretsOf(folder)) {
				expect(text, secret).to.not.contain(secret);
			}
		});
	}

	it("never hold one that is mistaken for something else", async () => {
		const secret = "k3v9xq7w2m5p8z4t";
		for (const written of [
			`{ scheme: vonage-jwt, secret: { ${secret}: 1 } }`,
			`{ scheme: vonage-jwt, secrets: ${secret} }`,
			`{ scheme: vonage-jwt, secrets: { "${secret}+/=": abcd1234 } }`,
			`{ scheme: vonage-jwt, secret: [[${secret}]] }`,
			`{ scheme: vonage-jwt, secrets: { abcd1234: { old: ${secret} } } }`,
			`{ scheme: standard-webhooks, secret: "${secret}!" }`,
			`{ scheme: basic, username: a, password: "${secret}" }`,
		]) {
			const { lines } = await checkText(
				`version: 1\ndefaults: { firewall: [vonage], signature: ${written} }\nroutes:\n  - { name: a, path: /a, schema: x.json, handler: { plugin: log } }\n`,
			);
			expect(lines.length, written).to.be.greaterThan(0);
			expect(lines.join("\n"), written).to.not.contain(secret);
		}
	});
});

// --- helpers ---

/** Every text below a key for secrets, and every variable that is long enough to be told from a word. */
function secretsOf(folder: string): string[] {
	const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
	const written = files.flatMap((name) =>
		textsOf(parse(readFileSync(join(folder, name), "utf8"), { merge: false })),
	);
	const env = join(folder, "env.json");
	const variables: string[] = existsSync(env)
		? Object.values(JSON.parse(readFileSync(env, "utf8")))
		: [];
	return [...written, ...variables].filter(
		(text) => text.trim().length > 4 && !text.includes("${"),
	);
}

function textsOf(value: unknown, isSecret = false): string[] {
	if (typeof value !== "object" || value === null) {
		return isSecret && value !== null ? [String(value)] : [];
	}
	return Object.entries(value).flatMap(([key, item]) =>
		textsOf(item, isSecret || /^(?:secrets?|password)$/.test(key)),
	);
}
