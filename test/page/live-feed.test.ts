import { expect } from "chai";
import type { RouterEvent } from "../../page/api/event.ts";
import {
	KEPT_ROWS,
	LiveFeed,
	type LiveRow,
	type LiveState,
} from "../../page/views/live/feed.ts";

describe("the rows of the view Live", () => {
	it("are the webhooks and refusals, the newest first", () => {
		const { feed } = open();
		feed.add(webhook("a"));
		feed.add({ ...webhook("b"), type: "refusal", outcome: "denied" });
		feed.add({ type: "reload", at: 0 });
		expect(feed.isStale).to.equal(true);
		const state = feed.draw();
		expect(outcomes(state)).to.deep.equal([
			["b", "denied"],
			["a", "received"],
		]);
		expect(state.fresh).to.equal(2);
		expect(feed.isStale).to.equal(false);
		expect(feed.draw().fresh).to.equal(0);
	});

	it("follow the attempts of their delivery, also one that overtakes its webhook", () => {
		const { feed } = open();
		feed.add(webhook("a"));
		feed.draw();
		feed.add(attempt("b", "delivered"));
		feed.add(webhook("b"));
		feed.add(attempt("a", "waiting", { retryInMs: 5000, reason: "503" }));
		const [b, a] = feed.draw().rows;
		expect(b).to.include({ id: "b", outcome: "delivered" });
		expect(a).to.include({
			id: "a",
			outcome: "waiting",
			attempt: 1,
			retryAt: 1000 + 5000,
			reason: "503",
		});
		feed.add(attempt("a", "returned", { attempt: 2 }));
		expect(feed.draw().rows[1]).to.include({ outcome: "waiting" });
		feed.add(attempt("a", "delivered", { attempt: 2 }));
		expect(feed.draw().rows[1]).to.include({ outcome: "delivered" });
		expect(feed.draw().rows[1]).to.not.include({ reason: "503" });
	});

	it("show an attempt whose webhook is not there, until that comes", () => {
		const { feed } = open();
		feed.add(attempt("old", "dead", { attempt: 7, route: "crm" }));
		const [row] = feed.draw().rows;
		expect(row).to.include({ id: "old", outcome: "dead", route: "crm" });
		feed.add(webhook("old", { route: "crm", level: "app" }));
		const { rows } = feed.draw();
		expect(rows).to.have.length(1);
		expect(rows[0]).to.include({ outcome: "dead", level: "app", attempt: 7 });
	});

	it("leave the attempts of webhooks out that were not drawn", () => {
		const { feed } = open();
		for (let at = 0; at < 600; at++) feed.add(webhook(`${at}`));
		expect(feed.draw().undrawn).to.equal(100);
		feed.add(attempt("599", "dead"));
		feed.add(attempt("0", "delivered"));
		const { rows } = feed.draw();
		expect(rows).to.have.length(500);
		expect(rows.at(-1)).to.include({ id: "0", outcome: "delivered" });
	});

	it("stay while the list is held, and count what comes", () => {
		const { feed } = open();
		feed.add(webhook("a"));
		feed.draw();
		feed.hold(true);
		feed.add(webhook("b"));
		feed.add(attempt("b", "dead"));
		feed.add(attempt("a", "delivered"));
		const state = feed.draw();
		expect(outcomes(state)).to.deep.equal([["a", "delivered"]]);
		expect(state.held).to.equal(1);
		feed.hold(false);
		expect(feed.isStale).to.equal(true);
		expect(outcomes(feed.draw())).to.deep.equal([
			["b", "dead"],
			["a", "delivered"],
		]);
	});

	it("are at most as many as are kept, also while the list is held for long", () => {
		const { feed, clock } = open();
		feed.hold(true);
		for (let at = 0; at < 5000; at++) {
			clock.now += 20;
			feed.add(webhook(`${at}`));
		}
		expect(feed.draw().held).to.be.within(KEPT_ROWS, 2 * KEPT_ROWS);
		feed.hold(false);
		const { rows, undrawn } = feed.draw();
		expect(rows).to.have.length(KEPT_ROWS);
		expect(rows[0]).to.include({ id: "4999" });
		expect(undrawn).to.be.at.least(5000 - 2 * KEPT_ROWS);
	});

	it("are drawn as fast as a person can read, and the others are counted", () => {
		const { feed, clock } = open();
		let drawn = 0;
		for (let second = 0; second < 10; second++) {
			for (let at = 0; at < 1000; at++) {
				clock.now += 1;
				feed.add(webhook(`${second}-${at}`));
			}
			drawn += feed.draw().fresh;
		}
		const { undrawn, perSecond } = feed.draw();
		expect(drawn + undrawn).to.equal(10_000);
		expect(drawn).to.be.within(1400, 1600);
		expect(perSecond).to.be.closeTo(1000, 101);
		clock.now += 20_000;
		expect(feed.draw().perSecond).to.equal(0);
	});

	it("are those that failed rather than others", () => {
		const { feed, clock } = open();
		for (let at = 0; at < 2000; at++) {
			clock.now += 1;
			feed.add(webhook(`${at}`, { outcome: at % 50 ? "received" : "failed" }));
		}
		const failed = feed
			.draw()
			.rows.filter((row) => row.type === "webhook" && row.outcome === "failed");
		expect(failed).to.have.length(40);
	});

	it("have a line for events that were missed, with their number if it is known", () => {
		const { feed } = open();
		feed.add(webhook("a"));
		feed.addGap(12);
		feed.add(webhook("b"));
		feed.addGap(null);
		feed.addUnsent(30);
		const { rows, undrawn, missed } = feed.draw();
		expect(missed).to.equal(undefined);
		expect(
			rows.map((row) => (row.type === "gap" ? row.count : row.id)),
		).to.deep.equal([undefined, "b", 12, "a"]);
		expect(undrawn).to.equal(30);
	});

	it("begin with those of the inbox, each once", () => {
		const { feed } = open();
		feed.add(webhook("b"));
		const earlier = { at: 1, outcome: "dead", route: "r", kind: "k" };
		feed.addEarlier([
			{ ...earlier, id: "b" },
			{ ...earlier, id: "a" },
		]);
		expect(outcomes(feed.draw())).to.deep.equal([
			["b", "received"],
			["a", "dead"],
		]);
		feed.add(attempt("a", "delivered", { attempt: 9 }));
		expect(outcomes(feed.draw())[1]).to.deep.equal(["a", "delivered"]);
		feed.add(webhook("c"));
		feed.addGap(1);
		feed.keep(({ outcome }) => outcome === "delivered");
		expect(outcomes(feed.draw())).to.deep.equal([["a", "delivered"]]);
		// What was forgotten can come again.
		feed.add(webhook("b"));
		expect(outcomes(feed.draw())[0]).to.deep.equal(["b", "received"]);
	});
});

// --- helpers ---

function open() {
	const clock = { now: 1000 };
	return { clock, feed: new LiveFeed(() => clock.now) };
}

function webhook(id: string, more: object = {}): RouterEvent {
	return {
		type: "webhook",
		at: 1000,
		id,
		outcome: "received",
		method: "POST",
		path: "/",
		client: "192.0.2.1",
		status: 200,
		ms: 1,
		...more,
	};
}

function attempt(id: string, outcome: string, more: object = {}): RouterEvent {
	return { type: "delivery", at: 1000, id, outcome, attempt: 1, ...more };
}

function outcomes({ rows }: LiveState): (readonly [unknown, string])[] {
	return rows.map((row: LiveRow) =>
		row.type === "gap" ? [undefined, "gap"] : [row.id, row.outcome],
	);
}
