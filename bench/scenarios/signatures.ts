import { randomUUID } from "node:crypto";
import type { Request } from "autocannon";
import { SCHEMES } from "../../src/gate/schemes/index.ts";
import type { VonageJwtSettings } from "../../src/gate/schemes/vonage-jwt/token.ts";
import type { VonageSigSettings } from "../../src/gate/schemes/vonage-sig/sig.ts";
import { configFile } from "../configs.ts";
import { probe } from "../probe.ts";
import { type Contender, type Results, race } from "../race.ts";
import { type Scenario, startRouter } from "../scenario.ts";
import { atMost, formatSpread, type Spread, spreadOf } from "../table.ts";

/** What it costs to prove a webhook's origin: the check alone, and a route with it beside one without. */
export const SIGNATURES: Scenario = {
	title: "A signed webhook comes in (POST, JSON of some 600 bytes)",
	async run(bench) {
		const { router, rounds } = bench;
		if (router === undefined) return [];
		const server = await startRouter(
			bench,
			"router",
			configFile("signed.yaml"),
		);
		const contenders = Object.entries(PROOFS).flatMap(
			([name, proof]): Contender[] => [
				{ name, server, requests: [signed(proof, "/signed")] },
				{
					name: withoutOf(name),
					server,
					requests: [signed(proof, "/unsigned")],
				},
			],
		);
		const results = await race(contenders, bench);
		console.log("  added CPU, share of the limit, median (min-max)");
		const verdicts = [];
		for (const [name, { settings, payload, limitMicros }] of Object.entries(
			PROOFS,
		)) {
			const alone = await probe<readonly number[]>(
				"signatures",
				router,
				String(rounds),
				JSON.stringify(settings, toPlain),
				JSON.stringify(payload()),
			);
			const check = share(alone, limitMicros);
			const added = share(addedMicros(results, name), limitMicros);
			const limit = `of ${limitMicros} us`;
			console.log(
				`  ${name}, the check alone, ${limit}   ${formatSpread(check)}`,
			);
			console.log(
				`  ${name}, over HTTP,       ${limit}   ${formatSpread(added)}`,
			);
			verdicts.push(
				atMost(`signatures: CPU of a ${name} check, ${limit}`, check, 1),
				atMost(`signatures: CPU added by ${name}, ${limit}`, added, 1),
			);
		}
		return verdicts;
	},
};

// --- helpers ---

interface Proof {
	/** As `config/signed.yaml` has it. */
	readonly settings: VonageJwtSettings | VonageSigSettings;
	/** In front of `/signed` and `/unsigned`. */
	readonly path: string;
	/** Makes a payload that has not been sent: a known one would be answered as it was before. */
	payload(): object;
	readonly limitMicros: number;
}

const SECRET = "0123456789abcdefghijklmnopqrstuv";
const TOLERANCE_MS = 300_000;

const PROOFS: Readonly<Record<string, Proof>> = {
	"vonage-jwt": {
		settings: {
			scheme: "vonage-jwt",
			secrets: new Map([["abcd1234", [SECRET]]]),
			payloadHash: "required",
			issuers: undefined,
			applications: undefined,
			toleranceMs: TOLERANCE_MS,
		},
		path: "/voice",
		payload: () => ({
			from: "447700900001",
			to: "447700900000",
			uuid: randomUUID(),
			conversation_uuid: `CON-${randomUUID()}`,
			status: "completed",
			direction: "inbound",
			timestamp: "2020-01-01T12:01:00.500Z",
			start_time: "2020-01-01T12:00:00.000Z",
			end_time: "2020-01-01T12:01:00.000Z",
			duration: "60",
			rate: "0.00450000",
			price: "0.00450000",
			network: "GB-FIXED",
			disconnected_by: "user",
			headers: { "X-Customer": "c".repeat(140) },
		}),
		limitMicros: 60,
	},
	"vonage-sig": {
		settings: {
			scheme: "vonage-sig",
			method: "sha256",
			secrets: [SECRET],
			toleranceMs: TOLERANCE_MS,
			timestamp: "required",
		},
		path: "/sms",
		payload: () => ({
			msisdn: "447700900001",
			to: "447700900000",
			"network-code": "23410",
			messageId: randomUUID(),
			price: "0.03330000",
			status: "delivered",
			scts: "2001011400",
			"err-code": "0",
			"api-key": "abcd1234",
			"client-ref": `order-${"c".repeat(80)}`,
			"message-timestamp": "2020-01-01 12:00:00",
		}),
		limitMicros: 25,
	},
};

/** Each request is signed anew, since a token that was seen is answered, not handled. */
function signed({ path, payload, settings }: Proof, end: string): Request {
	const scheme = SCHEMES.get(settings.scheme)?.configure(settings);
	if (scheme === undefined) throw new Error(`no scheme ${settings.scheme}`);
	return {
		setupRequest(request) {
			const { headers, raw } = scheme.sign(
				{
					method: "POST",
					path: path + end,
					query: "",
					headers: { "content-type": "application/json" },
					raw: Buffer.from(JSON.stringify(payload())),
				},
				{ now: Date.now(), nonce: randomUUID() },
			);
			return {
				...request,
				method: "POST",
				path: path + end,
				headers: headers as Record<string, string>,
				body: Buffer.from(raw),
			};
		},
	};
}

function withoutOf(name: string): string {
	return `without ${name}`;
}

function addedMicros(results: Results, name: string): readonly number[] {
	const bare = results.get(withoutOf(name)) ?? [];
	return (results.get(name) ?? []).map(
		({ cpuMicroseconds }, round) =>
			cpuMicroseconds - (bare[round]?.cpuMicroseconds ?? Number.NaN),
	);
}

function share(micros: readonly number[], limitMicros: number): Spread {
	return spreadOf(micros.map((value) => value / limitMicros));
}

/** Secrets by account, as JSON has them. */
function toPlain(_name: string, value: unknown): unknown {
	return value instanceof Map ? Object.fromEntries(value) : value;
}
