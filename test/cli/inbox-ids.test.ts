import { expect } from "chai";
import { DEAD, leaseOne, put, settle } from "../inbox/contract/ground.ts";
import { withFolder } from "./cli.ts";
import { runInbox, withStopped, withStore } from "./inbox-ground.ts";

const ONE = "018bcfe5-6800-7a3f-9b1c-0123456789ab";
const TWIN = "018bcfe5-6800-7a3f-9b1c-0123456789ac";
const SIBLING = "018bcfe5-6800-7b00-9b1c-0123456789ab";
const OTHER = "0199aaaa-0000-7a3f-9b1c-0123456789ab";

/** An inbox of dead deliveries with these ids. */
const withDead = (
	ids: readonly string[],
	use: (folder: string) => Promise<void>,
) =>
	withStopped(async (store) => {
		for (const id of ids) {
			await put(store, { id });
			await settle(store, await leaseOne(store), DEAD);
		}
	}, use);

const TERMINAL = { isTTY: true } as const;

describe("the beginning of an id", () => {
	it("stands for a parent, and with the name of a target for its child", () =>
		withDead([ONE, `${ONE}~crm`, `${ONE}~audit`], async (folder) => {
			const parent = await runInbox(folder, ["show", "018bcfe5-6800"]);
			expect(parent.out).to.match(new RegExp(`^id +${ONE}$`, "m"));
			expect(parent.out).to.match(/^Children:\n {2}sms +dead, 1 attempt/m);
			const child = await runInbox(folder, ["show", "018bcfe5-6800-7a3f~crm"]);
			expect(child.out).to.match(new RegExp(`^id +${ONE}~crm$`, "m"));
			expect(child.out).to.match(new RegExp(`^child of +${ONE}$`, "m"));
			const list = await runInbox(folder, ["list"], TERMINAL);
			expect(list.out).to.contain("018bcfe5-6800-7a3f~crm ");
			const replay = await runInbox(folder, ["replay", "018bcfe5-6800-7a3f"]);
			expect(replay.out).to.equal("replayed 1 delivery\n");
			await withStore(folder, async (store) => {
				expect((await store.get(`${ONE}~crm`))?.state).to.equal("waiting");
			});
		}));

	it("stands for the whole wherever one is", () =>
		withDead([ONE, SIBLING, OTHER], async (folder) => {
			const show = await runInbox(folder, ["show", "0199"]);
			expect(show.out).to.match(new RegExp(`^id +${OTHER}$`, "m"));
			const replay = await runInbox(folder, ["replay", "018bcfe5-6800-7b00"]);
			expect(replay.out).to.equal("replayed 1 delivery\n");
			// Without dashes, and in capitals, as other programs write it.
			const drop = await runInbox(folder, ["drop", "-y", "018BCFE568007A3F"]);
			expect(drop.out).to.equal("dropped 1 delivery\n");
			await withStore(folder, async (store) => {
				expect(await store.get(ONE)).to.equal(undefined);
				expect((await store.get(SIBLING))?.state).to.equal("waiting");
				expect((await store.get(OTHER))?.state).to.equal("dead");
			});
		}));

	it("that fits several names none: they are listed, and nothing is changed", () =>
		withDead([ONE, TWIN, SIBLING], async (folder) => {
			for (const command of [
				["show"],
				["replay"],
				["drop", "-y"],
				["release"],
			]) {
				const { code, err } = await runInbox(folder, [
					...command,
					"018bcfe5-6800-7",
				]);
				expect(code).to.equal(2);
				expect(err).to.contain("Several ids begin with 018bcfe5-6800-7");
				// The twins share what is shown of an id, so both are shown whole.
				expect(err).to.contain(ONE).and.to.contain(TWIN);
				expect(err).to.match(/^ {2}018bcfe5-6800-7b00 {2,}dead {2}sms /m);
			}
			const { out } = await runInbox(folder, [
				"list",
				"--state",
				"dead",
				"--json",
			]);
			expect(JSON.parse(out).deliveries).to.have.length(3);
		}));

	it("lists ten of many", () =>
		withDead(
			Array.from(
				{ length: 12 },
				(_, at) => `018bcfe5-6800-7a${at + 10}-9b1c-0123456789ab`,
			),
			async (folder) => {
				const { err } = await runInbox(folder, ["show", "018b"]);
				expect(err.match(/^ {2}018b/gm)).to.have.length(10);
				expect(err).to.contain("  and more");
			},
		));

	it("is too short with three characters", () =>
		withDead([ONE], async (folder) => {
			const { code, err } = await runInbox(folder, ["show", "018"]);
			expect(code).to.equal(1);
			expect(err).to.equal(
				"The inbox holds no delivery 018. Write at least 4 characters of its id.\n",
			);
		}));

	it("gives way to an id that is just so", () =>
		withDead(["abcd", "abcde"], async (folder) => {
			const { out } = await runInbox(folder, ["show", "abcd"]);
			expect(out).to.match(/^id +abcd$/m);
		}));

	it("counts once beside the whole id", () =>
		withDead([ONE], async (folder) => {
			const { out } = await runInbox(folder, ["replay", ONE, "018b"]);
			expect(out).to.equal("replayed 1 delivery\n");
		}));
});

