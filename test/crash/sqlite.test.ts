import { join } from "node:path";
import { expect } from "chai";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { useBuild } from "../build.ts";
import { CRASH_ROUNDS, createRandom, withSeed } from "./random.ts";
import { createTarget, startSender } from "./sender.ts";
import { createSite, kill, type Site, stop, waitForRouter } from "./site.ts";
import { expectAllDelivered, untilDone } from "./verdict.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };

describe("a router on SQLite, killed again and again", () => {
	const main = useBuild();
	let site: Site;

	beforeEach(async () => {
		site = await createSite(main(), { store: "sqlite:inbox.db" });
	});
	afterEach(() => site.remove());

	it("delivers all that it acknowledged, each by one success and in its order", async () => {
		const random = createRandom();
		const target = createTarget();
		const sender = startSender({ lanes: 6, random, url: target.url });
		await withSeed(random, async () => {
			for (let round = 0; round < CRASH_ROUNDS; round += 1) {
				const command = site.launch();
				// Now and then before it listens: while it opens the file, and brings back what its forerunner held.
				const isEarly = random.below(8) === 0 && round > 0;
				if (!isEarly) target.set((await waitForRouter(command)).url);
				await passing(random.below(300));
				if (!isEarly) target.clear();
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
				await expectAllDelivered(look, site, sender.acknowledged);
			} finally {
				await look.close();
			}
			expect(sender.odd).to.deep.equal([]);
			expect(sender.count).to.be.above(CRASH_ROUNDS);
			expect(sender.repeated).to.be.above(0);
		});
	}).timeout(60_000 + 20_000 * CRASH_ROUNDS);
});

// --- helpers ---

/** Waits for the random moment of a kill: here time itself is tested. */
function passing(ms: number): Promise<void> {
	return new Promise((done) => setTimeout(done, ms));
}
