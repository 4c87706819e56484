import { expect } from "chai";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import {
	type Bounds,
	isNearlyFull,
	noRoomFor,
} from "../../src/runtime/inbox/room.ts";

const BOUNDS: Bounds = {
	maxBacklog: 100,
	maxBytes: 1000,
	quarantine: { maxCount: 5, maxBytes: 50 },
};

/** How much a store holds; `total` is what `own` is where nothing else is said. */
interface Held {
	readonly own?: number;
	readonly total?: number;
	readonly ownBytes?: number;
	readonly used?: number;
	readonly held?: number;
}

function store(filled: Held) {
	const { own = 0, ownBytes = 0, used = 0, held = 0 } = filled;
	return {
		backlog: () => filled.total ?? own,
		fill: () => ({
			own: { count: own, bytes: ownBytes },
			admitted: { count: held, bytes: held },
			usedBytes: used,
		}),
	};
}

const work = { route: "sms", state: "received" } as NewDelivery;
const why = (filled: Held, one = work) => noRoomFor(one, store(filled), BOUNDS);

describe("noRoomFor", () => {
	it("does not count the own events of the router, which have a reserve", () => {
		const full = (own: number, alerts: number) => ({
			backlog: () => own + alerts,
			fill: (route: string) => ({
				own: { count: route === "alerts" ? alerts : own, bytes: 0 },
				admitted: { count: 0, bytes: 0 },
				usedBytes: 0,
			}),
		});
		const one = { ...work, route: "sms" };
		// With others waiting, a route has a quarter.
		expect(noRoomFor(one, full(60, 1), BOUNDS)).to.contain("quarter");
		expect(
			noRoomFor(one, full(60, 1), BOUNDS, { ownRoutes: ["alerts"] }),
		).to.equal(undefined);
		expect(
			noRoomFor(one, full(60, 500), BOUNDS, { ownRoutes: ["alerts"] }),
		).to.equal(undefined);
		expect(
			noRoomFor(one, full(100, 0), BOUNDS, { ownRoutes: ["alerts"] }),
		).to.contain("100");
	});

	for (const [what, filled, expected] of [
		["a route that is alone, up to the bound", { own: 99 }, undefined],
		["a route that is alone, at the bound", { own: 100 }, "maxBacklog"],
		["a quarter while others wait", { own: 25, total: 26 }, "quarter"],
		["less than a quarter", { own: 24, total: 80 }, undefined],
		["the first of a route beside a full one", { total: 100 }, undefined],
		["some of it", { own: 12, total: 112 }, undefined],
		["more than half of what is left", { own: 13, total: 113 }, "maxBacklog"],
		["the first beside two of these", { total: 124 }, undefined],
		["beyond all that is left", { total: 125 }, "maxBacklog"],
		["bytes of one that is alone", { own: 9, ownBytes: 999 }, undefined],
		["bytes at the bound", { own: 9, ownBytes: 900, used: 1000 }, "maxSize"],
		[
			"a quarter of the bytes while others wait",
			{ own: 1, total: 2, ownBytes: 250, used: 300 },
			"quarter",
		],
		[
			"few bytes beside many of others",
			{ own: 1, total: 9, ownBytes: 90, used: 1100 },
			undefined,
		],
		[
			"few bytes where nothing is left",
			{ own: 1, total: 9, used: 1250 },
			"maxSize",
		],
	] as const) {
		it(`decides about ${what}`, () => {
			if (expected === undefined) expect(why(filled)).to.equal(undefined);
			else expect(why(filled)).to.contain(expected);
		});
	}

	it("takes what was refused at the door while there are bytes, however much is in quarantine", () => {
		const denied = {
			...work,
			state: "quarantined",
			quarantine: {
				doubts: [{ code: "FIREWALL_DENIED", detail: "no" }],
				client: "192.0.2.1",
			},
		} as NewDelivery;
		expect(why({ own: 500, held: 500 }, denied)).to.equal(undefined);
		expect(why({ used: 1000 }, denied)).to.contain("maxSize");
		const admitted = { ...work, state: "quarantined" } as NewDelivery;
		expect(why({ own: 500, held: 4 }, admitted)).to.equal(undefined);
		expect(why({ held: 5 }, admitted)).to.contain("inbox.quarantine");
	});

	it("knows no bound in bytes where none is given", () => {
		const filled = store({ own: 9, total: 10, ownBytes: 1e15, used: 1e15 });
		const bounds = { ...BOUNDS, maxBytes: undefined };
		expect(noRoomFor(work, filled, bounds)).to.equal(undefined);
		expect(isNearlyFull(filled, bounds)).to.equal(false);
		expect(isNearlyFull(filled, BOUNDS)).to.equal(true);
	});
});
