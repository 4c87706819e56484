import { expect } from "chai";
import type { KindCatalog } from "../../src/kind/kind.ts";
import { type AuthoredResend, toResend } from "../../src/kind/resend.ts";
import { checkText } from "./case.ts";
import { kinds } from "./kinds.ts";

/** The kinds of these tests, of which `sms.inbound` is sent again by this rule. */
function resentBy(rule: AuthoredResend): KindCatalog {
	const sms = kinds.get("sms.inbound");
	if (sms === undefined) throw new Error("no kind sms.inbound");
	return new Map(kinds).set(sms.name, { ...sms, resend: toResend(rule) });
}

/** The findings of one route of that kind. */
async function findingsOf(rule: AuthoredResend, text: string) {
	const { lines } = await checkText(
		text,
		{ SECRET: "0123456789abcdef0123456789abcdef" },
		resentBy(rule),
	);
	return lines.map((line) => line.replace("/config/", ""));
}

describe("how long a sender goes on", () => {
	const HEAD = "version: 1\n";
	const ROUTE = `routes:
  - { name: a, path: /a, kind: sms.inbound, firewall: vonage, signature: none, handler: { plugin: log } }
`;

	it("is told at the kind where nobody wrote a retention", async () => {
		expect(await findingsOf({ for: "10d" }, HEAD + ROUTE)).to.deep.equal([
			"routes.yaml:3:32: warning: `sms.inbound` may be sent again after the inbox has forgotten it. A duplicate then counts as new. Expected a `retention` of at least `10d`. Write a longer `retention` into `inbox`.",
		]);
	});

	it("is told at the retention that is shorter", async () => {
		const inbox = "inbox: { retention: 2d }\n";
		expect(await findingsOf({ for: "3d" }, HEAD + inbox + ROUTE)).to.deep.equal(
			[
				"routes.yaml:2:21: warning: `sms.inbound` may be sent again after the inbox has forgotten it. A duplicate then counts as new. Expected a `retention` of at least `3d`. Write a longer one, and remove the bodies early with `bodyRetention`.",
			],
		);
	});

	it("is no finding where the inbox remembers for as long, or nothing is known", async () => {
		const inbox = "inbox: { retention: 2d }\n";
		for (const rule of [{ for: "2d" }, { attempts: 3 }])
			expect(await findingsOf(rule, HEAD + inbox + ROUTE)).to.deep.equal([]);
	});
});

describe("`onUnsigned: retry`", () => {
	const text = (onUnsigned: string) => `version: 1
signatures: { sms: { scheme: vonage-sig, method: sha256, secret: "$\{SECRET}" } }
routes:
  - { name: a, path: /a, kind: sms.inbound, firewall: vonage, signature: sms, onUnsigned: ${onUnsigned}, handler: { plugin: log } }
`;

	it("is a finding where the sender does not come back after a 503", async () => {
		expect(await findingsOf({ statuses: [429] }, text("retry"))).to.deep.equal([
			"routes.yaml:4:91: warning: `onUnsigned: retry` answers 503, after which `sms.inbound` is not sent again. Write `quarantine` to keep unsigned webhooks, or `reject`.",
		]);
	});

	it("is none where it does, where nothing is known, and for other outcomes", async () => {
		for (const rule of [{ statuses: ["500-599"] }, { for: "1h" }])
			expect(await findingsOf(rule, text("retry"))).to.deep.equal([]);
		expect(await findingsOf({ statuses: [429] }, text("reject"))).to.deep.equal(
			[],
		);
	});
});
