import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { createAttempts } from "../../src/admin/access/attempts.ts";
import { createSessions } from "../../src/admin/access/sessions.ts";
import {
	createTokens,
	hashToken,
	LOCAL_TOKEN,
} from "../../src/admin/access/tokens.ts";
import type { AdminListening } from "../../src/admin/listen.ts";
import { AdminProblem } from "../../src/admin/problem.ts";
import { reveal } from "../../src/admin/reveal.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import { chooseAdmin, openReplaceable } from "../../src/cli/admin/listen.ts";
import { CannotRun } from "../../src/cli/io.ts";
import { createFeed } from "../../src/observe/feed.ts";
import { createLog } from "../../src/observe/log.ts";
import { Metrics } from "../../src/observe/metrics/metrics.ts";
import type {
	AttemptOutcome,
	WebhookOutcome,
} from "../../src/observe/metrics/route-meters.ts";
import type { CircuitReading } from "../../src/observe/metrics/sources.ts";
import { createTallies, sumTallies } from "../../src/observe/tally.ts";

describe("the attempts to guess a token", () => {
	const hash = (text: string) => hashToken(text);

	it("are remembered for a bounded number of addresses", () => {
		let now = 0;
		const attempts = createAttempts({ now: () => now, capacity: 10, free: 1 });
		for (let at = 0; at < 1000; at++)
			attempts.failed(`10.0.${at}`, hash(`${at}`));
		expect(attempts.size).to.be.at.most(11);
		// All others share one place, so many addresses gain nothing.
		expect(attempts.waitMs("192.0.2.1")).to.equal(30_000);
		expect(attempts.waitMs("10.0.0")).to.equal(0);
		now += 300_000;
		expect(attempts.waitMs("192.0.2.1")).to.equal(0);
		expect(attempts.size).to.equal(0);
	});

	it("wait for half a minute at most", () => {
		const attempts = createAttempts({ now: () => 0, free: 1 });
		for (let at = 0; at < 100; at++) attempts.failed("a", hash(`${at}`));
		expect(attempts.waitMs("a")).to.equal(30_000);
		attempts.succeeded("a");
		expect(attempts.waitMs("a")).to.equal(0);
	});
});

describe("the tokens", () => {
	it("are all compared, whichever fits", () => {
		const written = ["one", "two", "three"].map((name) => ({
			name,
			sha256: hashToken(`${name}-token`).toString("hex"),
			scopes: ["read"] as const,
		}));
		let compared = 0;
		const tokens = createTokens(
			hashToken("made"),
			() =>
				({
					*[Symbol.iterator]() {
						for (const one of written) {
							compared += 1;
							yield one;
						}
					},
				}) as unknown as typeof written,
		);
		for (const [token, name] of [
			["one-token", "one"],
			["three-token", "three"],
			["made", LOCAL_TOKEN],
			["nothing", undefined],
		] as const) {
			compared = 0;
			expect(tokens.find(hashToken(token))?.name).to.equal(name);
			expect(compared, token).to.equal(3);
		}
	});
});

describe("the sessions", () => {
	it("are bounded: one more ends the one that is unused for longest", () => {
		const tokens = { find: () => ({ name: "a", scopes: new Set<never>() }) };
		const sessions = createSessions(tokens, { capacity: 3, now: () => 0 });
		const [first = "", second = "", third = ""] = [1, 2, 3].map(() =>
			sessions.open(hashToken("a")),
		);
		expect(sessions.tokenOf(first)).to.not.equal(undefined);
		sessions.open(hashToken("a"));
		expect(sessions.size).to.equal(3);
		expect(sessions.tokenOf(second)).to.equal(undefined);
		expect(sessions.tokenOf(first)).to.not.equal(undefined);
		expect(sessions.tokenOf(third)).to.not.equal(undefined);
	});
});

describe("reveal", () => {
	const routerOf = (lines: Record<string, unknown>[]) =>
		({
			log: createLog({
				destination: { write: (line) => lines.push(JSON.parse(line)) },
			}),
		}) as unknown as AdminRouter;

	it("lifts masks only with its scope, and logs whose token did so", () => {
		const lines: Record<string, unknown>[] = [];
		const router = routerOf(lines);
		expect(() =>
			reveal(
				{ scopes: new Set(["read", "operate"]), actor: "oncall", router },
				"delivery 1",
			),
		).to.throw(AdminProblem, "lacks the scope `reveal`");
		expect(lines).to.deep.equal([]);
		reveal(
			{ scopes: new Set(["reveal"]), actor: "lead", router },
			"delivery 1",
		);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.include({
			severity: "warn",
			actor: "lead",
			revealed: "delivery 1",
		});
	});
});

