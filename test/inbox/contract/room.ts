import { expect } from "chai";
import type { PruneRules } from "../../../src/inbox/port/delivery.ts";
import { RESENT_FOR_MS } from "../../../src/inbox/port/room.ts";
import type { Evicted } from "../../../src/inbox/port/store.ts";
import { delivery, type InboxFixture, idsOf } from "./ground.ts";

/** The bound in bytes. */
export function describeRoom(inbox: InboxFixture): void {
	describe("room", () => {
		let evicted: Evicted[] = [];

		beforeEach(async () => {
			evicted = [];
			await inbox.reopen({
				maxBytes: ROOM_BYTES,
				onEvicted: (gone) => void evicted.push(...gone),
			});
		});

		/** Puts so many of 20 KB, each a millisecond later. */
		const putMany = async (
			count: number,
			changed: Parameters<typeof delivery>[0],
		): Promise<string[]> => {
			const ids: string[] = [];
			for (let at = 0; at < count; at++) {
				const one = delivery({
					body: Buffer.alloc(20_000),
					dedupeKey: `${changed?.route} ${at}`,
					...changed,
				});
				await inbox.store.put([one]);
				ids.push(one.id);
				inbox.advance(1);
			}
			return ids;
		};
		const pruneAll = async () => {
			while ((await inbox.store.prune(RULES)) > 0) {}
		};
		const hasBody = async (id: string) =>
			(await inbox.store.get(id))?.body !== undefined;

		it("lets bodies of delivered ones go when it is nearly full, the oldest first, and knows them still", async () => {
			const ids = await putMany(60, { route: "sms", state: "delivered" });
			expect(inbox.store.fill("sms").usedBytes).to.be.above(1_200_000);
			await pruneAll();
			expect(await hasBody(ids[0] as string), "there is room").to.equal(true);
			ids.push(...(await putMany(60, { route: "voice", state: "delivered" })));
			await pruneAll();
			expect(inbox.store.fill("sms").usedBytes).to.be.within(
				ROOM_BYTES * 0.6,
				ROOM_BYTES * 0.9,
			);
			const kept = await Promise.all(ids.map(hasBody));
			const first = kept.indexOf(true);
			expect(first).to.be.within(10, 80);
			expect(kept.slice(first)).to.not.include(false);
			const [receipt] = await inbox.store.put([
				delivery({ route: "sms", dedupeKey: "sms 0" }),
			]);
			expect(receipt).to.include({ id: ids[0], isDuplicate: true });
		});

		it("never lets work go, nor what was admitted to quarantine, nor dead ones within their part", async () => {
			const dead = await putMany(10, { state: "dead", reason: "no" });
			const work = await putMany(90, { route: "sms" });
			const reason = "PAYLOAD_INVALID: no";
			const held = await putMany(10, { state: "quarantined", reason });
			await pruneAll();
			for (const id of [...dead, ...work, ...held])
				expect(await hasBody(id)).to.equal(true);
			expect(inbox.store.fill("sms").usedBytes).to.be.above(ROOM_BYTES);
			expect(inbox.store.fill("sms").own.count).to.equal(90);
			expect(inbox.store.fill("sms").own.bytes).to.be.above(1_800_000);
		});

		it("keeps a quarter for dead ones, and of the route that has most the oldest go", async () => {
			const dead = { state: "dead", reason: "no" } as const;
			const few = await putMany(3, { ...dead, route: "few" });
			const many = await putMany(40, { ...dead, route: "many" });
			await pruneAll();
			const rows = await inbox.store.list({ states: ["dead"] }, { max: 99 });
			const left = idsOf(rows.rows).toReversed();
			expect(left.slice(0, 3)).to.deep.equal(few);
			expect(left.slice(3)).to.deep.equal(many.slice(40 - left.length + 3));
			expect(left.length * 20_000).to.be.within(ROOM_BYTES / 8, ROOM_BYTES / 4);
			expect(idsOf(evicted)).to.deep.equal(many.slice(0, evicted.length));
			expect(evicted).to.have.length(43 - left.length);
			expect(evicted[0]).to.include({ state: "dead", route: "many" });
		});

		it("forgets whole delivered ones only after the platform repeats none of them, where no body is left to go", async () => {
			const envelope = JSON.stringify({ text: "x".repeat(20_000) });
			const body = new Uint8Array(0);
			const ids = await putMany(110, { state: "delivered", envelope, body });
			await pruneAll();
			expect(await inbox.store.get(ids[0] as string)).to.not.equal(undefined);
			inbox.advance(RESENT_FOR_MS - 60_000);
			await pruneAll();
			expect(await inbox.store.get(ids[0] as string)).to.not.equal(undefined);
			inbox.advance(60_001);
			await pruneAll();
			expect(await inbox.store.get(ids[0] as string)).to.equal(undefined);
			expect(await inbox.store.get(ids.at(-1) as string)).to.not.equal(
				undefined,
			);
		});
	});
}

// --- helpers ---

const ROOM_BYTES = 2_000_000;

const RULES: PruneRules = {
	deliveredMs: 1e12,
	deadMs: 1e12,
	bodyMs: undefined,
	max: 25,
};
