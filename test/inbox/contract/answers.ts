import { expect } from "chai";
import { type InboxFixture, leaseOne, put, settle } from "./ground.ts";

const ANSWER = '{"status":200,"type":"application/json","body":"[] \\u0000 ✓"}';
const REPLIED = { state: "delivered", answer: ANSWER } as const;

/** The answers of replies. */
export function describeAnswers(inbox: InboxFixture): void {
	const answerOf = async (id: string) => (await inbox.store.get(id))?.answer;

	describe("the answer of a reply", () => {
		it("is kept as it was put, beside the body, and counted", async () => {
			const id = await put(inbox.store, REPLIED);
			const bare = await put(inbox.store, { state: "delivered" });
			expect(await answerOf(id)).to.equal(ANSWER);
			expect(await answerOf(bare)).to.equal(undefined);
			const sizeOf = async (one: string) =>
				(await inbox.store.get(one))?.sizeBytes ?? 0;
			expect((await sizeOf(id)) - (await sizeOf(bare))).to.equal(
				Buffer.byteLength(ANSWER),
			);
		});

		it("is that of each delivery of a batch, and stays when the inbox is opened again", async () => {
			const ids = [
				await put(inbox.store, { state: "dead", reason: "no", answer: "{}" }),
				await put(inbox.store, REPLIED),
			];
			await inbox.reopen();
			expect(await Promise.all(ids.map(answerOf))).to.deep.equal([
				"{}",
				ANSWER,
			]);
		});

		it("stays that of the request while a replay is handled", async () => {
			const id = await put(inbox.store, REPLIED);
			expect(await inbox.store.replay({ ids: [id] })).to.equal(1);
			const lease = await leaseOne(inbox.store);
			expect(await settle(inbox.store, lease)).to.equal(true);
			const found = await inbox.store.get(id);
			expect(found).to.include({ state: "delivered", answer: ANSWER });
			expect(found?.history).to.have.length(1);
		});

		it("goes with the body, and the bytes that it counted for", async () => {
			const id = await put(inbox.store, REPLIED);
			inbox.advance(2000);
			const rules = { deliveredMs: 1e9, deadMs: 1e9, bodyMs: 1000, max: 10 };
			expect(await inbox.store.prune(rules)).to.equal(1);
			const found = await inbox.store.get(id);
			expect(found).to.include({ body: undefined });
			expect(found).to.not.have.property("answer");
			expect(found?.sizeBytes).to.equal(
				Buffer.byteLength(found?.envelope ?? ""),
			);
		});

		it("goes with its delivery", async () => {
			const id = await put(inbox.store, REPLIED);
			expect(await inbox.store.drop({ ids: [id] })).to.equal(1);
			expect(await inbox.store.get(id)).to.equal(undefined);
			await put(inbox.store, { id });
			expect(await answerOf(id)).to.equal(undefined);
		});
	});
}
