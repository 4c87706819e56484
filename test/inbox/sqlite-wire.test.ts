import { expect } from "chai";
import fc from "fast-check";
import type { Alert } from "../../src/inbox/port/alert.ts";
import type {
	Child,
	Lease,
	NewDelivery,
	Settlement,
	Verdict,
} from "../../src/inbox/port/queue.ts";
import type { StateWrite } from "../../src/inbox/port/state.ts";
import {
	packDeliveries,
	packLeases,
	packSettlements,
	unpackDeliveries,
	unpackLeases,
	unpackSettlements,
} from "../../src/inbox/sqlite/thread/packing.ts";

// `structuredClone` with a transfer is what a message does to what it carries.
describe("what crosses to the thread", () => {
	it("is the same deliveries on the other side, whatever is in them", () => {
		fc.assert(
			fc.property(fc.array(deliveries), (batch) => {
				const packed = packDeliveries(batch);
				const back = unpackDeliveries(cross(packed, packed.bodies.buffer));
				expect(back.map(plain)).to.deep.equal(batch.map(plain));
			}),
		);
	});

	it("is the same leases on the other side, whatever is in them", () => {
		fc.assert(
			fc.property(fc.array(leases), (taken) => {
				const packed = packLeases(taken);
				const back = unpackLeases(cross(packed, packed.bodies.buffer));
				expect(back.map(plain)).to.deep.equal(taken.map(plain));
			}),
		);
	});

	it("is the same settlements on the other side, whatever is in them", () => {
		fc.assert(
			fc.property(fc.array(settlements), (given) => {
				const back = unpackSettlements(cross(packSettlements(given)));
				expect(back.map(told)).to.deep.equal(given.map(told));
			}),
		);
	});

	it("takes no pooled memory along", () => {
		const [sample] = fc.sample(deliveries, 1);
		const body = Buffer.from("small");
		expect(body.buffer.byteLength).to.be.above(1000);
		const { bodies } = packDeliveries([{ ...(sample as NewDelivery), body }]);
		expect(bodies.buffer.byteLength).to.equal(5);
	});

	it("holds as many large bodies as a put may have", () => {
		const [sample] = fc.sample(deliveries, { numRuns: 1, seed: 1 });
		const batch = Array.from({ length: 5 }, (_, at) => ({
			...(sample as NewDelivery),
			envelope: "ä\u{1f600}".repeat(100_000),
			body: new Uint8Array(1024 * 1024).fill(at),
		}));
		const packed = packDeliveries(batch);
		const back = unpackDeliveries(cross(packed, packed.bodies.buffer));
		expect(packed.bodies.byteLength).to.equal(0);
		for (const [at, { envelope, body }] of back.entries()) {
			expect(envelope === batch[at]?.envelope).to.equal(true);
			expect(Buffer.compare(body, batch[at]?.body as Uint8Array)).to.equal(0);
		}
		expect(back).to.have.length(5);
	});
});

// --- helpers ---

/** Halves of surrogate pairs, controls and all else that a string may hold. */
const texts = fc.oneof(
	fc.constant(""),
	fc.string(),
	fc
		.array(fc.nat(0xffff), { maxLength: 20 })
		.map((units) => String.fromCharCode(...units)),
);
const perhaps = fc.option(texts, { nil: undefined });
const times = fc.oneof(
	fc.maxSafeInteger(),
	fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 32 + 1),
);
/** Views into larger memory, as bodies are. */
const bodies = fc
	.uint8Array({ maxLength: 50 })
	.map((bytes) => Uint8Array.of(1, ...bytes, 2).subarray(1, -1));

const children: fc.Arbitrary<Child> = fc.record({
	id: fc.string(),
	route: fc.string(),
	kind: fc.string(),
	orderKey: fc.option(fc.string(), { nil: undefined }),
	delayMs: fc.option(fc.nat(), { nil: undefined }),
});

const alerts: fc.Arbitrary<Alert> = fc.record({
	to: texts,
	kind: texts,
	subject: texts,
	fields: fc.record({ route: texts }),
	count: fc.nat(),
	codes: fc.record({ INTERNAL: fc.nat() }),
	ids: fc.array(texts),
	text: fc.record({ one: texts, many: texts }),
	orderKey: perhaps,
});

const deliveries: fc.Arbitrary<NewDelivery> = fc.record({
	id: texts,
	route: texts,
	kind: texts,
	receivedAt: times,
	dedupeKey: perhaps,
	orderKey: perhaps,
	state: fc.constantFrom("received", "delivered", "dead", "quarantined"),
	reason: perhaps,
	quarantine: fc.option(
		fc.record({
			doubts: fc.array(
				fc.record({
					code: fc.constantFrom("FIREWALL_DENIED", "PAYLOAD_INVALID"),
					detail: texts,
				}),
			),
			client: perhaps,
		}),
		{ nil: undefined },
	),
	envelope: texts,
	body: bodies,
	answer: fc.option(fc.string(), { nil: undefined }),
	leaseMs: fc.option(times, { nil: undefined }),
	delayMs: fc.option(times, { nil: undefined }),
	alerts: fc.option(fc.array(alerts, { maxLength: 2 }), { nil: undefined }),
	children: fc.option(fc.array(children, { maxLength: 2 }), { nil: undefined }),
});

const leases: fc.Arbitrary<Lease> = fc.record({
	id: texts,
	route: texts,
	kind: texts,
	orderKey: perhaps,
	attempt: fc.nat(),
	receivedAt: times,
	envelope: texts,
	body: bodies,
});

const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
	fc.constantFrom({ as: "delivered" } as const, { as: "returned" } as const),
	fc.record(
		{
			as: fc.constant("waiting" as const),
			afterMs: times,
			reason: texts,
			stepsAside: fc.constant(true as const),
		},
		{ requiredKeys: ["as", "afterMs", "reason"] },
	),
	fc.record({ as: fc.constant("returned" as const), afterMs: times }),
	fc.record({ as: fc.constant("dead" as const), reason: texts }),
);

const writes: fc.Arbitrary<StateWrite> = fc.record({
	plugin: texts,
	key: texts,
	value: perhaps,
	expiresAfterMs: fc.option(times, { nil: undefined }),
});

const settlements: fc.Arbitrary<Settlement> = fc.record({
	lease: fc.record({ id: texts, attempt: fc.nat() }),
	verdict: verdicts,
	startedAt: times,
	durationMs: fc.double({ min: 0, max: 1e12, noNaN: true }),
	writes: fc.array(writes, { maxLength: 3 }),
	events: fc.array(deliveries, { maxLength: 3 }),
	alerts: fc.option(fc.array(alerts, { maxLength: 2 }), { nil: undefined }),
	lapsesWithinMs: fc.option(times, { nil: undefined }),
});

function cross<T>(value: T, ...transfer: ArrayBuffer[]): T {
	return structuredClone(value, { transfer });
}

/** Bodies by their bytes: views of other memory are not equal to chai. */
function plain<T extends { readonly body: Uint8Array }>(one: T): object {
	return { ...one, body: Buffer.from(one.body).toString("hex") };
}

/** What counts of a settlement: what only a success keeps is left behind without one. */
function told({ verdict, ...rest }: Settlement): object {
	const { as } = verdict;
	return {
		...rest,
		as,
		afterMs: as === "waiting" ? verdict.afterMs : undefined,
		reason: "reason" in verdict ? verdict.reason : undefined,
		stack: "stack" in verdict ? verdict.stack : undefined,
		writes: as === "delivered" ? rest.writes : [],
		events: as === "delivered" ? rest.events.map(plain) : [],
	};
}
