import { expect } from "chai";
import fc from "fast-check";
import type { Payload } from "../../../src/event/webhook.ts";
import type { OutgoingRequest } from "../../../src/gate/schemes/scheme.ts";
import { type Edit, edits, editText } from "./mutate.ts";
import { NOW, post, withHeader } from "./requests.ts";
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

describe("a signed header", () => {
	it("passes with no character of a token changed", () => {
		fc.assert(
			fc.property(edits, fc.uuid(), (edit, nonce) => {
				const request = sign(JWT, post("{}"), nonce);
				const token = String(request.headers.authorization).slice(7);
				refusesHeader(JWT, request, "authorization", ["Bearer ", token, edit]);
			}),
			RUNS,
		);
	});

	it("passes with no claim changed, nor any added", () => {
		const claims = [
			"iat",
			"jti",
			"iss",
			"api_key",
			"payload_hash",
			"x",
		] as const;
		fc.assert(
			fc.property(
				fc.constantFrom(...claims),
				fc.jsonValue(),
				(claim, value) => {
					const request = sign(JWT, post("{}"));
					const [head, body = "", mac] = String(
						request.headers.authorization,
					).split(".");
					const known = JSON.parse(
						Buffer.from(body, "base64url").toString(),
					) as Payload;
					const changed = JSON.stringify({ ...known, [claim]: value });
					fc.pre(changed !== JSON.stringify(known));
					const part = Buffer.from(changed).toString("base64url");
					expect(
						judge(
							JWT,
							withHeader(request, "authorization", `${head}.${part}.${mac}`),
						),
					).to.match(REFUSED);
				},
			),
			RUNS,
		);
	});

	it("passes with no character of an HMAC changed, nor of its time", () => {
		fc.assert(
			fc.property(hmacs, edits, (settings, edit) => {
				const request = sign(settings, post("{}"));
				const header = String(request.headers["x-signature"]);
				const { length } = settings.prefix;
				const start = length && header.lastIndexOf(settings.prefix) + length;
				// Hex has no case.
				const fold = settings.encoding === "hex" ? lower : same;
				refusesHeader(
					settings,
					request,
					"x-signature",
					[header.slice(0, start), header.slice(start), edit],
					fold,
				);
				if (settings.timestamp === undefined) return;
				const time = String(NOW / 1000);
				const edited = editText(time, edit);
				fc.pre(edited !== time);
				const { headers } = request;
				const other = {
					...headers,
					"x-time": edited,
					"x-signature": header.replace(time, edited),
				};
				expect(judge(settings, { ...request, headers: other })).to.match(
					REFUSED,
				);
			}),
			RUNS,
		);
	});

	it("passes with no character of a Standard Webhooks header changed", () => {
		const names = [
			"webhook-id",
			"webhook-timestamp",
			"webhook-signature",
		] as const;
		fc.assert(
			fc.property(fc.constantFrom(...names), edits, (name, edit) => {
				const request = sign(STANDARD, post("{}"));
				refusesHeader(STANDARD, request, name, [
					"",
					String(request.headers[name]),
					edit,
				]);
			}),
			RUNS,
		);
	});

	it("passes with no character of a password changed", () => {
		fc.assert(
			fc.property(
				fc.string({ minLength: 1, unit: "binary" }),
				edits,
				(password, edit) => {
					const settings: Settings = {
						scheme: "basic",
						username: "u",
						passwords: [password],
					};
					const request = sign(settings, post("{}"));
					const text = String(request.headers.authorization).slice(6);
					refusesHeader(settings, request, "authorization", [
						"Basic ",
						text,
						edit,
					]);
				},
			),
			RUNS,
		);
	});
});

// --- helpers ---

const same = (text: string): string => text;
const lower = (text: string): string => text.toLowerCase();

/** Expects that an edit of a header's text is refused, but for one that means the same. */
function refusesHeader(
	settings: Settings,
	request: OutgoingRequest,
	name: string,
	[start, text, edit]: readonly [string, string, Edit],
	fold = same,
): void {
	const edited = editText(text, edit);
	fc.pre(fold(edited) !== fold(text));
	expect(judge(settings, request)).to.equal("proved");
	const other = withHeader(request, name, start + edited);
	expect(judge(settings, other)).to.match(REFUSED);
}
