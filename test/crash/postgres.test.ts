import { expect } from "chai";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { useBuild } from "../build.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { CRASH_ROUNDS, createRandom, withSeed } from "./random.ts";
import { post, type Sender, startSender } from "./sender.ts";
import {
	createSite,
	kill,
	type LiveRouter,
	type Site,
	stop,
	until,
} from "./site.ts";
import { expectAllDelivered, untilDone } from "./verdict.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };

/** Rounds of the tests on PostgreSQL: each ends a router or the server once. */
const ROUNDS = Math.ceil(CRASH_ROUNDS / 20);

/** What a killed router held comes back when its leases run out, after half a minute. */
const LIMIT_MS = 90_000;

describe("routers on PostgreSQL", function () {
	this.timeout(LIMIT_MS + 60_000 + 20_000 * ROUNDS);
	const main = useBuild();
	let server: TestPostgres;
	let site: Site;
	let look: InboxStore;

	before(async () => {
		server = await startPostgres();
	});
	after(() => server.stop());
	beforeEach(async () => {
		const store = await server.createDatabase();
		site = await createSite(main(), { store });
		look = await openPostgres(store, OPTIONS);
	});
	afterEach(async () => {
		await look.close();
		await site.remove();
	});

	/** Posts to two routers while rounds of harm are done, and says what became of all that was acknowledged. */
	const expectSurvival = async (
		harm: (routers: LiveRouter[], sender: Sender) => Promise<void>,
	) => {
		const random = createRandom();
		const routers = [await site.start(), await site.start()];
		const sender = startSender({
			lanes: 6,
			random,
			url: () => routerAt(routers, random.below(2)).url,
		});
		await withSeed(random, async () => {
			for (let round = 0; round < ROUNDS; round += 1) {
				await untilMore(sender, 20 + random.below(150));
				await harm(routers, sender);
			}
			await untilMore(sender, 20);
			await sender.finish();
			await untilDone(look, LIMIT_MS);
			for (const router of routers)
				expect(await stop(router), router.command.stderr()).to.equal(0);
			await expectAllDelivered(look, site, sender.acknowledged);
			expect(sender.odd).to.deep.equal([]);
		});
	};

	it("deliver all that they acknowledged through kills of the server", () =>
		expectSurvival(async () => {
			await server.kill();
			await server.restart();
		}));

	it("deliver all that they acknowledged when one of two is killed", () => {
		let which = 0;
		return expectSurvival(async (routers, sender) => {
			which = 1 - which;
			await kill(routerAt(routers, which).command);
			await untilMore(sender, 20);
			routers[which] = await site.start();
		});
	});

	it("end with exit code 0 when they are told to stop, idle or not", async () => {
		const routers = [await site.start(), await site.start()];
		const { url } = routerAt(routers, 0);
		expect((await post(url, "447700900001", 1)).status).to.equal(200);
		await untilDone(look);
		// Idle connections once let the process end before they were closed, with exit code 13.
		for (const router of routers) expect(await stop(router)).to.equal(0);
	});
});

// --- helpers ---

function routerAt(routers: readonly LiveRouter[], at: number): LiveRouter {
	return routers[at] as LiveRouter;
}

/** Resolves when so many more were acknowledged. */
function untilMore(sender: Sender, more: number) {
	const enough = sender.count + more;
	return until(`${more} more are acknowledged`, () => sender.count >= enough);
}
