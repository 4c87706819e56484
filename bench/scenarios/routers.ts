import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import type { TestPostgres } from "../../test/postgres.ts";
import { startDatabase } from "../database.ts";
import { fire } from "../fire.ts";
import {
	largeReceipt,
	NEW_RECEIPTS,
	writeInboxConfig,
} from "../inbox-config.ts";
import { p99, postPaced } from "../paced.ts";
import { RECEIPT_PATH } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import type { Server } from "../server.ts";
import {
	atLeast,
	atMost,
	formatSpread,
	printRatios,
	ratioOf,
	type Spread,
	spreadOf,
	type Verdict,
} from "../table.ts";
import { microsOfAll, readChildren } from "../ticks.ts";
import { racePuts } from "./put-race.ts";

/** What more routers on one PostgreSQL bring, what many kept deliveries cost, and how fast it takes events. */
export const ROUTERS: Scenario = {
	title: "One, two and four routers share one PostgreSQL",
	async run(bench) {
		if (bench.router === undefined) return [];
		if (readChildren(process.pid) === undefined) {
			console.log("  needs /proc of Linux, to read the CPU of the server");
			return [];
		}
		const postgres = await startDatabase(bench);
		if (postgres === undefined) return [];
		const few = { ...bench, rounds: Math.max(2, Math.round(bench.rounds / 3)) };
		return [
			...(await raceFleets(few, postgres)),
			...(await racePuts(few, postgres)),
		];
	},
};

// --- helpers ---

const ONE = "one router";
const CONTROL = "one router, again";
const KEPT = `one, ${keptCount()} kept`;
const ROUTERS_OF: Readonly<Record<string, number>> = {
	[ONE]: 1,
	[CONTROL]: 1,
	"two routers": 2,
	"four routers": 4,
	[KEPT]: 1,
};

/** SWITCHHOOK_ROUTERS_KEPT, default 100,000: the deliveries that are kept from before. */
function keptCount(): number {
	return Number(process.env.SWITCHHOOK_ROUTERS_KEPT ?? 100_000);
}

const CONNECTIONS = 64;
const PER_SECOND = 500;
const COMMITS = 300;
const WARM_UP_SECONDS = 3;

/** Routers that share a database. */
interface Fleet {
	readonly name: string;
	readonly servers: readonly Server[];
	/** Connected to their database. */
	readonly client: pg.Client;
}

/** The figures of one fleet in one round. */
interface Shift {
	readonly accepted: number;
	readonly settled: number;
	/** CPU microseconds of all routers for one webhook. */
	readonly routers: number;
	/** The same of the database server. */
	readonly server: number;
}

async function raceFleets(
	bench: Bench,
	postgres: TestPostgres,
): Promise<readonly Verdict[]> {
	const fleets: Fleet[] = [];
	for (const [name, count] of Object.entries(ROUTERS_OF))
		fleets.push(await startFleet(bench, postgres, name, count));
	const pid = await readPid(fleets[0] as Fleet);
	const results = new Map<string, Shift[]>();
	for (let round = 0; round <= bench.rounds; round += 1)
		for (const fleet of fleets) {
			const { seconds } = bench;
			const length = round === 0 ? Math.max(seconds, WARM_UP_SECONDS) : seconds;
			const shift = await drive(fleet, pid, length);
			if (round > 0)
				results.set(fleet.name, [...(results.get(fleet.name) ?? []), shift]);
		}
	printRatios(results, ONE, {
		"accepted a second": ({ accepted }) => accepted,
		"settled a second": ({ settled }) => settled,
		"us of routers' CPU": ({ routers }) => routers,
		"us of server's CPU": ({ server }) => server,
	});
	const waits = await measureWaits(bench, postgres, fleets);
	for (const { servers, client } of fleets) {
		await client.end();
		await Promise.all(servers.map((server) => server.stop()));
	}
	return verdictsOf(results, waits);
}

async function startFleet(
	bench: Bench,
	postgres: TestPostgres,
	name: string,
	count: number,
): Promise<Fleet> {
	const url = await postgres.createDatabase();
	const label = name.replaceAll(/\W+/g, "-");
	const servers: Server[] = [];
	for (let at = 0; at < count; at += 1) {
		const folder = join(bench.folder, `${label}-${at}`);
		const { file } = writeInboxConfig(folder, "handler: { plugin: noop }", url);
		servers.push(await startRouter(bench, `${label}-${at}`, file));
	}
	const client = await connect(bench, url);
	if (name === KEPT) for (const text of FILL) await client.query(text);
	// The few that are unfinished MUST be found by their index, whatever the planner believes about the state.
	await client.query("set enable_seqscan = off");
	return { name, servers, client };
}

async function connect({ scope }: Bench, url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url });
	// The scope also ends the server, which may come first when a run is interrupted.
	client.on("error", () => {});
	await client.connect();
	scope.defer(() => client.end());
	return client;
}

/** Deliveries as routers leave them: delivered at once, a minute ago. */
const FILL: readonly string[] = [
	`with kept as (
		insert into switchhook.delivery (received_at, due, updated, attempts, size, state, id, route, kind, dedupe_key)
		select t, t, t, 1, 900, 2, gen_random_uuid()::text, 'receipts', 'sms.dlr', '["kept-' || n || '"]'
		from generate_series(1, ${keptCount()}) n, (select (extract(epoch from now()) * 1000)::bigint - 60000 as t) at
		returning seq
	)
	insert into switchhook.body (seq, envelope, bytes)
	select seq, repeat('e', 300), convert_to(repeat('b', 600), 'UTF8') from kept`,
	`insert into switchhook.attempt (seq, started_at, attempt, duration_ms, outcome)
		select seq, updated, 1, 1, 2 from switchhook.delivery`,
	"vacuum analyze switchhook.delivery, switchhook.body, switchhook.attempt",
	"checkpoint",
];

