import { expect } from "chai";
import type { DeliveryState } from "../../src/inbox/port/delivery.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { DEPLOYED, receiptsPath } from "./account.ts";
import type { Platform, SentCounts } from "./platform.ts";
import type { ServiceRecord } from "./services.ts";
import { readReference } from "./webhooks.ts";

/** What was sent in a day, and what became of it: sent = handled + dead + quarantined. */
export interface Ledger extends SentCounts {
	/** Of the webhooks sent, those that a service saw. */
	readonly handled: number;
	/** Of the webhooks sent, the dead letters in the store. */
	readonly dead: number;
	/** Of the dead letters, those of the deploy that went wrong. */
	readonly deadOfDeploy: number;
	/** Of the webhooks sent, those in quarantine. */
	readonly quarantined: number;
	/** Events that a service saw again, with the same id. */
	readonly handledAgain: number;
	/** Webhooks that were quarantined twice, as their first try was kept and refused. */
	readonly quarantinedAgain: number;
}

/** Compares what the platform sent, what the services saw and what the store has, to the event. */
export async function expectLedger(
	{ fates, paths, counts }: Platform,
	{ eventIds, doubled, disordered, misrouted, ...seen }: ServiceRecord,
	store: InboxStore,
): Promise<Ledger> {
	expect(misrouted, "misrouted").to.deep.equal([]);
	expect(doubled, "brought by two events").to.deep.equal([]);
	expect(disordered, "out of order").to.deep.equal([]);

	const dead = await readNumbers(store, "dead");
	const quarantined = await readNumbers(store, "quarantined");
	const wrong: string[] = [];
	let deadOfDeploy = 0;
	for (const [number, fate] of fates.entries()) {
		const found = [
			...(eventIds[number] === undefined ? [] : ["handled"]),
			...(dead.numbers.has(number) ? ["dead"] : []),
			...(quarantined.numbers.has(number) ? ["quarantined"] : []),
		];
		const isOfDeploy =
			fate === "handled" &&
			found[0] === "dead" &&
			paths[number] === receiptsPath(DEPLOYED);
		if (isOfDeploy) deadOfDeploy += 1;
		if (found.length !== 1 || (found[0] !== fate && !isOfDeploy))
			wrong.push(`${number} is [${found}], not ${fate}`);
	}
	expect(wrong, "lost, or with another fate").to.deep.equal([]);

	const { byState } = await store.stats();
	expect(byState, "in the store").to.deep.equal({
		...{ received: 0, leased: 0, waiting: 0 },
		...{ delivered: seen.handled, dead: dead.numbers.size },
		quarantined: quarantined.numbers.size + quarantined.again,
	});
	expect(dead.again, "dead twice").to.equal(0);
	expect(quarantined.again, "quarantined twice").to.be.at.most(
		counts.refused + counts.unanswered,
	);
	expect(counts.sent, "sent = handled + dead + quarantined").to.equal(
		seen.handled + dead.numbers.size + quarantined.numbers.size,
	);
	return {
		...counts,
		handled: seen.handled,
		dead: dead.numbers.size,
		deadOfDeploy,
		quarantined: quarantined.numbers.size,
		handledAgain: seen.again,
		quarantinedAgain: quarantined.again,
	};
}

// --- helpers ---

interface Numbers {
	readonly numbers: ReadonlySet<number>;
	/** How many deliveries have the number of another. */
	readonly again: number;
}

/** Reads the numbers of the webhooks in a state. */
async function readNumbers(
	store: InboxStore,
	state: DeliveryState,
): Promise<Numbers> {
	const numbers = new Set<number>();
	let again = 0;
	for await (const { body } of store.export({ states: [state] })) {
		const form = new URLSearchParams(Buffer.from(body ?? []).toString());
		const { number } = readReference(form);
		if (numbers.has(number)) again += 1;
		numbers.add(number);
	}
	return { numbers, again };
}
