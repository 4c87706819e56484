import { expect } from "chai";
import type { ReadinessCheck, ReloadState } from "../../src/admin/router.ts";
import { type SummaryFacts, summarize } from "../../src/admin/summary.ts";
import { createInboxSampler } from "../../src/observe/metrics/inbox-sampler.ts";
import { NO_WORK, type RecentWork } from "../../src/observe/recent.ts";
import type { RouteTally } from "../../src/observe/tally.ts";
import { withListener } from "./listener.ts";

describe("the summary of a router", () => {
	it("is well without a trouble", () => {
		const summary = summaryOf({
			tallies: new Map([
				["a", tally({ lastMinute: 30 })],
				["b", tally({ lastMinute: 90 })],
			]),
		});
		expect(summary).to.deep.include({
			health: "well",
			troubles: [],
			perSecond: 2,
			inbox: { waiting: 7, leased: 1, dead: 4, quarantined: 2, oldestAt: 900 },
		});
	});

	it("names the routes that fail, the worst first, with their share and since when", () => {
		const { health, troubles } = summaryOf({
			tallies: new Map([
				["half", failing({ succeeded: 5, failed: 5, failingSince: 500 })],
				["crm", failing({ succeeded: 0, failed: 9, failingSince: 400 })],
				["some", failing({ succeeded: 9, failed: 1, failingSince: 300 })],
				["well", tally()],
			]),
		});
		expect(health).to.equal("failing");
		expect(troubles).to.deep.equal([
			{
				code: "route-fails",
				severity: "error",
				text: "The route crm fails: 100 % of its work in the last minute.",
				route: "crm",
				share: 1,
				since: 400,
			},
			{
				code: "route-fails",
				severity: "error",
				text: "The route half fails: 50 % of its work in the last minute.",
				route: "half",
				share: 0.5,
				since: 500,
			},
		]);
	});

	for (const [why, agoMs, waiting, isNamed] of [
		["failed a moment ago", 60_000, 0, true],
		["failed an hour ago, and is not asked any more", 3_600_000, 0, false],
		["failed an hour ago, and has a retry to come", 3_600_000, 1, true],
	] as const) {
		it(`${isNamed ? "names" : "forgets"} a route that ${why}`, () => {
			const now = 10_000_000;
			const { troubles } = summaryOf({
				now,
				tallies: new Map([
					[
						"crm",
						failing({ failingSince: now - agoMs, failedAt: now - agoMs }),
					],
				]),
				sample: sample([{ route: "crm", state: "waiting", count: waiting }]),
			});
			expect(troubles.map(({ route }) => route)).to.deep.equal(
				isNamed ? ["crm"] : [],
			);
		});
	}

	it("warns of an open circuit, unless its route fails anyway", () => {
		const circuits = [{ upstream: "http://crm.example", isOpen: true }];
		const { health, troubles } = summaryOf({
			tallies: new Map([
				["a", tally({ circuits })],
				["b", { ...failing({ failed: 1, failingSince: 1 }), circuits }],
				["c", tally({ circuits: [{ upstream: "http://x", isOpen: false }] })],
			]),
		});
		expect(troubles.map(({ code, route }) => [code, route])).to.deep.equal([
			["route-fails", "b"],
			["circuit-open", "a"],
		]);
		expect(health).to.equal("failing");
	});

	it("says that the store is away, that the inbox is full, or that the router stops", () => {
		const checks: ReadinessCheck[] = [
			{ name: "serving", isOk: false, reason: "the router starts or stops" },
			{ name: "store", isOk: false, reason: "disk I/O error" },
			{ name: "room", isOk: false },
		];
		expect(
			summaryOf({ checks }).troubles.map(({ text }) => text),
		).to.deep.equal([
			"The router does not serve: the router starts or stops.",
			"The store takes no events: disk I/O error.",
			"The inbox is full: no reason is known.",
		]);
	});

	it("warns that events wait in the spool, although the router is ready", () => {
		const reason = "7 events wait in the spool for the database";
		const { health, troubles } = summaryOf({
			checks: [
				{ name: "serving", isOk: true },
				{ name: "store", isOk: true, reason: "no server answers" },
				{ name: "spooling", isOk: true, reason },
			],
		});
		expect(health).to.equal("warning");
		expect(troubles).to.deep.equal([
			{
				code: "spooling",
				severity: "warning",
				text: `The database is away or behind: ${reason}.`,
			},
		]);
	});

	it("warns that a reload was refused, until one works", () => {
		const refused = {
			...RELOAD,
			outcome: "refused",
			findings: FINDINGS,
		} as const;
		const { health, troubles } = summaryOf({ reload: refused });
		expect(health).to.equal("warning");
		expect(troubles).to.deep.equal([
			{
				code: "reload-refused",
				severity: "warning",
				text: "The configuration on disk was not loaded, because it has 1 error.",
				since: 77,
			},
		]);
		expect(summaryOf({ reload: RELOAD }).health).to.equal("well");
		const failed = { ...RELOAD, outcome: "failed", reason: "ENOENT" } as const;
		expect(summaryOf({ reload: failed }).troubles[0]?.text).to.include(
			"it could not be read (ENOENT)",
		);
	});

	it("tells nothing about an inbox that cannot be counted", () => {
		const uncounted = { stats: undefined, isFailed: true };
		expect(summaryOf({ sample: uncounted }).inbox).to.equal(undefined);
		expect(summaryOf({ sample: undefined }).inbox).to.equal(undefined);
	});

	it("counts the inbox once for many callers", async () => {
		let counted = 0;
		const counts = createInboxSampler(
			async () => {
				counted += 1;
				return STATS;
			},
			{ minAgeMs: 1000 },
		);
		await withListener(
			async ({ call }) => {
				for (let at = 0; at < 5; at++) {
					const { status, json } = await call("/api/v1/summary");
					expect(status).to.equal(200);
					expect(json().inbox).to.include({ dead: 4 });
				}
			},
			{ router: { counts } },
		);
		expect(counted).to.equal(1);
	});
});

