import { expect } from "chai";
import type { BasicSettings } from "../../../src/gate/schemes/basic.ts";
import {
	createBasicVerifier,
	signBasic,
} from "../../../src/gate/schemes/basic.ts";
import {
	get,
	NOW,
	OTHER,
	post,
	SECRET,
	verdict,
	withHeader,
} from "./requests.ts";

const SETTINGS: BasicSettings = {
	scheme: "basic",
	username: "möwe",
	passwords: [SECRET, OTHER],
};
const scheme = createBasicVerifier(SETTINGS);

describe("basic", () => {
	it("proves any request of the user, and nothing about it", () => {
		for (const request of [get("a=1"), post("{}")]) {
			for (const password of [SECRET, OTHER]) {
				const header = `Basic ${base64(`möwe:${password}`)}`;
				const signed = withHeader(request, "authorization", header);
				expect(scheme.prove(signed, NOW)).to.deep.equal({
					claims: {},
					mark: undefined,
				});
			}
		}
	});

	it("takes the header's scheme without regard to case, and spaces after it", () => {
		const text = base64(`möwe:${SECRET}`);
		expect([said(`basic ${text}`), said(`BASIC   ${text}`)]).to.deep.equal([
			"proved",
			"proved",
		]);
	});

	it("takes a password with colons", () => {
		const own = createBasicVerifier({ ...SETTINGS, passwords: [":a:b:"] });
		const header = `Basic ${base64("möwe::a:b:")}`;
		expect(verdict(own, withHeader(get(), "authorization", header))).to.equal(
			"proved",
		);
	});

	it("says which of the two does not fit, and shows neither", () => {
		expect(said(`Basic ${base64(`moewe:${SECRET}`)}`)).to.equal(
			"SIGNATURE_INVALID basic says: the user is another",
		);
		expect(said(`Basic ${base64("möwe:wrong")}`)).to.equal(
			"SIGNATURE_INVALID basic says: the password fits none of 2 secrets",
		);
		expect(said(`Basic ${base64("möwe:")}`)).to.include("the password");
		expect(said(`Basic ${base64(`möwe:${SECRET} `)}`)).to.include(
			"the password",
		);
	});

	it("takes text as UTF-8 and as nothing else", () => {
		const latin = Buffer.from(`möwe:${SECRET}`, "latin1").toString("base64");
		expect(said(`Basic ${latin}`)).to.include("the user is another");
	});

	it("says that there is nothing only where there is no header", () => {
		expect(said(undefined)).to.match(/^SIGNATURE_MISSING /);
		expect(said("")).to.match(/^SIGNATURE_INVALID /);
	});

	const good = base64(`möwe:${SECRET}`);
	for (const header of [
		"Basic",
		"Basic ",
		`Bearer ${good}`,
		`Basic${good}`,
		`Basic ${good} `,
		`Basic ${good}, Basic ${good}`,
		`Basic ${good} ${good}`,
		`Basic ${good.slice(0, -1)}`,
		`Basic ${good}=`,
		`Basic !${good}`,
		`Basic ${base64(`möwe${SECRET}`)}`,
		`Basic ${base64("")}`,
		`Basic ${base64(":")}`,
		[`Basic ${good}`, `Basic ${good}`],
	]) {
		it(`refuses ${JSON.stringify(header)}`, () => {
			expect(said(header)).to.match(/^SIGNATURE_INVALID basic says: /);
		});
	}

	it("refuses settings without a password", () => {
		for (const passwords of [[], [""]]) {
			expect(() => createBasicVerifier({ ...SETTINGS, passwords })).to.throw(
				RangeError,
			);
		}
	});
});

describe("signBasic", () => {
	it("sends the first password", () => {
		const one = createBasicVerifier({ ...SETTINGS, passwords: [SECRET] });
		expect(verdict(one, signBasic(SETTINGS, get()))).to.equal("proved");
	});
});

// --- helpers ---

function base64(text: string): string {
	return Buffer.from(text).toString("base64");
}

function said(authorization: string | readonly string[] | undefined): string {
	return verdict(
		scheme,
		withHeader(post("{}"), "authorization", authorization),
	);
}