describe("the ids of a list", () => {
	it("are short on a terminal and whole elsewhere", () =>
		withDead([ONE, OTHER], async (folder) => {
			const shown = await runInbox(folder, ["list"], TERMINAL);
			expect(shown.out).to.match(/^018bcfe5-6800-7a3f {2}/m);
			expect(shown.out).to.not.contain(ONE);
			for (const args of [["list"], ["list", "--json"]])
				expect((await runInbox(folder, args)).out).to.contain(ONE);
			const json = await runInbox(folder, ["list", "--json"], TERMINAL);
			expect(json.out).to.contain(ONE);
		}));

	it("are whole where a beginning would be that of two", () =>
		withDead([ONE, TWIN, OTHER], async (folder) => {
			const { out } = await runInbox(folder, ["list"], TERMINAL);
			expect(out).to.contain(ONE).and.to.contain(TWIN);
			expect(out).to.match(/^0199aaaa-0000-7a3f /m);
		}));

	it("stand beside states in colour, unless NO_COLOR says otherwise", () =>
		withDead([ONE], async (folder) => {
			const { out } = await runInbox(folder, ["list"], TERMINAL);
			expect(out).to.contain("  \u001b[31mdead\u001b[39m  ");
			const env = { NO_COLOR: "1" };
			const plain = await runInbox(folder, ["list"], { ...TERMINAL, env });
			expect(plain.out).to.not.contain("\u001b");
		}));
});

describe("a name that is of no route and no kind", () => {
	it("is said to be none, with the one that was probably meant", () =>
		withDead([ONE], async (folder) => {
			for (const [args, says] of [
				[
					["--route", "smss"],
					'There is no route "smss". Did you mean `sms`?\n',
				],
				[["--route", "nope"], 'There is no route "nope".\n'],
				[
					["--kind", "sms.inbond"],
					'There is no kind "sms.inbond". Did you mean `sms.inbound`?\n',
				],
			] as const) {
				const list = await runInbox(folder, ["list", ...args]);
				expect([list.code, list.out, list.err]).to.deep.equal([1, "", says]);
				const replay = await runInbox(folder, ["replay", ...args]);
				expect(replay.err).to.contain(says);
				const json = await runInbox(folder, ["list", "--json", ...args]);
				expect(JSON.parse(json.out)).to.deep.equal({
					deliveries: [],
					next: null,
				});
				expect(json.err).to.equal(says);
			}
		}));

	it("is not asked for where deliveries have it, or a route of that name has none", () =>
		withStopped(
			(store) => put(store, { route: "gone", kind: "old.kind" }),
			async (folder) => {
				for (const args of [
					["--route", "gone"],
					["--kind", "old.kind"],
				]) {
					const { code, out, err } = await runInbox(folder, ["list", ...args]);
					expect([code, err]).to.deep.equal([0, ""]);
					expect(out).to.contain("old.kind");
				}
				for (const args of [
					["--route", "paid"],
					["--kind", "paid"],
					["--kind", "voice.answer"],
				]) {
					const { code, err } = await runInbox(folder, ["list", ...args]);
					expect([code, err], args.join(" ")).to.deep.equal([
						0,
						"No delivery matches.\n",
					]);
				}
			},
		));

	it("cannot be told without a configuration", () =>
		withFolder({ other: "" }, async (folder) => {
			await withStore(folder, (store) => put(store));
			const place = ["--store", "sqlite:inbox.db"];
			const { code, err } = await runInbox(folder, [
				"list",
				"--route",
				"nope",
				...place,
			]);
			expect([code, err]).to.deep.equal([0, "No delivery matches.\n"]);
		}));
});
