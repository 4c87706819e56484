import { expect } from "chai";
import { until } from "../crash/site.ts";
import { type Start, withInboxFiles } from "../end-to-end/inbox-files.ts";
import type { InboxRouter } from "../end-to-end/inbox-router.ts";
import { usePostgres } from "../postgres.ts";
import { withListener } from "./listener.ts";

const TOKEN = "token-of-the-orders-0123456789";
const OTHER = "token-of-the-others-0123456789";
const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}" }
defaults: { firewall: [loopback], signature: none, retry: [100ms] }
routes:
  - { name: orders, path: /orders, kind: sms.inbound, level: account, concurrency: 3, handler: { pull: { token: "${TOKEN}", lease: 1s } } }
  - { name: ordered, path: /ordered, kind: sms.inbound, level: account, orderBy: msisdn, handler: { pull: { tokens: { erp: { token: "${OTHER}" } }, lease: 1h } } }
  - { name: paced, path: /paced, kind: sms.inbound, level: account, rate: { limit: 5/s, burst: 1 }, handler: { pull: { token: "${OTHER}x" } } }
  - name: fan
    path: /fan
    kind: sms.inbound
    level: account
    handler: { all: [{ name: erp, pull: { token: "${OTHER}y" } }] }
`;

/** An answer of the listener. */
interface Answer {
	readonly status: number;
	readonly body: Record<string, unknown>;
	readonly events: readonly PulledEvent[];
}

interface PulledEvent {
	readonly lease: string;
	readonly expiresAt: string;
	readonly id: string;
	readonly attempt: number;
	readonly payload: Readonly<Record<string, unknown>>;
}

type Call = (
	path: string,
	body?: object,
	token?: string | null,
	method?: string,
) => Promise<Answer>;

for (const engine of ["SQLite", "PostgreSQL"]) {
	describe(`pulling from ${engine}`, () => {
		const server = engine === "SQLite" ? undefined : usePostgres();
		const withPull = async (
			use: (call: Call, router: InboxRouter, start: Start) => Promise<void>,
		): Promise<void> => {
			const env: Record<string, string> =
				server === undefined ? {} : { STORE: await server().createDatabase() };
			await withInboxFiles(ROUTES, env, async (start) => {
				const router = await start();
				await withCalls(router, (call) => use(call, router, start));
			});
		};

		it("hands an event out once, and delivers it when it is acknowledged", () =>
			withPull(async (call, router) => {
				expect((await call("orders")).body).to.deep.equal({ events: [] });
				await router.sms("/orders");
				const [event, ...others] = (await call("orders?max=5")).events;
				expect(others).to.deep.equal([]);
				expect(event).to.deep.include({ attempt: 1, kind: "sms.inbound" });
				expect(event?.payload.text).to.equal("hi");
				expect((await call("orders")).events).to.deep.equal([]);
				const { status } = await call("orders/ack", { lease: event?.lease });
				expect(status).to.equal(204);
				const [kept] = await router.kept();
				expect(kept).to.include({ state: "delivered", attempts: 1 });
				const [line] = await router.logs({ line: "delivery" });
				expect(line).to.include({ route: "orders", outcome: "delivered" });
				const again = await call("orders/ack", { lease: event?.lease });
				expect([again.status, again.body.code]).to.deep.equal([
					409,
					"conflict",
				]);
			}));

		it("waits for an event that comes later, and no longer than it was asked to", () =>
			withPull(async (call, router) => {
				const began = performance.now();
				expect((await call("orders?wait=50ms")).events).to.deep.equal([]);
				expect(performance.now() - began).to.be.below(5000);
				const waiting = call("orders", { wait: "30s", max: 2 });
				await router.sms("/orders");
				expect((await waiting).events).to.have.length(1);
				expect((await call("orders?wait=61s")).status).to.equal(400);
			}));

		it("counts an expired lease as a failed attempt, and tells a late acknowledgement", () =>
			withPull(async (call, router) => {
				await router.sms("/orders");
				const [first] = (await call("orders")).events;
				const [second] = (await call("orders?wait=20s")).events;
				expect([first?.attempt, second?.attempt]).to.deep.equal([1, 2]);
				expect(second?.id).to.equal(first?.id);
				const late = await call("orders/ack", { lease: first?.lease });
				expect(late.status).to.equal(409);
				expect(late.body.detail).to.contain("leased again");
				const [lost] = await router.logs({ line: "delivery" });
				expect(lost).to.include({ outcome: "waiting", attempt: 1 });
				expect(lost?.reason).to.contain("LEASE_EXPIRED");
				expect(
					(await call("orders/ack", { lease: second?.lease })).status,
				).to.equal(204);
				const [kept] = await router.kept();
				expect(
					kept?.history.map(({ outcome, attempt }) => [attempt, outcome]),
				).to.deep.equal([
					[1, "waiting"],
					[2, "delivered"],
				]);
			}));

		it("gives an event up after its last attempt, and counts what happened", () =>
			withPull(async (call, router) => {
				await router.sms("/orders");
				await call("orders");
				await call("orders?wait=20s");
				const [dead] = await router.logs({ line: "delivery", outcome: "dead" });
				expect(dead?.reason).to.match(/LEASE_EXPIRED.*after 2 attempts/);
				expect((await router.kept())[0]?.state).to.equal("dead");
			}));

		it("takes an event back, with a delay and a reason, or for good", () =>
			withPull(async (call, router) => {
				await router.sms("/orders");
				await router.sms("/orders", { messageId: "2" });
				const { events } = await call("orders", { max: 2 });
				const [one, two] = events;
				const back = await call("orders/nack", {
					lease: one?.lease,
					delay: "1h",
					reason: "the shop is closed",
				});
				expect(back.body).to.deep.equal({
					state: "waiting",
					retryInMs: 3_600_000,
				});
				const end = { lease: two?.lease, giveUp: true, reason: "no such shop" };
				expect((await call("orders/nack", end)).body).to.deep.equal({
					state: "dead",
				});
				const kept = await router.kept();
				expect(kept.map(({ state }) => state)).to.deep.equal([
					"waiting",
					"dead",
				]);
				expect(kept[0]?.reason).to.contain("the shop is closed");
				expect(kept[1]?.reason).to.contain("no such shop");
			}));

		it("extends a lease, which then ends later", () =>
			withPull(async (call, router) => {
				await router.sms("/orders");
				const [event] = (await call("orders")).events;
				const { body } = await call("orders/extend", {
					lease: event?.lease,
					for: "1h",
				});
				const laterMs =
					Date.parse(String(body.expiresAt)) -
					Date.parse(event?.expiresAt ?? "");
				expect(laterMs).to.be.above(3_000_000);
				expect((await call("orders?wait=1500ms")).events).to.deep.equal([]);
				expect(
					(await call("orders/ack", { lease: event?.lease })).status,
				).to.equal(204);
				const late = await call("orders/extend", { lease: event?.lease });
				expect(late.status).to.equal(409);
			}));

		it("bounds the leases by `concurrency`, and hands out more as they end", () =>
			withPull(async (call, router) => {
				for (let at = 0; at < 5; at += 1)
					await router.sms("/orders", { messageId: `${at}` });
				const { events } = await call("orders?max=100");
				expect(events).to.have.length(3);
				const waiting = call("orders?max=100&wait=20s");
				await call("orders/ack", { lease: events[0]?.lease });
				expect((await waiting).events).to.have.length(1);
			}));

		it("keeps the order of a key, and obeys pauses and rates", () =>
			withPull(async (call, router) => {
				for (let at = 0; at < 2; at += 1)
					await router.sms("/ordered", { messageId: `${at}`, text: `${at}` });
				const first = await call("ordered?max=9", undefined, OTHER);
				expect(first.events.map(({ payload }) => payload.text)).to.deep.equal([
					"0",
				]);
				await router.store.pause(["ordered"], {});
				await call("ordered/ack", { lease: first.events[0]?.lease }, OTHER);
				expect((await call("ordered", undefined, OTHER)).events).to.deep.equal(
					[],
				);
				const waiting = call("ordered?wait=20s", undefined, OTHER);
				await router.store.resume(["ordered"]);
				expect((await waiting).events[0]?.payload.text).to.equal("1");
				for (let at = 0; at < 3; at += 1)
					await router.sms("/paced", { messageId: `p${at}` });
				const paced = await call("paced?max=9", undefined, `${OTHER}x`);
				expect(paced.events).to.have.length(1);
				const next = await call("paced?max=9&wait=20s", undefined, `${OTHER}x`);
				expect(next.events).to.have.length(1);
			}));

		it("serves a target of a fan-out by its name", () =>
			withPull(async (call, router) => {
				await router.sms("/fan");
				const { events } = await call("fan/erp", undefined, `${OTHER}y`);
				expect(events[0]?.id).to.match(/~erp$/);
				const lease = { lease: events[0]?.lease };
				const encoded = await call("fan%2Ferp/ack", lease, `${OTHER}y`);
				expect(encoded.status).to.equal(204);
			}));

		it("takes only tokens of the route, and slows down who guesses", () =>
			withPull(async (call, router) => {
				await router.sms("/orders");
				for (const [token, code] of [
					[null, "no-token"],
					[OTHER, "bad-token"],
				] as const) {
					const answer = await call("orders", undefined, token);
					expect([answer.status, answer.body.code]).to.deep.equal([401, code]);
				}
				const foreign = await call("nothing", undefined, TOKEN);
				expect(foreign.body.code).to.equal("bad-token");
				const get = await call("orders", undefined, TOKEN, "GET");
				expect(get.status).to.equal(405);
				const [event] = (await call("orders")).events;
				const stolen = await call(
					"ordered/ack",
					{ lease: event?.lease },
					OTHER,
				);
				expect(stolen.status).to.equal(404);
				for (const lease of ["", "x", "a:0", "a b:1"])
					expect((await call("orders/ack", { lease })).status).to.equal(400);
				expect(
					(await call("orders/ack", { lease: "a:1", x: 1 })).status,
				).to.equal(400);
				for (let at = 0; at < 12; at += 1)
					await call("orders", undefined, `a-wrong-token-${at}`);
				const slowed = await call("orders", undefined, "one-more-wrong-token");
				expect(slowed.status).to.equal(429);
			}));

		if (server !== undefined)
			it("lets two routers answer for one lease", () =>
				withPull(async (call, router, start) => {
					const second = await start();
					await withCalls(second, async (other) => {
						await router.sms("/orders");
						await router.sms("/orders", { messageId: "2" });
						const { events } = await call("orders?max=2");
						const [one, two] = events.map(({ lease }) => ({ lease }));
						expect((await other("orders/ack", one)).status).to.equal(204);
						expect((await call("orders/ack", one)).status).to.equal(409);
						const longer = { ...two, for: "1h" };
						expect((await other("orders/extend", longer)).status).to.equal(200);
						// The end of the lease at the router that gave it.
						const waited = await call("orders?wait=1500ms");
						expect(waited.events).to.deep.equal([]);
						expect((await call("orders/nack", two)).status).to.equal(200);
						expect((await other("orders/ack", two)).status).to.equal(409);
						await until(
							"another attempt",
							async () => (await other("orders")).events.length === 1,
						);
					});
				}));
	});
}

// --- helpers ---

/** Opens an admin listener for a router of a test. */
function withCalls(
	{ runtime, running }: InboxRouter,
	use: (call: Call) => Promise<void>,
): Promise<void> {
	return withListener(
		({ port }) =>
			use(async (path, body, token = TOKEN, method = "POST") => {
				const response = await fetch(`http://127.0.0.1:${port}/pull/${path}`, {
					method,
					headers: {
						...(token !== null && { authorization: `Bearer ${token}` }),
						...(body !== undefined && { "content-type": "application/json" }),
					},
					...(body !== undefined && { body: JSON.stringify(body) }),
				});
				const text = await response.text();
				const answer = text === "" ? {} : JSON.parse(text);
				return {
					status: response.status,
					body: answer,
					events: answer.events ?? [],
				};
			}),
		{ router: { runtime: () => runtime, pulls: running.pulls } },
	);
}
