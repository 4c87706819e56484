import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { HookEvent } from "../../src/event/webhook.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { packEnvelope } from "../../src/inbox/port/envelope.ts";
import type { Lease } from "../../src/inbox/port/queue.ts";
import { DEFAULT_RETRY } from "../../src/inbox/port/retry.ts";
import type { Trace } from "../../src/plugin/loader/trace.ts";
import { giveUp, RetryLater, retryLater } from "../../src/plugin/steer.ts";
import { createDelivery } from "../../src/runtime/inbox/deliver.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { deliveryOf } from "./inbox-tools.ts";
import { servedRoute } from "./served.ts";

const NOW = 1_577_880_000_000;
const LEASE: Lease = {
	id: "e1",
	route: "one",
	kind: "test.one",
	orderKey: undefined,
	attempt: 1,
	receivedAt: NOW,
	envelope: packEnvelope({
		method: "POST",
		path: "/one/x",
		query: "",
		headers: { "content-type": "application/json" },
		params: { name: "x" },
		claims: { api_key: "abcd1234" },
		client: undefined,
		handedOn: 2,
		text: undefined,
	}),
	body: Buffer.from('{"one":1}'),
};

/** Delivers to a handler. */
function deliver(
	handle: Handler["handle"],
	{
		lease = LEASE,
		trace,
		...over
	}: Partial<ServedRoute> & {
		readonly lease?: Lease;
		readonly trace?: Trace;
	} = {},
) {
	const handler: Handler = { handle };
	const route = servedRoute({
		mode: "accept",
		handler,
		retry: { kind: "list", delaysMs: [100, 200] },
		...over,
	});
	const work = createDelivery(route, {
		now: () => NOW,
		random: () => 0.5,
		...(trace && { trace }),
	});
	return work.deliver(lease, new AbortController().signal);
}
const throwing = (error: unknown) => (): never => {
	throw error;
};

