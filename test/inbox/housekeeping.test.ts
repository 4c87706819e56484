import { expect } from "chai";
import type { InboxStats, PruneRules } from "../../src/inbox/port/delivery.ts";
import {
	createHousekeeping,
	type Housekeeping,
} from "../../src/inbox/worker/housekeeping.ts";
import { HandTiming, rest } from "./hand-timing.ts";

describe("createHousekeeping", () => {
	it("removes in small bites, with pauses, until nothing is over its time", async () => {
		const { store, timing } = start({ old: 1234 });
		await timing.advance(5000);
		expect(store.bites).to.deep.equal([500]);
		await timing.advance(10);
		expect(store.bites).to.deep.equal([500, 500]);
		await timing.advance(1000);
		expect(store.bites).to.deep.equal([500, 500, 234]);
		expect(store.old).to.equal(0);
	});

	it("does a round each minute, and reports how the inbox stands", async () => {
		const { store, timing, stats } = start({ old: 0 });
		await timing.advance(5000 + 10 * 60_000);
		expect(store.bites).to.deep.equal(Array(11).fill(0));
		expect(stats).to.have.length(11);
	});

	it("reads the rules anew each round", async () => {
		const { store, timing, rules } = start({ old: 0 });
		await timing.advance(5000);
		rules.deliveredMs = 7;
		await timing.advance(60_000);
		expect(store.asked.map(({ deliveredMs }) => deliveredMs)).to.deep.equal([
			1000, 7,
		]);
		expect(store.asked[0]).to.deep.equal({
			deliveredMs: 1000,
			deadMs: 2000,
			bodyMs: undefined,
			max: 500,
		});
	});

	it("goes on after a failure, and tells of it once", async () => {
		const { store, timing, heard, stats } = start({ old: 10 });
		store.fault = new Error("full");
		await timing.advance(5000 + 2 * 60_000);
		expect(heard).to.deep.equal(["outage prune"]);
		expect(stats, "the size is reported all the same").to.have.length(3);
		store.fault = undefined;
		await timing.advance(60_000);
		expect(heard).to.deep.equal(["outage prune", "recovered"]);
		expect(store.old).to.equal(0);
	});

	it("stops after the call that is under way, and does no more", async () => {
		const { store, timing, housekeeping } = start({ old: 5000 });
		let answer = () => {};
		store.gate = new Promise<void>((resolve) => {
			answer = resolve;
		});
		await timing.advance(5000);
		let isStopped = false;
		const stopped = housekeeping.stop().then(() => {
			isStopped = true;
		});
		await rest();
		expect(isStopped).to.equal(false);
		answer();
		await stopped;
		await timing.advance(3_600_000);
		expect(store.bites).to.deep.equal([500]);
		expect(timing.timers).to.equal(0);
	});

	it("begins at once in a hurry, counts nothing for it, and does not hurry in vain", async () => {
		const { store, timing, housekeeping, stats } = start({ old: 0 });
		const rounds = () => store.asked.length;
		housekeeping.hurry();
		housekeeping.hurry();
		await timing.advance(0);
		expect([rounds(), stats.length]).to.deep.equal([1, 0]);
		await timing.advance(4999);
		housekeeping.hurry();
		await timing.advance(0);
		expect(rounds(), "nothing was found to let go").to.equal(1);
		await timing.advance(1);
		store.old = 3;
		housekeeping.hurry();
		await timing.advance(0);
		expect(rounds()).to.equal(2);
		await timing.advance(100);
		housekeeping.hurry();
		await timing.advance(0);
		expect(rounds(), "something was").to.equal(3);
		await timing.advance(60_000);
		expect([rounds(), stats.length]).to.deep.equal([4, 1]);
		await housekeeping.stop();
		housekeeping.hurry();
		expect(timing.timers).to.equal(0);
	});

	it("does nothing before its start", async () => {
		const timing = new HandTiming();
		createHousekeeping({ store: new Attic(9), timing, rules: () => RULES });
		expect(timing.timers).to.equal(0);
	});
});

// --- helpers ---

const RULES = { deliveredMs: 1000, deadMs: 2000, bodyMs: undefined };

const STATS: InboxStats = {
	byState: {
		received: 0,
		leased: 0,
		waiting: 0,
		delivered: 0,
		dead: 0,
		quarantined: 0,
	},
	byRoute: [],
	oldestUnfinishedAt: undefined,
	oldestByRoute: [],
	sizeBytes: 4096,
	quarantine: {
		door: { count: 0, bytes: 0 },
		admitted: { count: 0, bytes: 0 },
	},
};

/** A store with so many deliveries that are over their time. */
class Attic {
	old: number;
	readonly bites: number[] = [];
	readonly asked: PruneRules[] = [];
	fault: Error | undefined;
	gate: Promise<void> | undefined;

	constructor(old: number) {
		this.old = old;
	}

	async prune(rules: PruneRules): Promise<number> {
		await this.gate;
		if (this.fault !== undefined) throw this.fault;
		const bite = Math.min(this.old, rules.max);
		this.old -= bite;
		this.asked.push(rules);
		this.bites.push(bite);
		return bite;
	}

	stats(): Promise<InboxStats> {
		return Promise.resolve(STATS);
	}
}

function start({ old }: { readonly old: number }): {
	store: Attic;
	timing: HandTiming;
	rules: typeof RULES;
	housekeeping: Housekeeping;
	stats: InboxStats[];
	heard: string[];
} {
	const store = new Attic(old);
	const timing = new HandTiming();
	const rules = { ...RULES };
	const stats: InboxStats[] = [];
	const heard: string[] = [];
	const housekeeping = createHousekeeping({
		store,
		timing,
		rules: () => rules,
		listener: {
			onStats: (now) => stats.push(now),
			onOutage: (operation) => heard.push(`outage ${operation}`),
			onRecovered: () => heard.push("recovered"),
		},
	});
	housekeeping.start();
	return { store, timing, rules, housekeeping, stats, heard };
}
