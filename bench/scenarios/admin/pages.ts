import { join } from "node:path";
import { Pool } from "undici";
import { startPostgres } from "../../../test/postgres.ts";
import { probe } from "../../probe.ts";
import { type Bench, startRouter } from "../../scenario.ts";
import {
	atMost,
	formatSpread,
	type Spread,
	spreadOf,
	type Verdict,
} from "../../table.ts";
import { adminOrigin, TOKEN, writeAdminConfig } from "./config.ts";

/** Measures how long a page of 50 of 100,000 deliveries takes over HTTP, in either store. */
export async function measurePages(bench: Bench): Promise<readonly Verdict[]> {
	const file = join(bench.folder, "pages-sqlite", "data", "inbox.db");
	const verdicts = [...(await measure(bench, "sqlite", `sqlite:${file}`))];
	const url = await postgresUrl(bench);
	if (url === undefined)
		console.log("  PostgreSQL cannot be started here: its rows are skipped.");
	else verdicts.push(...(await measure(bench, "postgres", url)));
	return verdicts;
}

// --- helpers ---

const DELIVERIES = 100_000;
const LIMIT_MS = 50;
/** Pages of one round, of which the middle one counts. */
const PAGES = 5;

/** The oldest delivery's key, as `probes/desk.mjs` writes it. */
const OLDEST_KEY = '["message-0"]';

/** What is asked for. Those with no or few matches have to look at everything, unless an index leads to them. */
const QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	"without a filter": {},
	"by a route with nearly all": { route: "receipts" },
	"by a route with the 20 oldest": { route: "rare" },
	"by a state with nearly all": { state: "delivered" },
	"by a state with 1 in 100": { state: "dead" },
	"by a state with the 20 oldest": { state: "quarantined" },
	"by a state with none": { state: "waiting" },
	"by outcome, 1 in 100": { outcome: "failed" },
	"by a time before all": { until: "2020-01-01T00:00:00Z" },
	"by the key of the oldest": { key: OLDEST_KEY },
	"after 99,000 others": { after: "1000" },
	"after 50,000, by a rare route": { after: "50000", route: "rare" },
};

async function postgresUrl({ scope }: Bench): Promise<string | undefined> {
	const server = await startPostgres().catch((error: unknown) => {
		console.error(error);
		return undefined;
	});
	if (server === undefined) return undefined;
	scope.defer(server.stop);
	return server.createDatabase();
}

async function measure(
	bench: Bench,
	engine: string,
	address: string,
): Promise<readonly Verdict[]> {
	const name = `pages-${engine}`;
	const config = writeAdminConfig(join(bench.folder, name), address);
	await probe("desk", bench.router ?? "", address, `${DELIVERIES}`);
	const server = await startRouter(bench, name, config);
	const log = join(bench.folder, `${name}.log`);
	const pool = new Pool(adminOrigin(log), { connections: 1 });
	const shares = new Map<string, number[]>();
	for (let round = 0; round <= bench.rounds; round++) {
		for (const [what, query] of Object.entries(QUERIES)) {
			const { median } = spreadOf(await timePages(pool, query));
			// The first round has the files read from the disk, and the code compiled.
			if (round > 0)
				shares.set(what, [...(shares.get(what) ?? []), median / LIMIT_MS]);
		}
	}
	await pool.close();
	await server.stop();
	return report(engine, shares);
}

async function timePages(
	pool: Pool,
	query: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
	const took: number[] = [];
	while (took.length < PAGES) {
		const startedAt = performance.now();
		const answer = await pool.request({
			method: "GET",
			path: "/api/v1/deliveries",
			query,
			headers: { authorization: `Bearer ${TOKEN}` },
		});
		const text = await answer.body.text();
		took.push(performance.now() - startedAt);
		if (answer.statusCode !== 200) throw new Error(text);
	}
	return took;
}

function report(
	engine: string,
	shares: ReadonlyMap<string, readonly number[]>,
): readonly Verdict[] {
	console.log(
		`  ${engine}: a page of 50, share of ${LIMIT_MS} ms, median (min-max)`,
	);
	const spreads = [...shares].map(
		([what, values]): readonly [string, Spread] => [what, spreadOf(values)],
	);
	for (const [what, spread] of spreads)
		console.log(`  ${what.padEnd(34)}${formatSpread(spread)}`);
	return spreads.map(([what, spread]) =>
		atMost(`admin: ${engine}: a page ${what}, of ${LIMIT_MS} ms`, spread, 1),
	);
}