describe("createDelivery", () => {
	it("makes the event again as it came, and says that it was delivered", async () => {
		let seen: HookEvent | undefined;
		const outcome = await deliver((event) => {
			seen = event;
			return undefined;
		});
		expect(outcome).to.deep.equal({
			verdict: { as: "delivered" },
			writes: [],
			events: [],
		});
		expect(seen).to.deep.include({
			id: "e1",
			payload: { one: 1 },
			attempt: 1,
			receivedAt: NOW,
			params: { name: "x" },
			claims: { api_key: "abcd1234" },
			handedOn: 2,
			method: "POST",
		});
	});

	it("tells where it failed, but not where somebody said what to do next", async () => {
		const trace = (error: unknown) => `stack of ${error}`;
		const verdictOf = async (error: unknown, attempt = 1) =>
			(await deliver(throwing(error), { lease: { ...LEASE, attempt }, trace }))
				.verdict;
		expect(await verdictOf(new Error("no"))).to.deep.equal({
			as: "waiting",
			afterMs: 100,
			reason: "Error: no",
			stack: "stack of Error: no",
		});
		expect(await verdictOf(new Error("no"), 3)).to.include({
			as: "dead",
			stack: "stack of Error: no",
		});
		for (const error of [giveUp("no"), retryLater("no")])
			expect(await verdictOf(error)).to.not.have.property("stack");
	});

	it("brings what the handler wrote and handed on with a success, and nothing of it with a failure", async () => {
		const write = {
			plugin: "p",
			key: "k",
			value: "1",
			expiresAfterMs: undefined,
		};
		const writing =
			(error?: Error): Handler["handle"] =>
			(_, { journal }) => {
				journal.writes.push(write);
				journal.events.push(deliveryOf("new"));
				return error === undefined ? undefined : Promise.reject(error);
			};
		expect(await deliver(writing())).to.deep.include({
			writes: [write],
			events: [deliveryOf("new")],
		});
		expect(await deliver(writing(new Error("no")))).to.deep.include({
			writes: [],
			events: [],
		});
	});

	for (const [what, error, attempt, verdict] of [
		[
			"an error",
			new Error("no"),
			1,
			{ as: "waiting", afterMs: 100, reason: "Error: no" },
		],
		[
			"the second error",
			new HookError("UPSTREAM_FAILED", "502"),
			2,
			{ as: "waiting", afterMs: 200, reason: "UPSTREAM_FAILED: 502" },
		],
		[
			"the last error",
			new Error("no"),
			3,
			{ as: "dead", reason: "Error: no (after 3 attempts)" },
		],
		[
			"what is no error",
			"no",
			1,
			{ as: "waiting", afterMs: 100, reason: "no" },
		],
		[
			"`retryLater`",
			retryLater("closed", { after: "5m" }),
			1,
			{ as: "waiting", afterMs: 300_000, reason: "closed" },
		],
		["`giveUp`", giveUp("unknown"), 1, { as: "dead", reason: "unknown" }],
	] as const) {
		it(`turns ${what} into ${verdict.as}`, async () => {
			const lease = { ...LEASE, attempt };
			const outcome = await deliver(throwing(error), { lease });
			expect(outcome.verdict).to.deep.equal(verdict);
		});
	}

	it("has an event step aside in its order after so many failed tries, and not before", async () => {
		const fails = throwing(new Error("no"));
		const lease = { ...LEASE, orderKey: "lane" };
		const of = async (over: Parameters<typeof deliver>[1]) =>
			(await deliver(fails, { stepAside: 2, ...over })).verdict;
		const waiting = { as: "waiting", afterMs: 200, reason: "Error: no" };
		const second = { ...lease, attempt: 2 };
		expect(await of({ lease })).to.not.have.property("stepsAside");
		expect(await of({ lease: second })).to.deep.equal({
			...waiting,
			stepsAside: true,
		});
		expect(
			await of({ lease: { ...second, orderKey: undefined } }),
		).to.deep.equal(waiting);
		expect(await of({ lease: second, stepAside: undefined })).to.deep.equal(
			waiting,
		);
		expect(await of({ lease: { ...lease, attempt: 3 } })).to.include({
			as: "dead",
		});
	});

	it("gives back what was not tried as a probe, after its own time, and rests for its own", async () => {
		const error = new RetryLater("it is away", 60_000, {
			uncounted: true,
			restMs: 3000,
		});
		const outcome = await deliver(throwing(error));
		expect(outcome).to.deep.include({
			verdict: { as: "returned", afterMs: 60_000 },
			restMs: 1000,
		});
	});

	it("gives back what was not tried, and rests so long", async () => {
		const error = new RetryLater("the circuit is open", 700, {
			uncounted: true,
		});
		const outcome = await deliver(throwing(error));
		expect(outcome).to.deep.include({
			verdict: { as: "returned" },
			restMs: 700,
		});
	});

	it("does not begin while the handler knows that nothing can be handled", async () => {
		const handler: Handler = {
			handle: throwing(new Error("it was called")),
			caution: () => ({ restMs: 300, avoid: [] }),
		};
		const outcome = await deliver(handler.handle, { handler });
		expect(outcome).to.deep.include({
			verdict: { as: "returned" },
			restMs: 300,
		});
	});

	it("does not count the time in which the route was paused", async () => {
		const DAY = 86_400_000;
		const route = servedRoute({
			mode: "accept",
			handler: { handle: throwing(new Error("down")) },
			retry: DEFAULT_RETRY,
		});
		const asked: unknown[] = [];
		const lease = { ...LEASE, attempt: 50, receivedAt: NOW - 2 * DAY };
		const deliverPaused = (pausedMs: number) =>
			createDelivery(route, {
				now: () => NOW,
				random: () => 0.5,
				pauses: {
					pausedMs: (...args) => {
						asked.push(args);
						return pausedMs;
					},
				},
			}).deliver(lease, new AbortController().signal);
		expect((await deliverPaused(DAY)).verdict).to.include({ as: "dead" });
		expect((await deliverPaused(1.5 * DAY)).verdict).to.include({
			as: "waiting",
			afterMs: 450_000,
		});
		expect(asked[0]).to.deep.equal([route.name, NOW - 2 * DAY, NOW]);
	});

	it("fails what takes longer than the route's timeout", async () => {
		const outcome = await deliver(() => new Promise(() => {}), {
			timeoutMs: 1,
		});
		expect(outcome.verdict).to.deep.equal({
			as: "waiting",
			afterMs: 100,
			reason: "HANDLER_TIMEOUT: no answer within 1 ms",
		});
	});

	it("gives up what it cannot read, for a replay to read better", async () => {
		const broken = { ...LEASE, body: Buffer.from("{") };
		const outcome = await deliver(() => undefined, { lease: broken });
		expect(outcome.verdict).to.include({ as: "dead" });
		const damaged = { ...LEASE, envelope: "{}" };
		const other = await deliver(() => undefined, { lease: damaged });
		expect(other.verdict)
			.to.have.property("reason")
			.that.matches(/^INTERNAL: /);
	});
});
