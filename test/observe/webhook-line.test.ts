import { expect } from "chai";
import {
	logWebhook,
	type WebhookLine,
} from "../../src/observe/webhook-line.ts";
import { createTestLog } from "./lines.ts";

const LINE: WebhookLine = {
	route: "inbound-sms",
	kind: "sms.inbound",
	level: "account",
	client: "203.0.113.7",
	method: "POST",
	outcome: "handled",
	reason: undefined,
	status: 200,
	ms: 1.234567,
	id: "12345678-1234-4234-8234-123456789012",
	payload: { text: "hello" },
};

describe("logWebhook", () => {
	it("writes one line with all there is to know, and no payload", () => {
		const { log, lines, text } = createTestLog();
		logWebhook(log, LINE);
		const [{ time, ...line } = {}] = lines();
		expect(line).to.deep.equal({
			severity: "info",
			route: "inbound-sms",
			kind: "sms.inbound",
			level: "account",
			client: "203.0.113.7",
			method: "POST",
			outcome: "handled",
			status: 200,
			ms: 1.235,
			id: "12345678-1234-4234-8234-123456789012",
			msg: "webhook",
		});
		expect(time).to.be.a("number");
		expect(text().split("\n")).to.have.length(2);
	});

	it("writes the payload where it may be shown", () => {
		const { log, lines } = createTestLog({ payloads: true });
		logWebhook(log, LINE);
		expect(lines()[0]).to.have.deep.property("payload", { text: "hello" });
	});

	const severities: Readonly<Record<string, string>> = {
		handled: "info",
		probe: "info",
		denied: "warn",
		refused: "warn",
		reported: "warn",
		invalid: "warn",
		unknown: "warn",
		failed: "error",
		fallback: "error",
	};
	for (const [outcome, severity] of Object.entries(severities)) {
		it(`is ${severity} for ${outcome}`, () => {
			const { log, lines } = createTestLog();
			logWebhook(log, { ...LINE, outcome });
			expect(lines()[0]).to.include({ severity, outcome });
		});
	}

	it("masks the reason, and shows the error with its stack", () => {
		const { log, lines } = createTestLog();
		const err = new Error("no 447700900001");
		logWebhook(log, {
			...LINE,
			outcome: "failed",
			reason: "no 447700900001",
			err,
		});
		const [line] = lines();
		expect(line).to.include({ reason: "no 44********01" });
		expect(line?.err).to.include({ type: "Error", message: "no 44********01" });
	});

	it("reads as a sentence on a terminal", () => {
		const { log, text } = createTestLog({ pretty: true });
		logWebhook(log, {
			...LINE,
			outcome: "refused",
			reason: "too large",
			status: 413,
		});
		logWebhook(log, { ...LINE, route: undefined, outcome: "unknown" });
		expect(text()).to.include(
			"WARN: inbound-sms (sms.inbound, account) POST from 203.0.113.7 refused 413 in 1.235 ms: too large",
		);
		expect(text()).to.include("no route POST from 203.0.113.7 unknown");
	});

	it("has a sentence for a delivery as well, and its stack below", () => {
		const { log, text } = createTestLog({ pretty: true });
		const delivery = { route: "sms", kind: "sms.inbound", attempt: 2, ms: 5 };
		log.warn(
			{
				...delivery,
				outcome: "waiting",
				retryInMs: 100,
				reason: "no",
				stack: "Error: no\n    at plugins/x.ts:3:42",
			},
			"delivery",
		);
		log.info({ ...delivery, outcome: "delivered" }, "delivery");
		expect(text()).to.match(
			/WARN: sms \(sms\.inbound\) attempt 2 waiting after 5 ms, again in 100 ms: no.*\n {4}Error: no\n {8}at plugins\/x\.ts:3:42\n/,
		);
		expect(text()).to.match(/attempt 2 delivered after 5 ms.*\n$/);
	});
});
