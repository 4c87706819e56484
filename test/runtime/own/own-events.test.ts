import { expect } from "chai";
import { createTestRouter, type TestRouter } from "../../../src/testing.ts";
import { withFolder } from "../../cli/cli.ts";

/** A router whose plugin does what the text says, and whose own events go to a service, to a plugin, or nowhere. */
const FILES: Readonly<Record<string, string>> = {
	"routes.yaml": `version: 1
defaults: { firewall: [vonage], signature: none, retry: none }
routes:
  - { name: orders, path: /orders, kind: sms.inbound, handler: { plugin: obeys } }
  - { name: payments, path: /payments, kind: sms.inbound, handler: { plugin: obeys } }
  - { name: call, path: /call, kind: voice.answer, level: app, handler: { plugin: obeys }, fallback: { ncco: [{ action: talk, text: sorry }] } }
  - { name: later, kind: sms.inbound, handler: { plugin: throws } }
  - { name: dead, kind: router.dead, handler: { forward: "http://127.0.0.1:3000/dead" } }
  - { name: dead-payments, kind: router.dead, match: { route: [payments] }, handler: { plugin: passes } }
  - { name: quarantine, kind: router.quarantined, handler: { forward: "http://127.0.0.1:3000/quarantine" } }
`,
	"plugins/obeys.ts": `import { definePlugin, giveUp } from "switchhook";
export default definePlugin({
	name: "obeys",
	handsOn: () => ["later"],
	on: {
		"sms.inbound": async ({ payload }, { handOn }) => {
			if (payload.text === "throw") throw new Error("secret 447700900009");
			if (payload.text === "give up") throw giveUp("no such customer");
			if (payload.text === "hand") await handOn("later", { ...payload, text: "throw" });
		},
		"voice.answer": () => { throw new Error("no menu"); },
	},
});
`,
	"plugins/throws.ts": `import { definePlugin } from "switchhook";
export default definePlugin({
	name: "throws",
	on: { "sms.inbound": ({ payload }) => { if (payload.text === "throw") throw new Error("as told"); } },
});
`,
	"plugins/passes.ts": `import { definePlugin } from "switchhook";
export default definePlugin({
	name: "passes",
	handsOn: () => ["later"],
	on: { "router.dead": ({ payload }, { handOn }) => handOn("later", { msisdn: "1", to: "2", messageId: payload.ids[0] ?? "x", text: "throw" }) },
});
`,
};

describe("the router's own events", () => {
	let router: TestRouter | undefined;
	afterEach(() => router?.close());

	const start = (
		use: (router: TestRouter) => Promise<void>,
		files = FILES,
	): Promise<void> =>
		withFolder(files, async (folder) => {
			const config = "routes.yaml";
			router = await createTestRouter({ config, folder, env: {} });
			await use(router);
			await router.close();
		});

	let messages = 0;
	async function send(one: TestRouter, to: string, text: string) {
		const messageId = `m${++messages}`;
		const answer = await one.send(to, { set: { text, messageId } });
		await one.settle();
		return answer;
	}

	it("tell of a dead event at once, and of those that follow at the end of the window", () =>
		start(async (one) => {
			const first = await send(one, "orders", "throw");
			expect(one.forwarded()).to.deep.equal([]);
			await one.advance("1s");
			const [told] = one.forwarded();
			expect(told?.url).to.equal("http://127.0.0.1:3000/dead");
			expect(told?.body).to.deep.include({
				text: "1 event of `orders` is dead: HANDLER_FAILED",
				route: "orders",
				code: "HANDLER_FAILED",
				count: 1,
				ids: [first.id],
			});
			expect(JSON.stringify(told?.body)).to.not.contain("447700900009");
			for (let at = 0; at < 20; at++) await send(one, "orders", "give up");
			await one.advance("5m");
			const bodies = one.forwarded().map(({ body }) => body);
			expect(bodies).to.have.length(2);
			expect(bodies[1]).to.deep.include({ count: 20, part: "rest" });
			await one.advance("1h");
			expect(one.forwarded()).to.have.length(2);
		}));

	it("go to the route whose match fits, and cause no others, nor do the events that come from them", () =>
		start(async (one) => {
			await send(one, "payments", "throw");
			await one.advance("1s");
			expect(one.handedOn()).to.have.length(1);
			const states = (await one.deliveries()).map(({ route, state }) => [
				route,
				state,
			]);
			expect(states).to.deep.equal([
				["payments", "dead"],
				["dead-payments", "delivered"],
				["later", "dead"],
			]);
			await one.advance("10m");
			expect(one.forwarded()).to.deep.equal([]);
			expect(await one.deliveries()).to.have.length(3);
		}));

	it("tell of an event that was handed on by a webhook", () =>
		start(async (one) => {
			await send(one, "orders", "hand");
			await one.advance("1s");
			expect(one.forwarded()[0]?.body).to.deep.include({ route: "later" });
		}));

	it("cause no others where their own handler fails", () =>
		start(async (one) => {
			one.stub([{ url: "http://127.0.0.1:3000/*", answer: { status: 500 } }]);
			for (let at = 0; at < 3; at++) {
				await send(one, "orders", "throw");
				await one.advance("10m");
			}
			const states = (await one.deliveries()).map(({ route, state }) => [
				route,
				state,
			]);
			expect(states).to.deep.equal([
				["orders", "dead"],
				["dead", "dead"],
				["orders", "dead"],
				["dead", "dead"],
				["orders", "dead"],
				["dead", "dead"],
			]);
		}));

	it("tell of a reply whose handler failed", () =>
		start(async (one) => {
			expect(await one.send("voice.answer")).to.include({
				outcome: "fallback",
			});
			await one.settle();
			await one.advance("1s");
			expect(one.forwarded()[0]?.body).to.deep.include({
				route: "call",
				code: "HANDLER_FAILED",
			});
		}));

	it("make one event of a flood in quarantine", () =>
		start(async (one) => {
			for (let at = 0; at < 30; at++)
				await one.send({
					send: "orders",
					payload: { nothing: "447700900008", at },
				});
			await one.settle();
			await one.advance("1s");
			const [told, ...others] = one.forwarded();
			expect(others).to.deep.equal([]);
			expect(told?.url).to.equal("http://127.0.0.1:3000/quarantine");
			expect(told?.body).to.deep.include({
				route: "orders",
				count: 30,
				codes: { PAYLOAD_INVALID: 30 },
			});
			expect(JSON.stringify(told?.body)).to.not.contain("447700900008");
		}));

	it("are handed on to an internal route by name, validated like all others, and stored once for one key", () =>
		start(async (one) => {
			const sent = await one.send("later", { set: { messageId: "same" } });
			expect(sent).to.include({ outcome: "received", route: "later" });
			await one.send("later", { set: { messageId: "same" } });
			await one.settle();
			expect(await one.deliveries()).to.have.length(1);
			expect(
				await one.send({ send: "later", payload: { text: "x" } }),
			).to.include({ code: "PAYLOAD_INVALID" });
		}));
});
