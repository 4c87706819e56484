import { expect } from "chai";
import fc from "fast-check";
import type { OutgoingRequest } from "../../../src/gate/schemes/scheme.ts";
import {
	SIG_METHODS,
	type VonageSigSettings,
} from "../../../src/gate/schemes/vonage-sig/sig.ts";
import { edits, editText } from "./mutate.ts";
import { get, NONCE, NOW, post, SECRET, verdict } from "./requests.ts";
import { createVerifier, signRequest } from "./signers.ts";

type Fields = Readonly<Record<string, string>>;

/** The parameters that signing adds. */
const OWN = ["sig", "timestamp", "nonce"];

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const toForm = (fields: Fields): string =>
	new URLSearchParams(fields).toString();
const PACKS: readonly ((fields: Fields) => OutgoingRequest)[] = [
	(fields) => get(toForm(fields)),
	(fields) => post(toForm(fields), FORM),
	(fields) => post(JSON.stringify(fields)),
];

describe("signed parameters", () => {
	const names = fc
		.string({ unit: "binary", maxLength: 8 })
		.filter((name) => !/[&=]/.test(name) && !OWN.includes(name));
	const values = fc.oneof(
		fc.string({ unit: "binary", maxLength: 20 }),
		fc.constantFrom("", " ", "&", "=", "_", "a&b=c", "null"),
	);
	const parameters = fc.dictionary(names, values, {
		maxKeys: 8,
		noNullPrototype: true,
	});
	const methods = fc.constantFrom(...SIG_METHODS).map(
		(method): VonageSigSettings => ({
			scheme: "vonage-sig",
			method,
			secrets: [SECRET],
			toleranceMs: 300_000,
			timestamp: "required",
		}),
	);
	const packs = fc.constantFrom(...PACKS);

	it("pass in every encoding, whichever they were signed in", () => {
		fc.assert(
			fc.property(
				methods,
				parameters,
				packs,
				packs,
				(settings, fields, pack, repack) => {
					const signed = unpack(sign(settings, pack(fields)));
					expect(judge(settings, repack(signed))).to.equal("proved");
				},
			),
			RUNS,
		);
	});

	it("pass with none left out, renamed, added or changed", () => {
		fc.assert(
			fc.property(
				methods,
				parameters,
				packs,
				fc.nat(),
				names,
				values,
				(settings, fields, pack, at, name, value) => {
					const signed = unpack(sign(settings, pack(fields)));
					const all = Object.keys(signed);
					const chosen = all[at % all.length] as string;
					const { [chosen]: old = "", ...rest } = signed;
					expect(judge(settings, pack(rest))).to.match(REFUSED);
					if (!Object.hasOwn(signed, name)) {
						expect(judge(settings, pack(joined(rest, name, old)))).to.match(
							REFUSED,
						);
						// A blank one may be added: senders differ in whether they sign it.
						if (value.trim() !== "") {
							expect(
								judge(settings, pack(joined(signed, name, value))),
							).to.match(REFUSED);
						}
					}
					const fold = chosen === "sig" ? lower : cleaned;
					if (fold(value) !== fold(old)) {
						expect(judge(settings, pack(joined(rest, chosen, value)))).to.match(
							REFUSED,
						);
					}
				},
			),
			RUNS,
		);
	});

	it("pass with no character of `sig`, `timestamp` or `nonce` changed", () => {
		fc.assert(
			fc.property(
				methods,
				parameters,
				packs,
				fc.constantFrom(...OWN),
				edits,
				(settings, fields, pack, name, edit) => {
					const signed = unpack(sign(settings, pack(fields)));
					const old = signed[name] as string;
					const edited = editText(old, edit);
					fc.pre(lower(edited) !== lower(old));
					expect(judge(settings, pack(joined(signed, name, edited)))).to.match(
						REFUSED,
					);
				},
			),
			RUNS,
		);
	});
});

// --- helpers ---

const REFUSED = /^SIGNATURE_/;
const RUNS = { numRuns: 300 };

const lower = (text: string): string => text.toLowerCase();
const cleaned = (text: string): string => text.replace(/[&=]/g, "_");

function sign(
	settings: VonageSigSettings,
	request: OutgoingRequest,
): OutgoingRequest {
	return signRequest(settings, request, { now: NOW, nonce: NONCE });
}

function judge(settings: VonageSigSettings, request: OutgoingRequest): string {
	return verdict(createVerifier(settings), request);
}

/** The parameters of a request, wherever they are. */
function unpack({ query, headers, raw }: OutgoingRequest): Fields {
	const text = Buffer.from(raw).toString();
	if (headers["content-type"] === "application/json") return JSON.parse(text);
	return Object.fromEntries(new URLSearchParams(query || text));
}

function joined(fields: Fields, name: string, value: string): Fields {
	return Object.fromEntries([...Object.entries(fields), [name, value]]);
}
