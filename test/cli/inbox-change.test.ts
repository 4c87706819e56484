import { expect } from "chai";
import { delivery, put } from "../inbox/contract/ground.ts";
import {
	post,
	runInbox,
	withRouter,
	withStopped,
	withStore,
} from "./inbox-ground.ts";

const dead = (id: string) =>
	delivery({ id, state: "dead", reason: "HANDLER_FAILED: no" });
const many = (count: number) =>
	Array.from({ length: count }, (_, at) => dead(`dead-${at}`));
const say = (answer: string) => {
	const questions: string[] = [];
	const ask = async (question: string) => {
		questions.push(question);
		return answer;
	};
	return { questions, ask };
};
const countsIn = (folder: string) =>
	withStore(folder, async (store) => (await store.stats()).byState);

describe("switchhook inbox replay", () => {
	it("replays dead ones by filter or by id", () =>
		withStopped(
			async (store) => {
				await store.put([dead("a"), dead("b"), dead("c")]);
				await put(store, { id: "d", state: "delivered" });
			},
			async (folder) => {
				const one = await runInbox(folder, ["replay", "b"]);
				expect(one).to.deep.equal({
					code: 0,
					out: "replayed 1 delivery\n",
					err: "",
				});
				const args = ["replay", "--route", "sms", "--max", "1", "--json"];
				const { out } = await runInbox(folder, args);
				expect(JSON.parse(out)).to.deep.equal({ chosen: 1, replayed: 1 });
				await withStore(folder, async (store) => {
					expect((await store.get("a"))?.state).to.equal("received");
					expect((await store.get("c"))?.state).to.equal("dead");
					expect((await store.get("d"))?.state).to.equal("delivered");
				});
			},
		));

	it("asks before more than a few, and where nobody can be asked needs --yes", () =>
		withStopped(
			(store) => store.put(many(11)),
			async (folder) => {
				const args = ["replay", "--state", "dead"];
				const alone = await runInbox(folder, args);
				expect(alone.code).to.equal(2);
				expect(alone.err)
					.to.contain("Replay 11 deliveries?")
					.and.contain("--yes");
				const no = say("");
				expect((await runInbox(folder, args, no)).code).to.equal(1);
				expect(no.questions).to.deep.equal(["Replay 11 deliveries? [y/N] "]);
				expect((await countsIn(folder)).dead).to.equal(11);
				const yes = await runInbox(folder, args, say("y"));
				expect(yes.out).to.equal("replayed 11 deliveries\n");
				expect((await countsIn(folder)).received).to.equal(11);
			},
		));

	it("says which wait because their route is gone, and replays them", () =>
		withStopped(
			async (store) => {
				await store.put([dead("a"), dead("b"), dead("c")]);
				for (const id of ["x", "y"])
					await put(store, { id, state: "dead", route: "old" });
				await put(store, { id: "z", route: "old" });
			},
			async (folder) => {
				const said = (count: number) =>
					`no route is named old. ${count} of these wait until one is.\n`;
				const one = await runInbox(folder, ["replay", "a", "x", "z"]);
				expect(one.out).to.equal("replayed 2 deliveries\n");
				expect(one.err).to.contain(said(1));
				const rest = await runInbox(folder, ["replay", "--state", "dead"]);
				expect(rest).to.deep.equal({
					code: 0,
					out: "replayed 3 deliveries\n",
					err: said(1),
				});
				const drop = ["drop", "x", "y", "--yes"];
				expect((await runInbox(folder, drop)).err).to.equal("");
			},
		));

	it("says which were not, and needs ids or a filter", () =>
		withStopped(
			async (store) => {
				await store.put([dead("a")]);
				await put(store, { id: "b" });
			},
			async (folder) => {
				const some = await runInbox(folder, ["replay", "a", "b", "none"]);
				expect(some.code).to.equal(1);
				expect(some.out).to.equal("replayed 1 delivery\n");
				expect(some.err).to.contain("2 deliveries not replayed");
				expect((await runInbox(folder, ["replay"])).code).to.equal(2);
				const both = await runInbox(folder, ["replay", "a", "--kind", "x"]);
				expect(both.code).to.equal(2);
				const none = await runInbox(folder, ["replay", "--kind", "x"]);
				expect(none.code).to.equal(0);
			},
		));

	it("has a running router do it again", () =>
		withRouter(async (router) => {
			const { folder, heard } = router;
			const first = heard();
			const sms = {
				msisdn: "447700900001",
				to: "447700900000",
				messageId: "A1",
				type: "text",
				"message-timestamp": "2026-01-15 12:00:00",
			};
			expect(await post(router, "/sms", { ...sms, text: "hello" })).to.equal(
				200,
			);
			const { id } = await first;
			const again = heard();
			// The handler has it, and its success is written a moment later.
			let ran = await runInbox(folder, ["replay", id]);
			for (let tries = 0; ran.code !== 0 && tries < 100; tries += 1) {
				ran = await runInbox(folder, ["replay", id]);
			}
			expect(ran.out).to.equal("replayed 1 delivery\n");
			expect((await again).id).to.equal(id);
		}));
});

