import { expect } from "chai";
import fc from "fast-check";
import { bodies, editBytes, edits } from "./mutate.ts";
import { NOW, post } from "./requests.ts";
import {
	hmacs,
	JWT,
	judge,
	REFUSED,
	RUNS,
	type Settings,
	STANDARD,
	sign,
} from "./signers.ts";

/** Schemes that sign the bytes of a body. */
const overBytes: fc.Arbitrary<Settings> = fc.oneof(
	fc.constant(JWT),
	hmacs,
	fc.constant(STANDARD),
);

describe("a signed body", () => {
	it("passes as it was signed, and with no byte changed", () => {
		fc.assert(
			fc.property(overBytes, bodies, edits, (settings, body, edit) => {
				const request = sign(settings, post(body));
				const raw = editBytes(request.raw, edit);
				fc.pre(!Buffer.from(raw).equals(request.raw));
				expect(judge(settings, request)).to.equal("proved");
				expect(judge(settings, { ...request, raw })).to.match(REFUSED);
			}),
			RUNS,
		);
	});

	it("passes with no white space changed for other white space", () => {
		fc.assert(
			fc.property(
				overBytes,
				fc.jsonValue(),
				fc.nat(),
				fc.constantFrom("\t", "\n", "\r", "  ", ""),
				(settings, value, at, by) => {
					const text = JSON.stringify({ value }, null, 1);
					const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
					const site = spaces[at % spaces.length] as number;
					const raw = Buffer.from(
						text.slice(0, site) + by + text.slice(site + 1),
					);
					expect(
						judge(settings, { ...sign(settings, post(text)), raw }),
					).to.match(REFUSED);
				},
			),
			RUNS,
		);
	});

	it("passes at no time outside of the tolerance", () => {
		fc.assert(
			fc.property(
				overBytes,
				fc.integer({ min: -1e9, max: 1e9 }),
				(settings, offset) => {
					fc.pre(
						!(settings.scheme === "hmac" && settings.timestamp === undefined),
					);
					const said = judge(
						settings,
						sign(settings, post("{}")),
						NOW + offset,
					);
					expect(said).to.match(
						Math.abs(offset) <= 300_000 ? /^proved$/ : REFUSED,
					);
				},
			),
			RUNS,
		);
	});
});
