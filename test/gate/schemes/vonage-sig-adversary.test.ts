import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { createVonageSigVerifier } from "../../../src/gate/schemes/vonage-sig/sig.ts";
import { get, post, SECONDS, SECRET, verdict } from "./requests.ts";
import { signedQuery } from "./sig-query.ts";
import { SIG } from "./signers.ts";

const scheme = createVonageSigVerifier(SIG);

describe("vonage-sig against an adversary", () => {
	for (const [name, request] of Object.entries({
		"broken JSON": post("{"),
		"an empty JSON body": post(""),
		"a broken escape": get("a=%"),
		"bytes that are not UTF-8": post(Buffer.from([0x7b, 0xff, 0x7d])),
		"another content type": post("{}", { "content-type": "text/plain" }),
		"another charset": post("{}", {
			"content-type": "application/json; charset=utf-16",
		}),
		"a compressed body": post("{}", {
			"content-type": "application/json",
			"content-encoding": "gzip",
		}),
		"too many fields": get("a=1&".repeat(10_000)),
	})) {
		it(`refuses ${name} as unproved, not as broken`, () => {
			expect(verdict(scheme, request)).to.match(
				/^SIGNATURE_INVALID vonage-sig says: the parameters cannot be read: /,
			);
		});
	}

	for (const [name, change] of Object.entries<(query: string) => string>({
		"a second `sig`": (query) => `${query}&sig=0`,
		"the same `sig` twice": (query) => `${query}&${/sig=.*/.exec(query)?.[0]}`,
		"a parameter twice": (query) => `${query}&a=1`,
		"a name that holds `&`": (query) => query.replace("a=1", "x%26a=1"),
		"a name that holds `=`": (query) => query.replace("a=1", "a%3D=1"),
		"an empty `sig`": (query) => query.replace(/sig=.*/, "sig="),
		"a longer `sig`": (query) => `${query}0`,
		"a huge `sig`": (query) => `${query}${"0".repeat(99_999)}`,
	})) {
		it(`refuses ${name}`, () => {
			expect(verdict(scheme, get(change(signedQuery({ a: "1" }))))).to.match(
				/^SIGNATURE_INVALID /,
			);
		});
	}

	for (const sig of [5, true, ["x"], {}]) {
		it(`refuses a \`sig\` of ${JSON.stringify(sig)}`, () => {
			const request = post(JSON.stringify({ a: 1, sig }));
			expect(verdict(scheme, request)).to.match(/^SIGNATURE_INVALID .*`sig`/);
		});
	}

	it("does not let one parameter be read as two", () => {
		const both = signedQuery({ a: "1", b: "2" });
		const sig = /sig=.*/.exec(both)?.[0];
		for (const forged of [
			`a=${encodeURIComponent("1&b=2")}`,
			`${encodeURIComponent("a=1&b")}=2`,
		]) {
			expect(
				verdict(scheme, get(`${forged}&timestamp=${SECONDS}&${sig}`)),
			).to.match(/^SIGNATURE_INVALID /);
		}
	});

	it("never shows the secret, nor what it expected", () => {
		const query = signedQuery({ a: "1" });
		const sig = query.slice(query.indexOf("sig=") + 4);
		const message = verdict(scheme, get(query.replace(sig, "0".repeat(64))));
		expect(message).to.not.include(SECRET);
		expect(message).to.not.include(sig);
	});

	it("refuses settings without a secret", () => {
		for (const secrets of [[], [""], [SECRET, ""]]) {
			expect(() => createVonageSigVerifier({ ...SIG, secrets })).to.throw(
				RangeError,
			);
			expect(() =>
				createVonageSigVerifier({ ...SIG, method: "md5hash", secrets }),
			).to.throw(RangeError);
		}
	});

	it("alone parses what is not proved", () => {
		const src = new URL("../../../src/", import.meta.url);
		const users = readdirSync(src, { recursive: true, encoding: "utf8" })
			.filter((file) => file.endsWith(".ts"))
			.filter((file) =>
				readFileSync(new URL(file, src), "utf8").includes("parseUnproved"),
			);
		expect(users.sort()).to.deep.equal([
			"gate/body.ts",
			"gate/schemes/vonage-sig/sig.ts",
		]);
	});
});
