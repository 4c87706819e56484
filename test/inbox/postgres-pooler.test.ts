import { expect } from "chai";
import { isInboxOpenError } from "../../src/inbox/port/open-error.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { usePostgres } from "../postgres.ts";
import { delivery } from "./contract/ground.ts";
import { PGBOUNCER, type Pgbouncer, startPgbouncer } from "./pgbouncer.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1000 } };

describe("PostgreSQL behind pgbouncer", () => {
	const server = usePostgres();
	let url: string;
	let pooler: Pgbouncer | undefined;
	const start = async (mode: Parameters<typeof startPgbouncer>[2]) => {
		url = await server().createDatabase();
		pooler = await startPgbouncer(PGBOUNCER as string, url, mode);
		return pooler.through(url);
	};

	before(function () {
		if (PGBOUNCER === undefined) this.skip();
	});
	afterEach(async () => {
		await pooler?.stop();
		pooler = undefined;
	});

	for (const mode of ["transaction", "statement"] as const)
		it(`is refused in ${mode} mode, with the reason and the fix, before anything is written`, async () => {
			const through = await start(mode);
			const refused = await openPostgres(through, OPTIONS).then(
				() => expect.fail("it opened"),
				(error: Error) => error,
			);
			expect(isInboxOpenError(refused)).to.equal(true);
			expect(refused.message).to.match(
				/^postgres:\/\/postgres@127\.0\.0\.1:\d+\/\w+: a connection pooler in transaction or statement mode .* LISTEN.* `pool_mode = session`\.$/,
			);
			expect(
				await server().query(
					url,
					"select from pg_namespace where nspname = 'switchhook'",
				),
			).to.deep.equal([]);
		});

	it("works in session mode, announcements included", async () => {
		const through = await start("session");
		const stores = [
			await openPostgres(through, OPTIONS),
			await openPostgres(through, OPTIONS),
		] as const;
		try {
			const heard = new Promise<readonly string[]>((resolve) => {
				stores[1].onWork(resolve);
			});
			const one = delivery({ orderKey: "lane" });
			await stores[0].put([one]);
			expect(await heard).to.deep.equal([one.route]);
			const [lease] = await stores[1].lease([{ route: "sms", max: 1 }], 1000);
			expect(lease?.id).to.equal(one.id);
		} finally {
			await Promise.all(stores.map((store) => store.close()));
		}
	});
});