// --- helpers ---

const STATS = {
	byState: {
		received: 4,
		waiting: 3,
		leased: 1,
		delivered: 50,
		dead: 4,
		quarantined: 2,
	},
	byRoute: [],
	oldestByRoute: [],
	oldestUnfinishedAt: 900,
	sizeBytes: 0,
	quarantine: {
		door: { count: 0, bytes: 0 },
		admitted: { count: 0, bytes: 0 },
	},
} as const;

const RELOAD: ReloadState = {
	outcome: "reloaded",
	at: 77,
	ms: 1,
	routes: 1,
	added: [],
	changed: [],
	removed: [],
	restart: [],
	findings: [],
};

const FINDINGS = [
	{ severity: "error", file: "routes.yaml", line: 1, column: 1, what: "x" },
	{ severity: "warning", file: "routes.yaml", line: 1, column: 1, what: "y" },
] as const;

function sample(
	byRoute: readonly {
		readonly route: string;
		readonly state: "waiting";
		readonly count: number;
	}[],
) {
	const some = byRoute.filter(({ count }) => count > 0);
	return { stats: { ...STATS, byRoute: some }, isFailed: false };
}

function summaryOf(facts: Partial<SummaryFacts>) {
	return summarize({
		now: 1000,
		routes: 3,
		tallies: new Map(),
		sample: sample([]),
		checks: [{ name: "serving", isOk: true }],
		reload: undefined,
		paused: [],
		...facts,
	});
}

function tally(more: Partial<RouteTally> = {}): RouteTally {
	return {
		webhooks: {},
		attempts: {},
		lastMinute: 0,
		lastAt: undefined,
		recent: NO_WORK,
		circuits: [],
		...more,
	};
}

function failing(recent: Partial<RecentWork>): RouteTally {
	return tally({ recent: { ...NO_WORK, failedAt: 900, ...recent } });
}
