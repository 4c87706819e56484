import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { until } from "../crash/site.ts";
import { usePostgres } from "../postgres.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { type InboxRouter, tell } from "./inbox-router.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}", maxBacklog: 1000 }
defaults: { firewall: [loopback], signature: none, retry: none }
routes:
  - { name: plain, path: /plain, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: ordered, path: /ordered, kind: sms.inbound, level: account, orderBy: msisdn, concurrency: 5, rate: 20/s, handler: { plugin: told } }
  - { name: late, path: /late, kind: sms.inbound, level: account, delay: 300ms, handler: { plugin: told } }
  - { name: failing, path: /failing, kind: sms.inbound, level: account, retry: { first: 2s, for: 1s }, handler: { plugin: told } }
  - { name: up, path: /up, kind: sms.inbound, level: account, handler: { forward: { url: "\${UPSTREAM:-http://127.0.0.1:9}/a", rate: 10/s } } }
  - { name: side, path: /side, kind: sms.inbound, level: account, handler: { forward: { url: "\${UPSTREAM:-http://127.0.0.1:9}/b", rate: 10/s } } }
`;

for (const engine of ["SQLite", "PostgreSQL"]) {
	describe(`the pace of a router whose inbox is ${engine}`, () => {
		const server = engine === "SQLite" ? undefined : usePostgres();
		const withInbox = async (
			use: (start: Start) => Promise<void>,
			env: Record<string, string> = {},
		): Promise<void> => {
			if (server !== undefined) env.STORE = await server().createDatabase();
			await withInboxFiles(ROUTES, env, use);
		};
		const send = async (
			router: InboxRouter,
			path: string,
			count: number,
			over: object = {},
		): Promise<void> => {
			for (let at = 0; at < count; at += 1) {
				const messageId = `${path} ${Math.random()}`;
				const { status } = await router.sms(path, { messageId, ...over });
				expect(status).to.equal(200);
			}
		};

		it("stores what comes for a paused route, logs the pause, and handles it when it is resumed", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start();
				const { store } = router;
				await store.pause(["plain"], { forMs: 3_600_000, why: "down" });
				const [line] = await router.logs({ line: "pause" });
				expect(line).to.include({
					severity: "warn",
					route: "plain",
					outcome: "paused",
					reason: "down",
				});
				await send(router, "/plain", 2);
				await send(router, "/failing", 1);
				await router.logs({ line: "delivery", route: "failing" });
				const { byState } = await store.stats();
				expect(byState).to.include({ received: 2, delivered: 1 });
				await store.resume(["plain"]);
				await router.logs({ line: "pause", outcome: "resumed" });
				await router.logs({ line: "delivery", route: "plain" }, 2);
			}));

		it("keeps a pause over a restart, and ends it while nothing runs", () =>
			withInbox(async (start) => {
				tell(() => {});
				const first = await start();
				await first.store.pause(["plain"], { forMs: 400 });
				await first.store.pause(["late"], {});
				await send(first, "/plain", 1);
				await send(first, "/late", 1);
				await first.stop();
				const second = await start();
				expect(
					second.running.inbox.pauses.list().map(({ route }) => route),
				).to.include("late");
				await second.logs({ line: "delivery", route: "plain" });
				const { byState } = await second.store.stats();
				expect(byState).to.include({ received: 1, delivered: 1 });
			}));

		it("does not count a pause for `retry.for`", () =>
			withInbox(async (start) => {
				// The first delay is longer than all of the time, so an event that is late gets no second attempt.
				tell(({ attempt }) => {
					if (attempt === 1) throw new Error("down");
				});
				const router = await start({ isWorking: false });
				await router.store.pause(["failing"], {});
				await send(router, "/failing", 1);
				const [row] = (await router.store.list({}, { max: 1 })).rows;
				await until(
					"more than the time of `retry.for`",
					async () =>
						(await router.store.pauses()).now > Number(row?.receivedAt) + 1500,
				);
				await router.store.resume(["failing"]);
				router.work();
				const [line] = await router.logs({ line: "delivery" });
				expect(line).to.include({ outcome: "waiting" });
				await router.logs({ line: "delivery", outcome: "delivered" });
			}));

		it("starts handlers at the rate of the route, in order, and no other route waits", () =>
			withInbox(async (start) => {
				const starts: number[] = [];
				const order: unknown[] = [];
				tell(({ route, payload }) => {
					if (route !== "ordered") return;
					starts.push(performance.now());
					order.push(payload.text);
				});
				const router = await start({ isWorking: false });
				for (let at = 0; at < 12; at += 1)
					await send(router, "/ordered", 1, { text: `${at}` });
				router.work();
				await send(router, "/plain", 1);
				await router.logs({ line: "delivery", route: "ordered" }, 12);
				expect(order).to.deep.equal(
					order.toSorted((a, b) => Number(a) - Number(b)),
				);
				// The burst is three. The clocks of store and test may differ by some milliseconds.
				const tookMs = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
				expect(tookMs).to.be.above(400);
				const lines = router.lines.filter(({ line }) => line === "delivery");
				const plain = lines.findIndex(({ route }) => route === "plain");
				expect(plain).to.be.below(11);
			}));

		it("holds a delay for the first attempt, and not for a replay", () =>
			withInbox(async (start) => {
				tell(() => {
					throw new Error("no");
				});
				const router = await start();
				await send(router, "/late", 1);
				await router.logs({ line: "delivery", outcome: "dead" });
				const [kept] = await router.kept();
				const [first] = kept?.history ?? [];
				const waitedMs = Number(first?.startedAt) - Number(kept?.receivedAt);
				expect(waitedMs).to.be.at.least(290);
				tell(() => {});
				const from = performance.now();
				await router.store.replay({ ids: [String(kept?.id)] });
				await router.logs({ line: "delivery", outcome: "delivered" });
				const [after] = await router.kept();
				expect(after?.attempts).to.equal(2);
				expect(performance.now() - from).to.be.below(10_000);
			}));

		it("limits a service over all routes that forward to it", async () => {
			const arrivals: number[] = [];
			const service = createServer((request, response) => {
				arrivals.push(performance.now());
				request.resume().on("end", () => response.end());
			}).listen(0, "127.0.0.1");
			await once(service, "listening");
			const { port } = service.address() as AddressInfo;
			try {
				await withInbox(
					async (start) => {
						const router = await start({ isWorking: false });
						await send(router, "/up", 4);
						await send(router, "/side", 4);
						router.work();
						await router.logs({ line: "delivery", outcome: "delivered" }, 8);
						const tookMs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
						expect(tookMs).to.be.above(500);
					},
					{ UPSTREAM: `http://127.0.0.1:${port}` },
				);
			} finally {
				service.close();
			}
		});

		if (server !== undefined)
			it("holds over two routers", () =>
				withInbox(async (start) => {
					const starts: number[] = [];
					tell(({ route }) => {
						if (route === "ordered") starts.push(performance.now());
					});
					const [one, two] = [
						await start({ isWorking: false }),
						await start({ isWorking: false }),
					];
					await one.store.pause(["ordered"], { why: "both" });
					one.work();
					two.work();
					for (let at = 0; at < 16; at += 1)
						await send(two, "/ordered", 1, { msisdn: `44770090000${at}` });
					await two.logs({ line: "pause", reason: "both" });
					expect(starts).to.have.length(0);
					await two.store.resume(["ordered"]);
					await one.logs({ line: "pause", outcome: "resumed" });
					await until(
						"all of both",
						async () => (await one.store.stats()).byState.delivered === 16,
					);
					const tookMs = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
					expect(tookMs).to.be.above(600);
				}));
	});
}
