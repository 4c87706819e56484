import { expect } from "chai";
import type { LogOptions } from "../../src/observe/log.ts";
import {
	createWebhookLog,
	type WebhookLine,
} from "../../src/observe/webhook-line.ts";
import { createTestLog } from "./lines.ts";

const LINE: WebhookLine = {
	route: {
		name: "inbound-sms",
		kind: { name: "sms.inbound" },
		level: "account",
		path: "/webhooks/inbound-sms",
	},
	client: "203.0.113.7",
	method: "POST",
	outcome: "handled",
	path: "/webhooks/inbound-sms",
	reason: undefined,
	status: 200,
	ms: 1.234567,
	id: "12345678-1234-4234-8234-123456789012",
	payload: { text: "hello" },
};

/** The one line that is written, without its time. */
function lineOf(
	line: Partial<WebhookLine>,
	options?: LogOptions,
): Record<string, unknown> {
	const { log, lines, text } = createTestLog(options);
	createWebhookLog(log)({ ...LINE, ...line });
	const [{ time, ...rest } = {}] = lines();
	expect(time).to.be.a("number");
	expect(text().split("\n")).to.have.length(2);
	return rest;
}

describe("createWebhookLog", () => {
	it("writes one line with all there is to know, and no payload", () => {
		expect(lineOf({})).to.deep.equal({
			severity: "info",
			line: "webhook",
			path: "/webhooks/inbound-sms",
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
	});

	it("writes the path as it was sent where it has parameters, or no route", () => {
		const route = { ...(LINE.route as object), path: "/shops/:shop" };
		expect(
			lineOf({ route: route as WebhookLine["route"], path: "/shops/7" }),
		).to.include({ path: "/shops/7", route: "inbound-sms" });
		const unknown = lineOf({ route: undefined, path: "/nope" });
		expect(unknown).to.include({ path: "/nope" });
		expect(unknown).not.to.have.any.keys("route", "kind", "level");
		expect(lineOf({ route: undefined, path: "x".repeat(999) }).path)
			.to.be.a("string")
			.with.length(201);
	});

	it("writes the lines of two routes apart, again and again", () => {
		const { log, lines } = createTestLog();
		const write = createWebhookLog(log);
		const other = { ...LINE.route, name: "other", path: "/other" };
		for (let n = 0; n < 2; n += 1) {
			write(LINE);
			write({ ...LINE, route: other as WebhookLine["route"] });
		}
		expect(lines().map(({ route, path }) => [route, path])).to.deep.equal([
			["inbound-sms", "/webhooks/inbound-sms"],
			["other", "/other"],
			["inbound-sms", "/webhooks/inbound-sms"],
			["other", "/other"],
		]);
	});

	it("writes the payload where it may be shown", () => {
		expect(lineOf({}, { payloads: true })).to.have.deep.property("payload", {
			text: "hello",
		});
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
			expect(lineOf({ outcome })).to.include({ severity, outcome });
		});
	}

	it("masks the reason, and shows the error with its stack", () => {
		const line = lineOf({
			outcome: "failed",
			reason: "no 447700900001",
			err: new Error("no 447700900001"),
		});
		expect(line).to.include({ reason: "no 44********01" });
		expect(line.err).to.include({ type: "Error", message: "no 44********01" });
	});
});
