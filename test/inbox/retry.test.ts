import { expect } from "chai";
import fc from "fast-check";
import {
	DEFAULT_RETRY,
	type Failure,
	LATE_TRIES,
	nextDelayMs,
	type RetryPolicy,
} from "../../src/inbox/port/retry.ts";

describe("nextDelayMs", () => {
	it("doubles the bound of the delay, up to its cap", () => {
		const bounds = [1, 2, 3, 4, 8, 9, 50, 5000].map((attempt) =>
			nextDelayMs(DEFAULT_RETRY, failure({ attempt, random: () => ALMOST_1 })),
		);
		expect(bounds).to.deep.equal([
			5000, 10_000, 20_000, 40_000, 640_000, 900_000, 900_000, 900_000,
		]);
	});

	it("takes anything from nothing to the bound", () => {
		const delays = [0, 0.25, 0.5].map((random) =>
			nextDelayMs(DEFAULT_RETRY, failure({ random: () => random })),
		);
		expect(delays).to.deep.equal([0, 1250, 2500]);
	});

	it("makes the last try at the end of the time, and then gives up", () => {
		const late = failure({ attempt: 100, now: RECEIVED + DAY - 1000 });
		expect(nextDelayMs(DEFAULT_RETRY, late)).to.equal(1000);
		for (const now of [RECEIVED + DAY, RECEIVED + 9 * DAY])
			expect(
				nextDelayMs(DEFAULT_RETRY, failure({ now, attempt: 100 })),
			).to.equal(undefined);
	});

	it("gives one that is late from the first some tries all the same", () => {
		const delays = Array.from({ length: LATE_TRIES }, (_, at) =>
			nextDelayMs(
				DEFAULT_RETRY,
				failure({ attempt: at + 1, now: RECEIVED + 9 * DAY }),
			),
		);
		expect(delays.slice(0, 3)).to.deep.equal([2500, 5000, 10_000]);
		expect(delays.at(-2)).to.equal(450_000);
		expect(delays.at(-1)).to.equal(undefined);
	});

	it("gives a late one no more tries than fit into the time", () => {
		const policy = { ...DEFAULT_RETRY, forMs: 60_000 };
		const late = (attempt: number) =>
			nextDelayMs(policy, failure({ attempt, now: RECEIVED + DAY }));
		// 5, 10 and 20 s fit, and 40 s more do not.
		expect([1, 2, 3].map(late)).to.deep.equal([2500, 5000, 10_000]);
		expect(late(4)).to.equal(undefined);
		const tiny = { ...DEFAULT_RETRY, forMs: 1000 };
		const now = RECEIVED + DAY;
		expect(nextDelayMs(tiny, failure({ now }))).to.equal(undefined);
	});

	it("waits as long as it was asked to, but not beyond the end", () => {
		const asked = (after: number, now = RECEIVED) =>
			nextDelayMs(DEFAULT_RETRY, failure({ after, now }));
		expect(asked(0)).to.equal(0);
		expect(asked(3_600_000)).to.equal(3_600_000);
		expect(asked(3 * DAY)).to.equal(DAY);
		expect(asked(Number.POSITIVE_INFINITY)).to.equal(DAY);
		expect(asked(60_000, RECEIVED + DAY - 5)).to.equal(5);
		expect(asked(60_000, RECEIVED + DAY)).to.equal(60_000);
		expect(asked(3 * DAY, RECEIVED + DAY)).to.equal(DEFAULT_RETRY.capMs);
	});

	it("does not listen to what is no time", () => {
		for (const after of [-1, Number.NaN, undefined])
			expect(nextDelayMs(DEFAULT_RETRY, failure({ after }))).to.equal(2500);
	});

	it("follows a list, one try for each delay", () => {
		const policy: RetryPolicy = { kind: "list", delaysMs: [0, 1000, 60_000] };
		const delays = [1, 2, 3, 4].map((attempt) =>
			nextDelayMs(policy, failure({ attempt, now: RECEIVED + 30 * DAY })),
		);
		expect(delays).to.deep.equal([0, 1000, 60_000, undefined]);
		const asked = (attempt: number, after: number) =>
			nextDelayMs(policy, failure({ attempt, after }));
		expect(asked(1, 7000)).to.equal(7000);
		expect(asked(1, 3 * DAY)).to.equal(DAY);
		expect(asked(4, 7000)).to.equal(undefined);
	});

	it("never tries at all with an empty list", () => {
		const policy: RetryPolicy = { kind: "list", delaysMs: [] };
		expect(nextDelayMs(policy, failure({}))).to.equal(undefined);
	});

	it("stays within its bounds, whatever the clock does", () => {
		fc.assert(
			fc.property(POLICY, FAILURE, (policy, given) => {
				const delayMs = nextDelayMs(policy, given);
				const elapsedMs = given.now - given.receivedAt;
				if (elapsedMs >= policy.forMs) {
					if (given.attempt >= LATE_TRIES) expect(delayMs).to.equal(undefined);
					expect(delayMs ?? 0).to.be.within(0, policy.capMs);
					return;
				}
				expect(delayMs).to.be.within(0, policy.forMs);
				const ms = delayMs as number;
				if (elapsedMs >= 0) expect(elapsedMs + ms).to.be.at.most(policy.forMs);
				const bound = given.after ?? Math.max(policy.capMs, policy.firstMs);
				expect(ms).to.be.at.most(bound);
			}),
		);
	});

	it("ends: every chain of failures is given up", () => {
		const units = fc.array(UNIT, { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(POLICY, units, (given, randoms) => {
				const policy = { ...given, forMs: Math.min(given.forMs, 1_000_000) };
				let now = RECEIVED;
				let attempt = 1;
				const random = () => randoms[attempt % randoms.length] as number;
				while (attempt < 1100) {
					const tried = failure({ attempt, now, random });
					const delayMs = nextDelayMs(policy, tried);
					if (delayMs === undefined) break;
					// A handler takes some time itself.
					now += delayMs + 1000;
					attempt++;
				}
				expect(attempt).to.be.below(1100);
				expect(now).to.be.at.least(RECEIVED + policy.forMs);
			}),
		);
	});
});

// --- helpers ---

const DAY = 86_400_000;
const RECEIVED = Date.UTC(2026, 0, 15);
const ALMOST_1 = 1 - Number.EPSILON;

function failure(changed: Partial<Failure>): Failure {
	return {
		attempt: 1,
		receivedAt: RECEIVED,
		now: RECEIVED,
		random: () => 0.5,
		...changed,
	};
}

const UNIT = fc.double({ min: 0, max: ALMOST_1, noNaN: true });

const POLICY = fc.record({
	kind: fc.constant("exponential" as const),
	firstMs: fc.integer({ min: 1, max: 60_000 }),
	factor: fc.double({ min: 1, max: 10, noNaN: true }),
	capMs: fc.integer({ min: 1, max: 3_600_000 }),
	forMs: fc.integer({ min: 1, max: 7 * DAY }),
});

const FAILURE: fc.Arbitrary<Failure> = fc.record({
	attempt: fc.integer({ min: 1, max: 10_000 }),
	receivedAt: fc.constant(RECEIVED),
	now: fc.integer({ min: RECEIVED - 10 * DAY, max: RECEIVED + 10 * DAY }),
	after: fc.option(fc.integer({ min: 0, max: 20 * DAY }), { nil: undefined }),
	random: UNIT.map((value) => () => value),
});
