import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import { fitStatic } from "../../src/handler/static/answer.ts";
import {
	createStaticHandler,
	type StaticSettings,
} from "../../src/handler/static/static.ts";
import type { ReplyRule } from "../../src/kind/kind.ts";
import { CountingDeadline, TEST_CHECKER } from "./plugin-harness.ts";
import { AT, textOf } from "./static-tools.ts";
import { eventWith } from "./template-tools.ts";

const NONE: ReplyRule = { body: "none", required: false };
const REQUIRED: ReplyRule = { body: "ncco", required: true };
const OPTIONAL: ReplyRule = { body: "ncco", required: false };
const ON_BUSY: ReplyRule = {
	...OPTIONAL,
	when: new Map([["status", new Set(["busy"])]]),
};
const TALK = [{ action: "talk", text: "hi" }];

async function fitted(
	settings: Partial<StaticSettings>,
	rule: ReplyRule,
	payload: Payload = {},
) {
	const full = { status: 200, headers: {}, ...settings };
	const created = await createStaticHandler(full, AT);
	const { handler, findings } = fitStatic(created, full.status, {
		rule,
		checker: TEST_CHECKER,
		at: AT,
	});
	const reply = await handler?.handle(
		eventWith(payload),
		new CountingDeadline(),
	);
	return {
		sent: reply && `${reply.status} ${textOf(reply)}`.trimEnd(),
		headers: reply?.headers,
		findings: findings.map(({ severity, what }) => `${severity}: ${what}`),
	};
}

describe("a static answer", () => {
	const SENT: [
		what: string,
		settings: Partial<StaticSettings>,
		rule: ReplyRule,
		sent: string,
	][] = [
		["text that is ignored", { text: "ok" }, NONE, "200"],
		["a 204", { status: 204 }, NONE, "204"],
		["text instead of an optional NCCO", { text: "ok" }, OPTIONAL, "200"],
		["an empty list", { json: [] }, OPTIONAL, "200"],
		["nothing", {}, OPTIONAL, "200"],
		["an NCCO", { json: TALK }, OPTIONAL, `200 ${JSON.stringify(TALK)}`],
		[
			"an NCCO as text",
			{ text: JSON.stringify(TALK) },
			REQUIRED,
			`200 ${JSON.stringify(TALK)}`,
		],
		[
			"a status that is no 2xx",
			{ status: 503, text: "no" },
			REQUIRED,
			"503 no",
		],
		[
			"a refusal where the body is ignored",
			{ status: 404, text: "no" },
			NONE,
			"404 no",
		],
		[
			"VoiceXML",
			{ text: "<vxml/>" },
			{ body: "voicexml", required: true },
			"200 <vxml/>",
		],
	];
	for (const [what, settings, rule, sent] of SENT) {
		it(`that is ${what} is sent as "${sent}"`, async () => {
			const answer = await fitted(settings, rule);
			expect(answer.findings).to.deep.equal([]);
			expect(answer.sent).to.equal(sent);
		});
	}

	it("counts by the payload where the kind says so", async () => {
		const settings = { json: TALK };
		expect((await fitted(settings, ON_BUSY, { status: "busy" })).sent).to.equal(
			`200 ${JSON.stringify(TALK)}`,
		);
		const ignored = await fitted(settings, ON_BUSY, { status: "ringing" });
		expect(ignored.sent).to.equal("200");
		expect(ignored.headers).to.deep.equal({ "content-length": "0" });
	});

	it("is a finding where it is no NCCO and has to be one", async () => {
		for (const settings of [{}, { text: "ok" }, { json: [] }, { json: {} }]) {
			const { sent, findings } = await fitted(settings, REQUIRED);
			expect(sent).to.equal(undefined);
			expect(findings.join()).to.match(
				/^error: the static answer is not a valid NCCO: /,
			);
		}
		const nearly = await fitted({ file: import.meta.filename }, REQUIRED);
		expect(nearly.findings.join()).to.contain("expected an NCCO");
	});
});
