import { join } from "node:path";
import { expect } from "chai";
import { parentIdOf } from "../../src/inbox/port/child.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { useBuild } from "../build.ts";
import { CRASH_ROUNDS, createRandom, withSeed } from "./random.ts";
import { createTarget, startSender } from "./sender.ts";
import { createSite, kill, type Site, stop, waitForRouter } from "./site.ts";
import { untilDone } from "./verdict.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };

/** Half of the kills: those of a router without children are as many again. */
const ROUNDS = Math.ceil(CRASH_ROUNDS / 2);

describe("a fan-out on SQLite, killed again and again", () => {
	const main = useBuild();
	let site: Site;

	beforeEach(async () => {
		site = await createSite(main(), {
			store: "sqlite:inbox.db",
			isFannedOut: true,
		});
	});
	afterEach(() => site.remove());

	it("has each target of all that it acknowledged delivered, each by one success", async () => {
		const random = createRandom();
		const target = createTarget();
		const sender = startSender({ lanes: 4, random, url: target.url });
		await withSeed(random, async () => {
			for (let round = 0; round < ROUNDS; round += 1) {
				const command = site.launch();
				target.set((await waitForRouter(command)).url);
				await new Promise((done) => setTimeout(done, random.below(300)));
				target.clear();
				await kill(command);
			}
			const last = await site.start();
			target.set(last.url);
			await sender.finish();
			const file = join(site.folder, "inbox.db");
			const look = await openSqlite(file, { ...OPTIONS, owner: false });
			try {
				await untilDone(look);
				expect(await stop(last), last.command.stderr()).to.equal(0);
				await expectFamilies(look, sender.acknowledged);
			} finally {
				await look.close();
			}
			expect(sender.odd).to.deep.equal([]);
			expect(sender.count).to.be.above(ROUNDS);
		});
	}).timeout(60_000 + 20_000 * ROUNDS);
});

// --- helpers ---

/** Each acknowledged message is kept once, and each of its two targets has it delivered by one success. */
async function expectFamilies(
	store: InboxStore,
	acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
	const messages = new Map<string, string>();
	const targets = new Map<string, string[]>();
	const wrong: string[] = [];
	for await (const { id, route, state, body, history } of store.export({})) {
		const parent = parentIdOf(id);
		const text = Buffer.from(body ?? []).toString();
		const message = new URLSearchParams(text).get("messageId") ?? "";
		if (parent === undefined) messages.set(message, id);
		else targets.set(message, [...(targets.get(message) ?? []), route]);
		const successes = history.filter((one) => one.outcome === "delivered");
		if (state !== "delivered" || (parent && successes.length !== 1))
			wrong.push(`${id} ${state}, ${successes.length} successes`);
	}
	expect(wrong).to.deep.equal([]);
	const expected = [...acknowledged].flatMap(([lane, last]) =>
		Array.from({ length: last }, (_, at) => `${lane}-${at + 1}`),
	);
	expect([...messages.keys()].sort()).to.deep.equal(expected.sort());
	for (const message of expected)
		expect(targets.get(message)?.sort(), message).to.deep.equal([
			"ledger/copy",
			"ledger/ledger",
		]);
}
