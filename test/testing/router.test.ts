import { expect } from "chai";
import { createTestRouter, type TestRouter } from "../../src/testing.ts";
import { withFolder } from "../cli/cli.ts";
import { PROJECT } from "./project.ts";

describe("createTestRouter", () => {
	let router: TestRouter | undefined;
	afterEach(() => router?.close());

	const start = (
		more: Parameters<typeof createTestRouter>[0] = {},
		use: (router: TestRouter) => Promise<void> = async () => {},
	): Promise<void> =>
		withFolder(PROJECT, async (folder) => {
			router = await createTestRouter({
				config: "routes.yaml",
				folder,
				env: {},
				...more,
			});
			await use(router);
			await router.close();
		});

	it("answers, handles, and tells what became of it", () =>
		start({}, async (router) => {
			const call = await router.send("voice.answer", {
				set: { from: "447700900005" },
			});
			expect(call).to.include({
				status: 200,
				outcome: "handled",
				route: "answer",
			});
			expect(call.body).to.deep.include({ action: "input", type: ["dtmf"] });
			expect(call.text).to.contain("Hello 447700900005");
			const sms = await router.send({
				send: "sms.inbound",
				set: { text: "hand" },
			});
			expect(sms).to.include({
				status: 200,
				outcome: "received",
				kind: "sms.inbound",
			});
			await router.settle();
			const deliveries = await router.deliveries();
			expect(
				deliveries.map(({ route, state, attempts }) => [
					route,
					state,
					attempts,
				]),
			).to.deep.equal([
				["answer", "delivered", 0],
				["inbound-sms", "delivered", 1],
				["support-line", "delivered", 1],
			]);
			expect(deliveries[1]?.id).to.equal(sms.id);
			expect(router.handedOn()).to.have.length(1);
			expect(router.forwarded()[0]?.body).to.include({ text: "handed" });
			expect(await router.state("obeys", "calls")).to.equal(1);
			expect(router.log.map(({ msg }) => msg)).to.include("obeying");
			const refused = await router.send("answer", { unsigned: true });
			expect(refused).to.include({ status: 401, code: "SIGNATURE_MISSING" });
		}));

	it("retries when its clock is moved, by what the stubs answer then", () =>
		start(
			{
				clock: "2026-03-01T00:00:00Z",
				fetch: [{ url: "http://127.0.0.1:3000/*", answer: { status: 503 } }],
			},
			async (router) => {
				await router.send("support-line", { set: { to: "447700900001" } });
				await router.settle();
				const [waiting] = await router.deliveries();
				expect(waiting).to.include({ state: "waiting", attempts: 1 });
				expect(waiting?.reason).to.contain("answered 503");
				router.stub([]);
				await router.advance("5s");
				expect(router.now()).to.equal(Date.UTC(2026, 2, 1, 0, 0, 5));
				const [delivered] = await router.deliveries();
				expect(delivered).to.include({ state: "delivered", attempts: 2 });
			},
		));

	it("leaves the clock, the timers and the network of the test alone", async () => {
		const { Date: before, fetch: fetchBefore } = globalThis;
		const year = new Date().getFullYear();
		await start({ clock: 0 }, async (router) => {
			expect(new Date().getFullYear()).to.equal(year);
			expect(new Date()).to.be.an.instanceOf(before);
			await router.send("sms.inbound");
			await router.settle();
			expect(
				router.log.find(({ msg }) => msg === "obeying")?.fields,
			).to.include({ at: "1970-01-01T00:00:00.000Z" });
			const refused = await fetch("http://127.0.0.1:1/").catch(
				(error: Error) => error.message,
			);
			expect(refused).to.equal("fetch failed");
		});
		expect(globalThis.Date).to.equal(before);
		expect(globalThis.fetch).to.equal(fetchBefore);
	});

	it("takes a text and an object, and runs beside another one", async () => {
		const route = {
			name: "ping",
			path: "/ping",
			kind: "voice.answer",
			level: "app",
			firewall: "any",
			signature: "none",
			handler: { ncco: [{ action: "talk", text: "Hi" }] },
		};
		const config = { version: 1, inbox: { store: "none" }, routes: [route] };
		const first = await createTestRouter({ config });
		const second = await createTestRouter({
			config: `${JSON.stringify(config)}\n`,
			clock: 5,
		});
		try {
			expect(first.now()).to.not.equal(second.now());
			for (const one of [first, second]) {
				expect((await one.send("ping")).text).to.contain("Hi");
				expect(await one.deliveries()).to.deep.equal([]);
			}
		} finally {
			await first.close();
			await second.close();
		}
	});

	it("rejects with the findings of a configuration, and for a wrong target or time", async () => {
		const wrong = await createTestRouter({ config: { version: 2 } }).catch(
			(error: Error) => error.message,
		);
		expect(wrong).to.contain("`version` is 2. Expected 1");
		await start({}, async (router) => {
			const target = await router
				.send("sms.inbond")
				.catch((error: Error) => error.message);
			expect(target).to.contain("unknown kind `sms.inbond`");
			const time = await router
				.advance("soon")
				.catch((error: Error) => error.message);
			expect(time).to.contain("expected milliseconds, or a duration");
			await router.close();
		});
	});
});
