import { expect } from "chai";
import type { HookEvent } from "../../src/event/webhook.ts";
import { Journal } from "../../src/handler/journal.ts";
import { readEnvelope } from "../../src/inbox/port/envelope.ts";
import { createDedupeKey, createOrderKey } from "../../src/inbox/port/keys.ts";
import { createHandOn } from "../../src/runtime/inbox/hand-on.ts";
import { errorOf } from "../handler/plugin-harness.ts";
import { fakeKind } from "../route/kinds.ts";
import { createTestInbox } from "./inbox-tools.ts";
import { servedRoute } from "./served.ts";

const NOW = 1_577_880_000_000;

function setUp() {
	const test = createTestInbox();
	let calls = 0;
	const route = servedRoute({
		name: "whole",
		kind: fakeKind("sms.inbound", "text", {
			validate: ({ text }) =>
				text === undefined
					? [{ path: "/text", message: "is missing" }]
					: undefined,
		}),
		mode: "accept",
		dedupeKeyOf: createDedupeKey(["messageId"]),
		orderKeyOf: createOrderKey(["msisdn"]),
		handler: { handle: () => void calls++ as undefined },
	});
	const handOn = createHandOn({
		find: (name) => (name === "whole" ? route : undefined),
		drain: () => new AbortController().signal,
		inbox: test.inbox,
		now: () => NOW,
	});
	const journal = new Journal();
	const event: Partial<HookEvent> = {
		claims: { api_key: "a" },
		query: "lang=de",
		handedOn: 1,
	};
	const from = { event: event as HookEvent, journal };
	return { test, handOn, journal, from, calls: () => calls };
}

const SMS = { text: "hi", messageId: "1", msisdn: "447700900001" };

describe("createHandOn, with an inbox", () => {
	it("leaves the new event to the success of the one it comes of", async () => {
		const { test, handOn, journal, from, calls } = setUp();
		await handOn("whole", SMS, { params: { name: "x" } }, from);
		expect([test.put, calls()]).to.deep.equal([[], 0]);
		const [made] = journal.events;
		expect(made).to.include({
			route: "whole",
			kind: "sms.inbound",
			receivedAt: NOW,
			state: "received",
		});
		expect(made?.dedupeKey).to.contain("1");
		expect(made?.orderKey).to.contain("447700900001");
		expect(JSON.parse(Buffer.from(made?.body ?? "").toString())).to.deep.equal(
			SMS,
		);
		expect(readEnvelope(made?.envelope ?? "")).to.deep.include({
			claims: { api_key: "a" },
			params: { name: "x" },
			query: "lang=de",
			handedOn: 2,
			method: "POST",
		});
	});

	it("keeps it at once where it comes of none", async () => {
		const { test, handOn, journal } = setUp();
		await handOn("whole", SMS, {}, undefined);
		expect(test.put).to.have.length(1);
		expect(journal.isEmpty).to.equal(true);
		test.fault = new Error("the disk is full");
		const error = await errorOf(() => handOn("whole", SMS, {}, undefined));
		expect(error.code).to.equal("INBOX_UNAVAILABLE");
	});

	it("refuses at once what the route would not take", async () => {
		const { handOn, journal, from } = setUp();
		for (const [name, payload, code] of [
			["whole", { messageId: "1" }, "PAYLOAD_INVALID"],
			["none", SMS, "HANDLER_FAILED"],
		] as const) {
			const error = await errorOf(() => handOn(name, payload, {}, from));
			expect(error.code).to.equal(code);
		}
		expect(journal.isEmpty).to.equal(true);
	});
});
