import { expect } from "chai";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { useBuild } from "../build.ts";
import { createRandom } from "../crash/random.ts";
import { untilDone } from "../crash/verdict.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { createAccount } from "./account.ts";
import { expectLedger } from "./ledger.ts";
import { playDay } from "./parts.ts";
import { createPlatform } from "./platform.ts";
import { startDayRouter } from "./router.ts";
import { startServices } from "./services.ts";
import { readDaySize } from "./size.ts";
import { createWriter } from "./webhooks.ts";

const SIZE = readDaySize(process.env);

describe("a day at a large customer", function () {
	// A machine that handles 50 a second is slow.
	this.timeout(180_000 + SIZE.webhooks * 20);
	const main = useBuild();
	/** Done at the end, the last first. */
	const undos: (() => Promise<unknown>)[] = [];
	let primary: TestPostgres;
	let standby: TestPostgres;
	let url: string;

	before("starts a primary with a standby", async () => {
		primary = await startPostgres();
		undos.push(() => primary.stop());
		url = await primary.createDatabase();
		standby = await primary.startStandby();
		undos.push(() => standby.stop());
		// A shutdown would wait for its standby.
		undos.push(() => primary.kill());
	});
	after(async () => {
		for (const undo of undos.reverse()) await undo();
	});

	it("ends with every webhook handled, dead or quarantined, exactly once", async () => {
		const store = url.replace(
			/:\d+\//,
			`:${primary.port},127.0.0.1:${standby.port}/`,
		);
		const services = await startServices(5);
		undos.push(services.close);
		const account = await createAccount({
			...{ ...SIZE, store, origins: services.origins },
		});
		undos.push(account.remove);
		const routers = await Promise.all(
			["one", "two"].map(() => startDayRouter(main(), account.folder)),
		);
		for (const router of routers) undos.push(router.kill);
		const platform = createPlatform(
			createWriter(createRandom(SIZE.seed), SIZE.numbers),
			routers.map((router) => router.url),
		);
		undos.push(platform.close);

		const day = playDay(SIZE.webhooks, {
			...{ platform, routers, services, account, primary, standby },
		});
		await Promise.race([day, ...routers.map(({ died }) => died)]);

		const look = await openPostgres(standby.here(url), {
			quarantine: { maxCount: 10_000, maxBytes: 1e8 },
		});
		undos.push(look.close);
		await untilDone(look, 90_000 + SIZE.webhooks * 10);
		const codes = await Promise.all(routers.map((router) => router.stop()));
		expect(codes).to.deep.equal([0, 0]);
		const ledger = await expectLedger(platform, services.record, look);
		expect(ledger.duplicates).to.be.above(0);
		expect(ledger.quarantined).to.be.above(0);
		expect(ledger.deadOfDeploy).to.be.above(0);
		expect(ledger.dead).to.be.above(ledger.deadOfDeploy);
		if (SIZE.isLong) console.log(JSON.stringify(ledger, undefined, "\t"));
	});
});