/** The id of the server's first process, whose children are all others. */
async function readPid({ client }: Fleet): Promise<number> {
	const { rows } = await client.query<{ pid: number }>(
		"select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid",
	);
	return rows[0]?.pid ?? 0;
}

async function drive(
	{ name, servers, client }: Fleet,
	pid: number,
	seconds: number,
): Promise<Shift> {
	const read = async () => {
		const usages = await Promise.all(servers.map((server) => server.usage()));
		return {
			routers: usages.reduce((sum, one) => sum + one.cpuMicroseconds, 0),
			server: microsOfAll(pid),
		};
	};
	const before = await read();
	const startedAt = performance.now();
	const { answered, elapsedMs } = await fire({
		name,
		urls: servers.map(({ origin }) => origin),
		connections: CONNECTIONS,
		seconds,
		requests: NEW_RECEIPTS,
	});
	await untilSettled(client);
	const settledMs = performance.now() - startedAt;
	const after = await read();
	return {
		accepted: (answered * 1000) / elapsedMs,
		settled: (answered * 1000) / settledMs,
		routers: (after.routers - before.routers) / answered,
		server: (after.server - before.server) / answered,
	};
}

/** Resolves when no delivery is unfinished. Throws for a dead one. */
async function untilSettled(client: pg.Client): Promise<void> {
	for (;;) {
		const { rows } = await client.query<{ left: boolean; dead: boolean }>(
			`select ${[0, 1, 4].map(hasState).join(" or ")} as left, ${hasState(3)} as dead`,
		);
		if (rows[0]?.dead) throw new Error("a delivery is dead");
		if (rows[0]?.left === false) return;
		await setTimeout(20);
	}
}

function hasState(state: number): string {
	return `exists (select from switchhook.delivery where state = ${state})`;
}

/** Has the server's own commits and the fleets take turns. Returns the p99 of each fleet over that of a commit. */
async function measureWaits(
	bench: Bench,
	postgres: TestPostgres,
	fleets: readonly Fleet[],
): Promise<ReadonlyMap<string, Spread>> {
	const client = await connect(bench, await postgres.createDatabase());
	await client.query("create table own (bytes text)");
	await client.query("set synchronous_commit = on");
	const owns: number[] = [];
	const shares = new Map<string, number[]>();
	for (let round = 0; round <= bench.rounds; round += 1) {
		const own = p99(await commitTimes(client));
		if (round > 0) owns.push(own);
		for (const { name, servers } of fleets) {
			const share = p99(await receiptsTo(servers, bench.seconds)) / own;
			if (round > 0) shares.set(name, [...(shares.get(name) ?? []), share]);
		}
	}
	await client.end();
	console.log(
		`\n  p99 over that of a plain client's insert, at ${PER_SECOND} a second`,
	);
	const spreads = new Map(
		[...shares].map(([name, values]) => [name, spreadOf(values)]),
	);
	for (const [name, spread] of spreads)
		console.log(`  ${name.padEnd(26)}${formatSpread(spread)}`);
	console.log(
		`  (1.00 was ${spreadOf(owns).median.toFixed(2)} ms, here and now)`,
	);
	return spreads;
}

/** Inserts one row after the other, each a transaction that is on disk when it returns. */
async function commitTimes(client: pg.Client): Promise<readonly number[]> {
	const took: number[] = [];
	for (let at = 0; at < COMMITS; at += 1) {
		const startedAt = performance.now();
		await client.query({
			name: "own",
			text: "insert into own values ($1)",
			values: [largeReceipt(`${at}`)],
		});
		took.push(performance.now() - startedAt);
	}
	return took;
}

async function receiptsTo(
	servers: readonly Server[],
	seconds: number,
): Promise<readonly number[]> {
	const all = await Promise.all(
		servers.map(({ origin }) =>
			postPaced({
				origin,
				path: RECEIPT_PATH,
				body: () => largeReceipt(randomUUID()),
				connections: CONNECTIONS / servers.length,
				perSecond: PER_SECOND / servers.length,
				seconds,
			}),
		),
	);
	return all.flat();
}

function verdictsOf(
	results: ReadonlyMap<string, readonly Shift[]>,
	waits: ReadonlyMap<string, Spread>,
): readonly Verdict[] {
	const verdicts: Verdict[] = [];
	for (const figure of ["accepted", "settled"] as const) {
		const measure = (shift: Shift) => shift[figure];
		const noise = formatSpread(ratioOf(results, CONTROL, ONE, measure));
		const verdict = atLeast(
			`routers: ${figure} a second with ${keptCount()} kept over few's`,
			ratioOf(results, KEPT, ONE, measure),
			0.9,
		);
		verdicts.push({
			...verdict,
			reached: `${verdict.reached}; noise ${noise}`,
		});
	}
	const wait = waits.get(ONE) ?? spreadOf([]);
	verdicts.push(
		atMost("routers: p99 over the server's own, one router", wait, 8),
	);
	return verdicts;
}
