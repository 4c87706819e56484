import { expect } from "chai";
import { definePlugin } from "../../src/index.ts";
import { createTestContext, createTestEvent } from "../../src/testing.ts";

const counter = definePlugin({
	name: "counter",
	options: {
		type: "object",
		required: ["text"],
		properties: { text: { type: "string" } },
	},
	setup: () => ({ seen: 0 }),
	on: {
		"sms.inbound": async (
			event,
			{ options, state, store, log, handOn, url },
		) => {
			state.seen += 1;
			await store.put("last", event.payload.text);
			log.info("seen", { text: event.payload.text });
			log.warn({ odd: true });
			await handOn("other", {
				text: `${options.text} ${event.payload.msisdn}`,
			});
			return url("menu", { lang: "de", none: undefined });
		},
	},
});

describe("a plugin in a test of its own", () => {
	it("gets an event of the kind and a context that records", async () => {
		const event = createTestEvent("sms.inbound", {
			payload: { text: "STOP" },
			attempt: 2,
		});
		const handed: string[] = [];
		const context = createTestContext({
			options: { text: "Hello" },
			state: { seen: 0 },
			onHandOn: (route) => handed.push(route),
		});
		const answer = await counter.on["sms.inbound"]?.(event, context);
		expect(event).to.include({
			kind: "sms.inbound",
			level: "account",
			attempt: 2,
		});
		expect(event.payload).to.include({ text: "STOP", type: "text" });
		expect(JSON.parse(Buffer.from(event.raw).toString())).to.deep.equal(
			event.payload,
		);
		expect(answer).to.equal("https://example.com/menu?lang=de");
		expect(context.state.seen).to.equal(1);
		expect(await context.store.get("last")).to.equal("STOP");
		expect(context.lines).to.deep.equal([
			{ severity: "info", message: "seen", fields: { text: "STOP" } },
			{ severity: "warn", message: undefined, fields: { odd: true } },
		]);
		expect(context.handedOn).to.deep.equal([
			{ route: "other", payload: { text: `Hello ${event.payload.msisdn}` } },
		]);
		expect(handed).to.deep.equal(["other"]);
	});

	it("gets a payload of its own for a kind without an example", () => {
		const event = createTestEvent("shop.order", { payload: { id: 17 } });
		expect(event.payload).to.deep.equal({ id: 17 });
		expect(() => createTestEvent("shop.order")).to.throw(
			TypeError,
			"the kind shop.order has no example",
		);
		expect(() => createTestEvent("../package")).to.throw(TypeError);
	});

	it("gets an event whose payload is decoded, as a route would give it", () => {
		const old = { dtmf: "12", uuid: null } as never;
		const { payload } = createTestEvent("ncco.input", { payload: old });
		expect(payload.dtmf).to.deep.equal({ digits: "12" });
		expect(payload).to.not.have.property("uuid");
		expect(createTestEvent("ncco.input").payload.dtmf).to.be.an("object");
	});

	it("looks rows up in the tables that the test writes", () => {
		const numbers = { "447700900001": { customer: "acme" } };
		const { tables } = createTestContext({ tables: { numbers } });
		expect(tables.numbers?.get("447700900001")).to.deep.equal({
			customer: "acme",
		});
		expect(tables.numbers?.has("toString")).to.equal(false);
		expect([...(tables.numbers?.keys() ?? [])]).to.deep.equal(["447700900001"]);
		expect(tables).to.not.have.property("toString");
		expect(createTestContext().tables.numbers).to.equal(undefined);
	});

	it("has events of their own time and level", () => {
		const event = createTestEvent("ncco.input", {
			level: "ncco",
			receivedAt: 5,
		});
		expect(event).to.include({ level: "ncco", receivedAt: 5 });
		expect(createTestEvent("ncco.input").level).to.be.a("string");
	});
});
