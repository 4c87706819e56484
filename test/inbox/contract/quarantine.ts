import { expect } from "chai";
import type { NewDelivery } from "../../../src/inbox/port/queue.ts";
import { delivery, type InboxFixture, idsOf, put } from "./ground.ts";

/** The two budgets of the quarantine. */
export function describeQuarantine(inbox: InboxFixture): void {
	describe("quarantine", () => {
		const of = (
			code: "FIREWALL_DENIED" | "SIGNATURE_INVALID" | "PAYLOAD_INVALID",
			bytes: number,
			client?: string,
		): NewDelivery =>
			delivery({
				state: "quarantined",
				reason: `${code}: no`,
				quarantine: { doubts: [{ code, detail: "no" }], client },
				envelope: "{}",
				body: Buffer.alloc(bytes - 2),
			});
		const denied = (bytes: number, client?: string) =>
			of("FIREWALL_DENIED", bytes, client);
		const admitted = (bytes: number) => of("PAYLOAD_INVALID", bytes);
		const kept = async () =>
			idsOf(
				(await inbox.store.list({ states: ["quarantined"] }, { max: 100 }))
					.rows,
			).toReversed();

		it("keeps no more that was refused at the door than it may, the oldest out first", async () => {
			const heard: string[] = [];
			await inbox.reopen({
				quarantine: { maxCount: 3, maxBytes: 10_000 },
				onEvicted: (evicted) => void heard.push(...idsOf(evicted)),
			});
			const work = await put(inbox.store);
			const first = [denied(10), of("SIGNATURE_INVALID", 10)];
			const second = [denied(10), denied(10), denied(10)];
			await inbox.store.put(first);
			await inbox.store.put([...second.slice(0, 2), delivery()]);
			await inbox.store.put(second.slice(2));
			expect(await kept()).to.deep.equal(idsOf(second));
			expect(heard).to.deep.equal(idsOf(first));
			expect(await inbox.store.get(work)).to.not.equal(undefined);
			expect(inbox.store.backlog()).to.equal(2);
		});

		it("keeps no more bytes than it may", async () => {
			await inbox.reopen({ quarantine: { maxCount: 100, maxBytes: 1000 } });
			const batch = [denied(400), denied(400), denied(500)];
			for (const one of batch) await inbox.store.put([one]);
			expect(await kept()).to.deep.equal(idsOf(batch.slice(1)));
			const bytes = async () =>
				(await inbox.store.stats()).quarantine.door.bytes;
			expect(await bytes()).to.equal(900);
			await inbox.store.drop({ ids: [batch[2]?.id as string] });
			await inbox.store.put([denied(600)]);
			expect(await bytes()).to.equal(1000);
		});

		it("never lets go what was admitted, however much is refused at the door or admitted", async () => {
			await inbox.reopen({ quarantine: { maxCount: 3, maxBytes: 100 } });
			const real = [admitted(60), admitted(60), admitted(60), admitted(60)];
			await inbox.store.put(real.slice(0, 1));
			for (let count = 0; count < 5; count++)
				await inbox.store.put([denied(90), denied(90)]);
			await inbox.store.put(real.slice(1));
			expect((await kept()).slice(0, 1)).to.deep.equal([real[0]?.id]);
			expect(await kept()).to.include.members([...idsOf(real)]);
			const { door, admitted: sum } = (await inbox.store.stats()).quarantine;
			expect(sum).to.deep.equal({ count: 4, bytes: 240 });
			expect(door).to.deep.equal({ count: 1, bytes: 90 });
		});

		it("keeps a tenth of the door for one client at most, and leaves the others alone", async () => {
			await inbox.reopen({ quarantine: { maxCount: 30, maxBytes: 10_000 } });
			const others = [denied(10, "b"), denied(10, "c"), denied(10)];
			await inbox.store.put(others);
			const flood = Array.from({ length: 50 }, () => denied(10, "a"));
			await inbox.store.put(flood.slice(0, 40));
			for (const one of flood.slice(40)) await inbox.store.put([one]);
			const wide = Array.from({ length: 4 }, () => denied(900, "b"));
			for (const one of wide) await inbox.store.put([one]);
			expect(await kept()).to.deep.equal([
				...idsOf(others.slice(1)),
				...idsOf(flood.slice(-3)),
				...idsOf(wide.slice(-1)),
			]);
		});

		it("tells how much was admitted, also after a new start", async () => {
			expect(inbox.store.fill("sms").admitted.count).to.equal(0);
			const one = admitted(50);
			await inbox.store.put([one, admitted(30), denied(10)]);
			const sum = { count: 2, bytes: 80 };
			expect(inbox.store.fill("sms").admitted).to.deep.equal(sum);
			await inbox.reopen();
			expect(inbox.store.fill("sms").admitted).to.deep.equal(sum);
		});

		it("remembers its bound over an end and a new start", async () => {
			await inbox.reopen({ quarantine: { maxCount: 2, maxBytes: 10_000 } });
			await inbox.store.put([denied(10), denied(10)]);
			await inbox.reopen({ quarantine: { maxCount: 2, maxBytes: 10_000 } });
			await inbox.store.put([denied(10)]);
			expect(await kept()).to.have.length(2);
		});

		it("gives the doubts back as they were", async () => {
			const doubts = [
				{ code: "FIREWALL_DENIED", detail: "a; PAYLOAD_INVALID: b" },
				{ code: "PAYLOAD_INVALID", detail: 'c\n"' },
			] as const;
			const id = await put(inbox.store, {
				state: "quarantined",
				reason: "x",
				quarantine: { doubts, client: "192.0.2.1" },
			});
			expect((await inbox.store.get(id))?.doubts).to.deep.equal(doubts);
			const work = await put(inbox.store);
			expect((await inbox.store.get(work))?.doubts).to.deep.equal([]);
		});
	});

	describe("fill", () => {
		it("counts the unfinished of a route, through all that becomes of them", async () => {
			const own = (route = "sms") => inbox.store.fill(route).own.count;
			await inbox.store.put([
				delivery(),
				delivery({ orderKey: "k" }),
				delivery({ orderKey: "k" }),
				delivery({ route: "voice" }),
				delivery({ state: "dead", reason: "no" }),
			]);
			expect([own(), own("voice"), own("none")]).to.deep.equal([3, 1, 0]);
			await inbox.reopen();
			expect([own(), own("voice")]).to.deep.equal([3, 1]);
			const [dead] = (await inbox.store.list({ states: ["dead"] }, { max: 1 }))
				.rows;
			await inbox.store.replay({ ids: [dead?.id as string] });
			expect(own()).to.equal(4);
			await inbox.store.drop({ filter: { route: "sms" }, max: 3 });
			expect(own()).to.equal(1);
		});
	});
}
