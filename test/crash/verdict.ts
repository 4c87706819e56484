import { expect } from "chai";
import type { DeliveryDetail } from "../../src/inbox/port/delivery.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { type Site, until } from "./site.ts";

/** Resolves when nothing is unfinished. */
export function untilDone(store: InboxStore, limitMs?: number): Promise<void> {
	return until(
		"all of the inbox is delivered",
		async () => {
			const { received, leased, waiting } = (await store.stats()).byState;
			return received + leased + waiting === 0;
		},
		limitMs,
	);
}

/**
 * Says what was lost, doubled or out of order, after each lane had its messages from 1 up to its number acknowledged: each is
 * kept once, delivered by exactly one success, in the order of its lane, with the plugin's state as one pass would leave it.
 */
export async function expectAllDelivered(
	store: InboxStore,
	site: Pick<Site, "readLedger">,
	acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
	const kept = new Map<string, string[]>();
	const wrong: string[] = [];
	for await (const delivery of store.export({})) {
		const [lane, id] = nameOf(delivery);
		kept.set(lane, [...(kept.get(lane) ?? []), id]);
		const successes = delivery.history.filter(
			({ outcome }) => outcome === "delivered",
		);
		if (delivery.state !== "delivered" || successes.length !== 1)
			wrong.push(`${id} ${delivery.state}, ${successes.length} successes`);
	}
	expect(wrong, "not delivered by one success").to.deep.equal([]);
	expect([...kept.keys()].sort()).to.deep.equal(
		[...acknowledged.keys()].sort(),
	);
	for (const [lane, last] of acknowledged) {
		const expected = Array.from(
			{ length: last },
			(_, at) => `${lane}-${at + 1}`,
		);
		expect(kept.get(lane), "kept").to.deep.equal(expected);
		expect(await store.readState("ledger", lane), lane).to.equal(`${last}`);
	}
	await expectOrder(site, acknowledged);
}

// --- helpers ---

/** A message may be handled again before its success is written, and then it is the next; never one behind it. */
async function expectOrder(
	site: Pick<Site, "readLedger">,
	acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
	const at = new Map<string, number>();
	const wrong: string[] = [];
	for (const { lane, number, attempt, last } of await site.readLedger()) {
		const before = at.get(lane) ?? 0;
		const isNext = number === before + 1 || number === before;
		// What an attempt that did not succeed wrote is not there for the next one.
		if (!isNext || last !== number - 1)
			wrong.push(
				`${lane}: ${number} (try ${attempt}) after ${before}, ${last}`,
			);
		at.set(lane, number);
	}
	expect(wrong, "out of order").to.deep.equal([]);
	expect([...at].sort()).to.deep.equal([...acknowledged].sort());
}

function nameOf({ body }: DeliveryDetail): readonly [string, string] {
	const id = new URLSearchParams(Buffer.from(body ?? []).toString()).get(
		"messageId",
	);
	return [id?.split("-")[0] ?? "", id ?? ""];
}
