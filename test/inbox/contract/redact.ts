import { expect } from "chai";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	lease,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "./ground.ts";

/** What is left of a delivery whose content was removed. */
export function describeRedact(inbox: InboxFixture): void {
	const note = { actor: "ann", reason: "case 17" };
	const SECRET = "447700900123";
	const secret = {
		body: Buffer.from(`{"msisdn":"${SECRET}"}`),
		envelope: `{"method":"POST","path":"/sms/${SECRET}"}`,
	};
	const dump = async () => {
		const { rows } = await inbox.store.list({}, { max: 100 });
		const all = await Promise.all(rows.map(({ id }) => inbox.store.get(id)));
		return JSON.stringify(all.map((one) => ({ ...one, body: `${one?.body}` })));
	};

	describe("redact", () => {
		it("leaves rows, states and counts, and nothing of the webhook", async () => {
			const delivered = await put(inbox.store, {
				...secret,
				state: "delivered",
				dedupeKey: `["${SECRET}"]`,
				orderKey: `["${SECRET}"]`,
				answer: `{"status":200,"body":"${SECRET}"}`,
			});
			const dead = await put(inbox.store, secret);
			await settle(inbox.store, await leaseOne(inbox.store), {
				as: "dead",
				reason: `HANDLER_FAILED: ${SECRET} is unknown`,
				stack: `Error: ${SECRET}`,
			});
			const quarantined = await put(inbox.store, {
				...secret,
				state: "quarantined",
				reason: `PAYLOAD_INVALID: ${SECRET}`,
			});
			const before = await inbox.store.stats();
			inbox.advance(1000);
			const ids = [delivered, dead, quarantined];
			const done = await inbox.store.redact([...ids, "unknown"], note);
			expect([...done].sort()).to.deep.equal([...ids].sort());
			const after = await inbox.store.stats();
			expect(after.byState).to.deep.equal(before.byState);
			expect(after.byRoute).to.have.deep.members([...before.byRoute]);
			expect(await dump()).to.not.contain(SECRET);
			const shown = await inbox.store.get(dead);
			expect(shown).to.include({ state: "dead", body: undefined });
			expect(shown?.reason).to.equal("HANDLER_FAILED: [redacted]");
			expect(shown?.history[0]).to.include({
				outcome: "dead",
				reason: "HANDLER_FAILED: [redacted]",
			});
			expect(shown?.actions).to.deep.equal([
				{ action: "redacted", at: START + 1000, ...note },
			]);
			expect((await inbox.store.get(quarantined))?.doubts).to.deep.equal([
				{ code: "PAYLOAD_INVALID", detail: "[redacted]" },
			]);
		});

		it("still knows a repetition, also after an export", async () => {
			const id = await put(inbox.store, {
				...secret,
				state: "delivered",
				dedupeKey: `["${SECRET}"]`,
			});
			const again = () =>
				inbox.store.put([delivery({ dedupeKey: `["${SECRET}"]` })]);
			await inbox.store.redact([id], note);
			expect(await again()).to.deep.equal([{ id, isDuplicate: true }]);
			const other = await put(inbox.store, { dedupeKey: '["other"]' });
			expect(other).to.not.equal(id);
			await inbox.reopen();
			expect(await again()).to.deep.equal([{ id, isDuplicate: true }]);
			const exported = [];
			for await (const one of inbox.store.export({})) exported.push(one);
			await inbox.store.drop({ ids: [id, other] });
			await inbox.store.import(exported);
			expect(await again()).to.deep.equal([{ id, isDuplicate: true }]);
			await inbox.store.drop({ ids: [id] });
			const [fresh] = await again();
			expect(fresh).to.include({ isDuplicate: false });
		});

		it("cannot be replayed or released afterwards", async () => {
			const delivered = await put(inbox.store, { state: "delivered" });
			const dead = await put(inbox.store, { state: "dead", reason: "no" });
			await inbox.store.redact([delivered, dead], note);
			const replay = () => inbox.store.replay({ ids: [delivered, dead] });
			expect(await replay()).to.equal(0);
			const filter = { filter: {}, max: 10 };
			expect(await inbox.store.replay(filter)).to.equal(0);
			expect(await lease(inbox.store)).to.deep.equal([]);
		});

		it("ends what was not handled yet, and frees its lane", async () => {
			const first = await put(inbox.store, { ...secret, orderKey: "k" });
			const second = await put(inbox.store, { orderKey: "k" });
			const third = await put(inbox.store, { ...secret, orderKey: "k" });
			await settle(inbox.store, await leaseOne(inbox.store), wait(1000));
			await inbox.store.redact([first, third], note);
			expect(await inbox.store.get(first)).to.include({
				state: "dead",
				reason: "redacted before it was handled",
			});
			expect((await inbox.store.get(third))?.state).to.equal("dead");
			expect(idsOf(await lease(inbox.store))).to.deep.equal([second]);
			expect(inbox.store.backlog()).to.equal(1);
			expect(await dump()).to.not.contain(SECRET);
		});

		it("leaves what a handler is working on, and takes it afterwards", async () => {
			const id = await put(inbox.store, secret);
			const taken = await leaseOne(inbox.store);
			expect(await inbox.store.redact([id], note)).to.deep.equal([]);
			expect(await dump()).to.contain(SECRET);
			await settle(inbox.store, taken, DEAD);
			expect(await inbox.store.redact([id], note)).to.deep.equal([id]);
			expect(await inbox.store.redact([id], note)).to.deep.equal([id]);
			expect(await dump()).to.not.contain(SECRET);
		});

		it("goes on after many, and prunes them like any other", async () => {
			const batch = Array.from({ length: 450 }, () =>
				delivery({ ...secret, state: "delivered" }),
			);
			await inbox.store.put(batch);
			expect(await inbox.store.redact(idsOf(batch), note)).to.have.length(450);
			inbox.advance(10_000);
			const rules = {
				deliveredMs: 1000,
				deadMs: 1000,
				bodyMs: undefined,
				max: 1000,
			};
			expect(await inbox.store.prune(rules)).to.equal(450);
		});
	});

	describe("redactState", () => {
		it("removes the entries that match", async () => {
			await inbox.store.writeState(
				Array.from({ length: 1200 }, (_, at) => ({
					plugin: at % 2 === 0 ? "a" : "b",
					key: `k${String(at).padStart(4, "0")}`,
					value: at % 400 === 7 ? `"${SECRET}"` : '"other"',
					expiresAfterMs: undefined,
				})),
			);
			const count = await inbox.store.redactState((_, value) =>
				value.includes(SECRET),
			);
			expect(count).to.equal(3);
			expect(await inbox.store.readState("b", "k0007")).to.equal(undefined);
			expect(await inbox.store.readState("b", "k0009")).to.equal('"other"');
			expect(await inbox.store.redactState(() => false)).to.equal(0);
		});
	});

	it("scrubs, and goes on working", async () => {
		const id = await put(inbox.store, { ...secret, state: "delivered" });
		await inbox.store.redact([id], note);
		await inbox.store.scrub();
		await put(inbox.store);
		expect(await lease(inbox.store)).to.have.length(1);
	});
}
