import { expect } from "chai";
import { HookError } from "../../../src/errors.ts";
import { ALERT_WINDOW_MS } from "../../../src/inbox/port/alert.ts";
import type { StateWrite } from "../../../src/inbox/port/state.ts";
import { watchBacklog } from "../../../src/runtime/own/backlog-watch.ts";
import { type Cause, circuit, dead } from "../../../src/runtime/own/cause.ts";
import {
	createDeniedCount,
	toDenied,
} from "../../../src/runtime/own/denied.ts";
import { createOwnEvents } from "../../../src/runtime/own/own-events.ts";
import { HandTiming } from "../../inbox/hand-timing.ts";

describe("createDeniedCount", () => {
	function count(threshold = 3) {
		const timing = new HandTiming();
		const raised: Cause[] = [];
		const counter = createDeniedCount({
			own: { raise: (cause) => void raised.push(cause) },
			threshold: () => threshold,
			timing,
		});
		const denied = { route: "orders", code: "FIREWALL_DENIED" } as const;
		const note = (times: number) => {
			for (let at = 0; at < times; at++) counter.note(denied);
		};
		return { timing, raised, counter, denied, note };
	}

	it("raises at the threshold, and collects what follows", async () => {
		const { timing, raised, note } = count();
		note(2);
		expect(raised).to.deep.equal([]);
		note(1);
		expect(raised.map((cause) => cause.count)).to.deep.equal([3]);
		note(1000);
		await timing.advance(9999);
		expect(raised).to.have.length(1);
		await timing.advance(1);
		expect(raised.map((cause) => cause.count)).to.deep.equal([3, 1000]);
		expect(raised[1]?.fields).to.deep.equal({
			route: "orders",
			code: "FIREWALL_DENIED",
		});
	});

	it("begins anew with each window", async () => {
		const { timing, raised, note } = count();
		note(2);
		await timing.advance(ALERT_WINDOW_MS);
		note(2);
		expect(raised).to.deep.equal([]);
	});

	it("counts what several processes noted together", () => {
		const { raised, counter, denied } = count();
		counter.note(denied, 2);
		expect(raised).to.deep.equal([]);
		counter.note(denied, 5);
		expect(raised.map((cause) => cause.count)).to.deep.equal([7]);
	});
});

describe("toDenied", () => {
	const error = (code: "FIREWALL_DENIED" | "ROUTE_UNKNOWN") =>
		new HookError(code, "no");

	it("names the route and the code of a refusal, and neither unknown paths nor faults", () => {
		const route = () => "orders";
		expect(toDenied(error("FIREWALL_DENIED"), route)).to.deep.equal({
			route: "orders",
			code: "FIREWALL_DENIED",
		});
		expect(toDenied(error("FIREWALL_DENIED"), () => undefined)).to.equal(
			undefined,
		);
		expect(toDenied(error("ROUTE_UNKNOWN"), route)).to.equal(undefined);
		expect(toDenied(new Error("a fault"), route)).to.equal(undefined);
	});
});

describe("watchBacklog", () => {
	const bounds = { maxBacklog: 100, share: 0.8, oldestMs: 900_000 };
	interface Held {
		waiting: number;
		own: number;
		rows: { route: string; receivedAt: number }[];
	}
	function watch(states = new Map<string, string>()) {
		const timing = new HandTiming();
		const held: Held = { waiting: 0, own: 0, rows: [] };
		const raised: Cause[] = [];
		const none = { count: 0, bytes: 0 };
		const end = watchBacklog({
			timing,
			bounds: () => bounds,
			own: {
				...createOwnEvents(),
				routes: ["alerts"],
				takes: () => true,
				raise: (cause) => void raised.push(cause),
			},
			store: {
				backlog: () => held.waiting + held.own,
				fill: (route) => ({
					own: route === "alerts" ? { count: held.own, bytes: 0 } : none,
					admitted: none,
					usedBytes: 0,
				}),
				stats: async () =>
					({ oldestUnfinishedAt: held.rows[0]?.receivedAt }) as Awaited<
						ReturnType<Parameters<typeof watchBacklog>[0]["store"]["stats"]>
					>,
				async *export() {
					yield* held.rows as never[];
				},
				readState: async (_, key) => states.get(key),
				async writeState(writes: readonly StateWrite[]) {
					for (const { key, value = "" } of writes) states.set(key, value);
				},
			},
		});
		const states2 = () => raised.map(({ fields }) => fields.state);
		return { timing, held, raised, end, told: states2 };
	}

	it("raises when the backlog passes its share, and when it is well again with a distance", async () => {
		const { timing, held, told, end, raised } = watch();
		held.waiting = 79;
		await timing.advance(10_000);
		expect(told()).to.deep.equal([]);
		held.waiting = 80;
		await timing.advance(10_000);
		expect(told()).to.deep.equal(["high"]);
		expect(raised[0]?.text.one).to.equal("80 of at most 100 events wait");
		held.waiting = 61;
		await timing.advance(60_000);
		expect(told()).to.deep.equal(["high"]);
		held.waiting = 59;
		await timing.advance(10_000);
		expect(told()).to.deep.equal(["high", "well"]);
		await end();
		expect(timing.timers).to.equal(0);
	});

	it("raises when an event waits for too long, but not for an own one", async () => {
		const { timing, held, told } = watch();
		const receivedAt = timing.wallMs();
		held.rows = [{ route: "alerts", receivedAt }];
		held.waiting = 0;
		held.own = 1;
		await timing.advance(1_000_000);
		expect(told()).to.deep.equal([]);
		held.rows.push({ route: "orders", receivedAt: receivedAt + 1 });
		held.waiting = 1;
		await timing.advance(60_000);
		expect(told()).to.deep.equal(["high"]);
		held.rows = [];
		await timing.advance(60_000);
		expect(told()).to.deep.equal(["high", "well"]);
	});

	it("counts no own events, which have a reserve", async () => {
		const { timing, held, told } = watch();
		held.waiting = 10;
		held.own = 1000;
		await timing.advance(60_000);
		expect(told()).to.deep.equal([]);
	});

	it("tells once for all routers of an inbox, and not again after a start", async () => {
		const states = new Map<string, string>();
		const first = watch(states);
		first.held.waiting = 90;
		await first.timing.advance(10_000);
		const second = watch(states);
		second.held.waiting = 90;
		await second.timing.advance(60_000);
		expect([first.told(), second.told()]).to.deep.equal([["high"], []]);
		second.held.waiting = 0;
		await second.timing.advance(10_000);
		expect(second.told()).to.deep.equal(["well"]);
	});
});