describe("the tallies of routes", () => {
	it("are the counts of the metrics, and the webhooks of the last minute", () => {
		const clock = { now: 1_000_000 };
		const { meet, attempt, read } = openTallies(clock, "a");
		expect(read().size).to.equal(0);
		for (let second = 0; second < 120; second++) {
			meet("a", second % 10 === 0 ? "denied" : "received");
			clock.now += 1000;
		}
		attempt("a", "delivered");
		const ofA = () => read().get("a");
		expect(ofA()?.webhooks).to.deep.equal({ received: 108, denied: 12 });
		expect(ofA()?.attempts).to.deep.equal({ delivered: 1 });
		expect(ofA()?.lastMinute).to.be.within(55, 60);
		expect(ofA()?.lastAt).to.equal(clock.now - 1000);
		clock.now += 61_000;
		expect(ofA()?.lastMinute).to.equal(0);
		// Neither a clock that was set back nor a long pause breaks it.
		clock.now -= 3_600_000;
		meet("a", "received");
		expect(ofA()?.lastMinute).to.equal(1);
	});

	it("say since when at least half of the work of a route fails", () => {
		const clock = { now: 1_000_000 };
		const { meet, attempt, read } = openTallies(clock, "a", "b");
		const recent = (name = "a") => read().get(name)?.recent;
		for (let at = 0; at < 10; at++) meet("a", "handled");
		meet("a", "failed");
		expect(recent()).to.include({
			succeeded: 10,
			failed: 1,
			failingSince: undefined,
			failedAt: clock.now,
		});
		clock.now += 30_000;
		const since = clock.now + 8000;
		for (let at = 0; at < 10; at++) {
			clock.now += 1000;
			meet("a", "fallback");
		}
		// The tenth failure of all is the first that makes half of them.
		expect(recent()?.failingSince).to.equal(since + 1000);
		// Half of it is still bad. Refusals say nothing about the handler.
		meet("a", "handled");
		expect(recent()?.failingSince).to.equal(since + 1000);
		meet("a", "handled");
		for (let at = 0; at < 50; at++) meet("a", "denied");
		expect(recent()?.failingSince).to.equal(undefined);
		attempt("b", "waiting");
		const first = clock.now;
		attempt("b", "returned");
		clock.now += 3_600_000;
		// Nothing came since, so nothing shows that it works again.
		expect(recent("b")).to.include({ failed: 0, failingSince: first });
		attempt("b", "dead");
		expect(recent("b")?.failingSince).to.equal(first);
		attempt("b", "delivered");
		attempt("b", "delivered");
		expect(recent("b")?.failingSince).to.equal(undefined);
	});

	it("have the webhooks of each five seconds, the latest last", () => {
		const clock = { now: 1_000_000 };
		const { meet, read } = openTallies(clock, "a");
		meet("a", "received");
		clock.now += 20_000;
		meet("a", "received");
		meet("a", "received");
		expect(read().get("a")?.recent.spans).to.deep.equal([
			...[0, 0, 0, 0, 0, 0, 0],
			...[1, 0, 0, 0, 2],
		]);
	});

	it("follow a reload: a route that stays continues, and one that is gone or new starts again", () => {
		const { meet, serve, read } = openTallies({ now: 1_000_000 }, "a", "b");
		meet("a", "received");
		meet("b", "received");
		serve("a");
		meet("a", "received");
		expect([...read().keys()]).to.deep.equal(["a"]);
		expect(read().get("a")).to.deep.include({
			webhooks: { received: 2 },
			lastMinute: 2,
		});
		serve("a", "b");
		expect(read().get("b")).to.equal(undefined);
		meet("b", "denied");
		expect(read().get("b")).to.deep.include({
			webhooks: { denied: 1 },
			lastMinute: 1,
		});
	});
});

describe("the tallies of several processes", () => {
	it("are added up by route", () => {
		const clock = { now: 1_000_000 };
		const [one, two] = [1, 2].map(() => openTallies(clock, "a", "b"));
		if (one === undefined || two === undefined) throw new Error("none");
		one.meet("a", "received");
		one.attempt("a", "dead");
		clock.now += 1000;
		two.meet("a", "received");
		two.meet("a", "denied");
		two.attempt("b", "delivered");
		one.circuits(
			{ route: "a", upstream: "http://crm", isOpen: false },
			{ route: "gone", upstream: "http://crm", isOpen: true },
		);
		two.circuits({ route: "a", upstream: "http://crm", isOpen: true });
		expect([...sumTallies([one.read(), two.read()])]).to.deep.equal([
			[
				"a",
				{
					webhooks: { received: 2, denied: 1 },
					attempts: { dead: 1 },
					lastMinute: 3,
					lastAt: clock.now,
					recent: {
						spans: [...NONE.slice(1), 3],
						succeeded: 0,
						failed: 1,
						failingSince: clock.now - 1000,
						failedAt: clock.now - 1000,
					},
					circuits: [{ upstream: "http://crm", isOpen: true }],
				},
			],
			[
				"b",
				{
					webhooks: {},
					attempts: { delivered: 1 },
					lastMinute: 0,
					lastAt: undefined,
					recent: {
						spans: NONE,
						succeeded: 1,
						failed: 0,
						failingSince: undefined,
						failedAt: undefined,
					},
					circuits: [],
				},
			],
		]);
		expect(sumTallies([]).size).to.equal(0);
	});
});