const DROPPED = "5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11";

describe("switchhook inbox drop", () => {
	it("keeps who dropped what, and why", () =>
		withStopped(
			(store) => store.put([delivery({ id: DROPPED })]),
			async (folder) => {
				const id = DROPPED;
				const why = "a scan\u001b[2J";
				const dropped = await runInbox(folder, [
					...["drop", "5f0c1c9e", "--yes", "--reason", why],
				]);
				expect(dropped.out).to.equal("dropped 1 delivery\n");
				for (const text of [id, "5f0c1c9e", "5F0C1C9E6c0b"]) {
					const { code, err, out } = await runInbox(folder, ["show", text]);
					expect(code).to.equal(1);
					expect(out).to.equal("");
					expect(err).to.contain(`The delivery ${id} of the route `);
					expect(err).to.match(/ was dropped.* on \S+Z\. Reason: a scan/);
					expect(err).to.not.contain("\u001b");
				}
				const { out } = await runInbox(folder, ["show", id, "--json"]);
				expect(JSON.parse(out)).to.include({
					id,
					state: "dropped",
					reason: why,
				});
				const never = await runInbox(folder, ["show", "5f0c1c9f"]);
				expect(never.err).to.contain("The inbox holds no delivery");
			},
		));

	it("drops what is named after a question", () =>
		withStopped(
			(store) => store.put([dead("a"), dead("b"), delivery({ id: "c" })]),
			async (folder) => {
				const alone = await runInbox(folder, ["drop", "a"]);
				expect(alone.code).to.equal(2);
				expect(alone.err).to.contain("Drop 1 delivery?").and.contain("--yes");
				const no = await runInbox(folder, ["drop", "a"], say("n"));
				expect(no.code).to.equal(1);
				expect((await countsIn(folder)).dead).to.equal(2);
				const yes = await runInbox(folder, ["drop", "a"], say("yes"));
				expect(yes.out).to.equal("dropped 1 delivery\n");
				const rest = ["drop", "--state", "dead", "--yes"];
				expect((await runInbox(folder, rest)).code).to.equal(0);
				expect(await countsIn(folder)).to.include({ dead: 0, received: 1 });
			},
		));

	it("wants the state named by a filter, and never takes a leased one", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "a" });
				await store.lease([{ route: "sms", max: 1 }], 600_000);
			},
			async (folder) => {
				const open = await runInbox(folder, [
					"drop",
					"--route",
					"sms",
					"--yes",
				]);
				expect(open.code).to.equal(2);
				expect(open.err).to.contain("--state");
				const bad = await runInbox(folder, ["drop", "--state", "leased", "-y"]);
				expect(bad.code).to.equal(2);
				const held = await runInbox(folder, ["drop", "a", "--yes"]);
				expect(held.code).to.equal(1);
				expect(held.err).to.contain("not dropped");
			},
		));

	it("tells a person who watches how far it is", async () => {
		const { createProgress } = await import("../../src/cli/terminal.ts");
		let now = 0;
		let shown = "";
		const progress = { write: (text: string) => (shown += text) };
		const line = createProgress({ progress }, "dropped", 9, () => now);
		line.at(1);
		expect(shown).to.equal("");
		now = 300;
		line.at(5);
		expect(shown).to.equal("\r\u001b[Kdropped 5 of 9");
		line.end();
		expect(shown).to.equal("\r\u001b[Kdropped 5 of 9\r\u001b[K");
	});
});