describe("own events that no inbox keeps", () => {
	function events() {
		const timing = new HandTiming();
		const handled: { route: string; payload: Record<string, unknown> }[] = [];
		const lines: object[] = [];
		let fault: Error | undefined;
		const own = createOwnEvents({
			timing,
			log: { warn: (fields: object) => void lines.push(fields) } as never,
		});
		own.serve({
			own: {
				names: ["alerts"],
				takes: () => true,
				select: () => undefined,
				alertOf: (cause) => ({ ...cause, to: "alerts" }),
			},
			async handOn(route, payload) {
				if (fault !== undefined) throw fault;
				handled.push({ route, payload: { ...payload } });
			},
		});
		const fail = (error: Error) => {
			fault = error;
		};
		return { timing, handled, lines, own, fail };
	}
	const open = circuit("orders", { upstream: "http://a", state: "open" });

	it("are grouped as a store groups them", async () => {
		const { timing, handled, own } = events();
		for (let at = 0; at < 5; at++) own.raise(open);
		expect(handled).to.deep.equal([]);
		await timing.advance(1000);
		expect(handled).to.have.length(1);
		expect(handled[0]?.payload).to.deep.include({ count: 5, part: "first" });
		for (let at = 0; at < 7; at++) own.raise(open);
		await timing.advance(ALERT_WINDOW_MS + 1000);
		expect(handled).to.have.length(2);
		expect(handled[1]?.payload).to.deep.include({ count: 7, part: "rest" });
		own.raise(open);
		await timing.advance(1000);
		expect(handled[2]?.payload).to.deep.include({ count: 1, part: "first" });
	});

	it("are logged where too many wait, once a minute", async () => {
		const { timing, handled, lines, own } = events();
		const raise = (from: number, to: number): void => {
			for (let at = from; at < to; at++)
				own.raise(circuit(`r${at}`, { upstream: "http://a", state: "open" }));
		};
		raise(0, 1000);
		expect(lines).to.deep.equal([]);
		raise(1000, 1010);
		expect(lines).to.deep.equal([
			{
				route: "alerts",
				kind: "router.circuit",
				reason: "1000 others wait, and nothing is stored",
			},
		]);
		await timing.advance(1000);
		expect(handled).to.have.length(1000);
	});

	it("are logged where their handler fails, and lost", async () => {
		const { timing, lines, own, fail } = events();
		fail(new Error("the service is away"));
		own.raise(open);
		await timing.advance(1000);
		await own.settled();
		expect(lines).to.deep.equal([
			{
				route: "alerts",
				kind: "router.circuit",
				reason: "the service is away",
			},
		]);
	});

	it("are told to listeners, until they stop", () => {
		const { own } = events();
		const heard: string[] = [];
		const stop = own.listen(({ kind, to }) => void heard.push(`${kind} ${to}`));
		own.raise(open);
		own.alertOf(dead("orders", { id: "1", code: "INTERNAL" }));
		stop();
		own.raise(open);
		expect(heard).to.deep.equal([
			"router.circuit alerts",
			"router.dead alerts",
		]);
	});
});
