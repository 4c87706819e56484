import { expect } from "chai";
import { ABSENCES, adviseKind } from "../../src/kind/absent.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { ownKinds, SCHEMAS } from "./folder.ts";

describe("adviseKind", () => {
	let known: readonly string[];
	before(async () => {
		known = [...ownKinds(await loadKinds([SCHEMAS])).keys()];
	});

	const none = [
		"verify.status",
		"verify.callback",
		"Verify1.event",
		"psd2.status",
		"developer.numbers",
		"account.balance",
		"numbers.buy",
		"conversion.sms",
		"pricing.update",
		"redact.done",
		"audit.event",
		"media.ready",
		"external-accounts.linked",
		"app.created",
		"identity-insights.callback",
		"number-verification.callback",
		"sim-swap.status",
		"ni.basic",
		"number-insight.standard",
		"websocket.connected",
		"ncco.talk",
		"typing",
		"typing.indicator",
		"typing-indicator",
		"messages.typing",
		"whatsapp.typing_indicator",
		"read-indicator",
		"10dlc.campaign",
		"10dlc",
		"sms.10dlc",
		"ten-dlc.brand",
		"brand.status",
		"campaign.approved",
		"a2p.registration",
		"toll-free.verification",
		"tollfree",
		"fraud-defender.alert",
		"frauddefender",
		"fraud.alert",
		"balance.low",
		"low-balance",
		"auto_reload",
		"number.expiry",
		"numbers.expired",
		"number-expiry",
		"expiry",
		"subaccount.created",
		"sub-accounts",
		"subaccounts.credit",
		"proactive-connect.list",
		"proactive_connect",
		"bulk.run",
		"bulk-status",
		"email.inbound",
		"email",
		"e-mail.received",
		"mail.inbound",
		"messages.email.inbound",
		"device-location.changed",
		"location",
	];
	for (const name of none) {
		it(`says that there is no \`${name}\`, and why`, () => {
			const { todo, isNone } = adviseKind(name, known);
			expect(isNone).to.equal(true);
			expect(todo).to.match(/no webhook|not a webhook|answers its request/);
		});
	}

	const others: Readonly<Record<string, string>> = {
		"verify2.status": "verify2.callback",
		"verify-v2.summary": "verify2.callback",
		"verify_v2.event": "verify2.callback",
		"number.status": "legacy.call.status",
		"number-insight.callback": "ni.advanced-async",
		"ncco.dtmf": "ncco.input",
		"ncco.transfer": "voice.transfer",
		"voice.recording": "ncco.record",
		"voice.status": "voice.event",
		"sms.receipt": "sms.dlr",
		"messages.dlr": "messages.status",
		"whatsapp.status": "messages.status",
		"whatsapp.read": "messages.status",
		"messages.delivered": "messages.status",
		"read.receipt": "messages.status",
		"email.status": "messages.status",
		"email.bounced": "messages.status",
		"e-mail.read": "messages.status",
		"ai-studio.event": "studio.event",
		"aistudio.end-call": "studio.event",
		"ai_studio.webhook": "studio.node",
		"studio.webhook-node": "studio.node",
		"contact-center.event": "vcc.event",
		contactcentre: "vcc.event",
		vcc: "vcc.event",
		"vcc.agent.presencechanged": "vcc.event",
		"newvoicemedia.event": "vcc.event",
		"whatsapp.inbound": "messages.inbound",
		"dispatch.status": "messages-v0.status",
		"client.event": "rtc.event",
		"tts.callback": "legacy.tts",
		"tts-prompt.callback": "legacy.tts-prompt",
		"vbc.call": "vis.event",
	};
	for (const [name, kind] of Object.entries(others)) {
		it(`answers \`${name}\` with \`${kind}\``, () => {
			const { todo, isNone } = adviseKind(name, known);
			expect(isNone).to.equal(false);
			expect(todo).to.match(/^did you mean `(.+?)`\? \(/);
			expect(todo).to.contain(`\`${kind}\``);
		});
	}

	it("names the kind of Verify v2 to anyone who asks for the first Verify's", () => {
		expect(adviseKind("verify.status", known).todo).to.contain(
			"`verify2.callback`",
		);
	});

	it("takes a slip for a slip", () => {
		expect(adviseKind("sms.inbuond", known)).to.deep.equal({
			todo: "did you mean `sms.inbound`?",
			isNone: false,
		});
		expect(adviseKind("fax.page", known).isNone).to.equal(false);
	});

	const likely: Readonly<Record<string, readonly string[]>> = {
		"inbound-sms": ["sms.inbound"],
		"inbound sms": ["sms.inbound"],
		SMS_Inbound: ["sms.inbound"],
		"sms-webhook-inbound": ["sms.inbound"],
		sms: ["sms.dlr", "sms.inbound"],
		voice: ["voice.answer", "voice.event"],
		"answer-url": ["voice.answer"],
		event: ["voice.event"],
		dlr: ["sms.dlr"],
		"delivery receipt": ["sms.dlr"],
		mo: ["sms.inbound"],
		inbound: ["sms.inbound", "messages.inbound"],
		"advanced-async.ni": ["ni.advanced-async"],
		studio: ["studio.event", "studio.node"],
		dtmf: ["ncco.input"],
	};
	for (const [name, kinds] of Object.entries(likely)) {
		it(`suggests for \`${name}\` ${kinds.join(" and ")}`, () => {
			const { todo, isNone } = adviseKind(name, known);
			expect(isNone).to.equal(false);
			const named = [...(todo ?? "").matchAll(/`([^`]+)`/g)];
			expect(named.map(([, kind]) => kind)).to.have.members([...kinds]);
		});
	}

	it("names no kind that the catalog has not", () => {
		expect(adviseKind("vbc.call", ["sms.dlr"])).to.deep.equal({
			todo: undefined,
			isNone: false,
		});
	});

	it("has a table that hides no kind, and sends to kinds that there are", () => {
		for (const { kind } of ABSENCES) {
			if (kind !== undefined) expect(known).to.include(kind);
		}
		for (const name of known) {
			const row = ABSENCES.find(({ names }) => names.test(name));
			if (row !== undefined) expect(row.kind).to.equal(name);
		}
	});
});