describe("the feed", () => {
	it("passes events to each watcher until it ends", () => {
		const feed = createFeed();
		const seen: string[] = [];
		const end = feed.watch(({ type }) => seen.push(type));
		const both = feed.watch(({ type }) => seen.push(type));
		const event = {
			type: "action",
			at: 0,
			actor: "a",
			operation: "reload",
		} as const;
		feed.publish(event);
		end();
		end();
		feed.publish(event);
		both();
		expect(feed.isWatched).to.equal(false);
		expect(seen).to.have.length(3);
	});
});

describe("the address of the admin listener", () => {
	const settings = {
		listen: { host: "127.0.0.1", port: 8081 },
		isListenWritten: false,
		tokens: [],
		hosts: [],
		tls: undefined,
	};

	it("is that of the option, else that of the file, else the default", () => {
		expect(chooseAdmin(undefined, undefined)).to.equal(undefined);
		expect(chooseAdmin("off", settings)).to.equal(undefined);
		expect(chooseAdmin(undefined, settings)).to.deep.equal({
			...settings.listen,
			isReplaceable: true,
		});
		expect(
			chooseAdmin(undefined, { ...settings, isListenWritten: true }),
		).to.include({ isReplaceable: false });
		expect(chooseAdmin("[::1]:9000", undefined)).to.deep.equal({
			host: "::1",
			port: 9000,
			isReplaceable: false,
		});
		expect(() => chooseAdmin(":9000", settings)).to.throw(
			CannotRun,
			"has no token",
		);
	});

	it("is a free port, with a warning, only where nobody chose it", async () => {
		const taken = createServer().listen(0, "127.0.0.1");
		await once(taken, "listening");
		const { port } = taken.address() as AddressInfo;
		const lines: Record<string, unknown>[] = [];
		const log = createLog({
			destination: { write: (line) => lines.push(JSON.parse(line)) },
		});
		const open = async (place: {
			readonly host: string;
			readonly port: number;
		}): Promise<AdminListening> => {
			const server = createServer().listen(place);
			await once(server, "listening");
			const bound = server.address() as AddressInfo;
			server.close();
			return { host: bound.address, port: bound.port, close: async () => {} };
		};
		try {
			const choice = { host: "127.0.0.1", port, isReplaceable: true };
			const opened = await openReplaceable(choice, undefined, log, open);
			expect(opened.port).to.not.equal(port);
			expect(lines[0]).to.include({ severity: "warn", port: opened.port });
			await openReplaceable(
				{ ...choice, isReplaceable: false },
				undefined,
				log,
				open,
			).then(
				() => expect.fail("it was opened"),
				(error: Error) => expect(error).to.be.instanceOf(CannotRun),
			);
		} finally {
			taken.close();
		}
	});
});

// --- helpers ---

const NONE: readonly number[] = new Array<number>(12).fill(0);

/** Opens the tallies of a router that serves routes of these names. */
function openTallies(clock: { now: number }, ...names: readonly string[]) {
	const metrics = new Metrics();
	const tallies = createTallies(metrics, () => clock.now);
	const of = (name: string) =>
		metrics.ofRoute({
			name,
			kind: "sms.inbound",
			level: "account",
			mode: "accept",
		});
	const serve = (...served: readonly string[]): void =>
		metrics.serve(served.map((name) => ({ meters: of(name) })));
	serve(...names);
	return {
		serve,
		/** Counts a webhook as a router does. */
		meet(name: string, outcome: WebhookOutcome): void {
			of(name).answered(outcome, 1);
			tallies.webhook(of(name), outcome);
		},
		attempt(name: string, outcome: AttemptOutcome): void {
			metrics.attempted(name, outcome, 1);
			tallies.attempt(name, outcome);
		},
		circuits(...circuits: readonly CircuitReading[]): void {
			metrics.connect({ circuits: () => circuits });
		},
		read: tallies.read,
	};
}
