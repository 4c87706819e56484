import { expect } from "chai";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { useBuild } from "../build.ts";
import { type LossyProxy, startProxy } from "../inbox/postgres-proxy.ts";
import { usePostgres } from "../postgres.ts";
import { CRASH_ROUNDS, createRandom, withSeed } from "./random.ts";
import { createTarget, startSender } from "./sender.ts";
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

/** Each round cuts the database off once, and kills the router once or twice. */
const ROUNDS = Math.ceil(CRASH_ROUNDS / 5);

describe("a router with a spool, whose database goes away", function () {
	this.timeout(60_000 + 30_000 * ROUNDS);
	const main = useBuild();
	const server = usePostgres();
	let site: Site;
	let proxy: LossyProxy;
	let url: string;
	let look: InboxStore;

	beforeEach(async () => {
		url = await server().createDatabase();
		proxy = await startProxy(server().port);
		look = await openPostgres(url, OPTIONS);
	});
	afterEach(async () => {
		await site.remove();
		await proxy.stop();
		await look.close();
	});

	const countRows = async (): Promise<number> => {
		const [row] = await server().query(
			url,
			"select count(*)::int as count from switchhook.delivery",
		);
		return row?.count as number;
	};

	for (const [name, workers] of [
		["one process", 1],
		["two workers", 2],
	] as const)
		it(`refuses nothing, and loses and doubles nothing through kills while it ships, with ${name}`, async () => {
			site = await createSite(main(), {
				...{ store: proxy.through(url), spool: "sqlite:data/spool.db" },
				...{ workers, isFlaky: false },
			});
			// Nothing is leased before the end, so no lease of a killed router has to run out.
			await look.pause(["ledger"], {});
			const random = createRandom();
			const target = createTarget();
			const sender = startSender({ lanes: 6, random, url: target.url });
			const untilMore = (more: number) => {
				const enough = sender.count + more;
				return until(`${more} more`, () => sender.count >= enough);
			};
			await withSeed(random, async () => {
				let router = await site.start();
				target.set(router.url);
				/** Workers whose supervisor was killed have no spool for the moment that they still live. */
				let ofKills = 0;
				const killAndStart = async () => {
					const before = sender.refused;
					target.clear();
					await kill(router.command);
					router = await site.start();
					ofKills += sender.refused - before;
					target.set(router.url);
				};
				// Each kill of workers costs seconds, in which they end.
				const rounds = Math.ceil(ROUNDS / workers);
				for (let round = 0; round < rounds; round += 1) {
					await untilMore(20 + random.below(50));
					proxy.cut();
					await untilMore(100 + random.below(300));
					router.command.child.kill("SIGHUP");
					await router.command.says(/the configuration was reloaded/);
					await expectSpooling(router);
					if (round % 2 === 1) {
						await killAndStart();
						await untilMore(50);
					}
					const before = await countRows();
					const some = 1 + random.below(60);
					proxy.join();
					await until("it ships", async () => {
						return (await countRows()) >= before + some;
					});
					await killAndStart();
					await untilMore(20);
				}
				await sender.finish();
				await router.command.says(/the spool is empty again/);
				await look.resume(["ledger"]);
				await untilDone(look);
				expect(await stop(router), router.command.stderr()).to.equal(0);
				await expectAllDelivered(look, site, sender.acknowledged);
				expect(sender.odd).to.deep.equal([]);
				expect(sender.refused).to.equal(ofKills);
				if (workers === 1) expect(ofKills).to.equal(0);
			});
		});
});

// --- helpers ---

/** Expects that a router is ready, and tells that events go to its spool. */
async function expectSpooling({ command }: LiveRouter): Promise<void> {
	const [, admin] = await command.says(/"admin":"(http:[^"]+)"/);
	const ready = await fetch(`${admin}/readyz`);
	expect(ready.status).to.equal(200);
	expect(await ready.json()).to.deep.include({ status: "ready" });
	const metrics = await (await fetch(`${admin}/metrics`)).text();
	const [, depth] = /^switchhook_spool_events (\d+)$/m.exec(metrics) ?? [];
	expect(Number(depth)).to.be.above(0);
}
