import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
	type LossyProxy,
	startProxy,
} from "../../test/inbox/postgres-proxy.ts";
import type { TestPostgres } from "../../test/postgres.ts";
import { startDatabase } from "../database.ts";
import { largeReceipt } from "../inbox-config.ts";
import { p99, postPaced } from "../paced.ts";
import { RECEIPT_PATH } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import type { Verdict } from "../table.ts";

/**
 * The database is away while webhooks come in at a steady rate. Counts the refused and the lost ones, and those out of order by
 * key, and measures how long it takes to ship the spool while further webhooks come.
 */
export const SPOOL: Scenario = {
	title: `The database is away for ${awaySeconds()} s at ${perSecond()} webhooks a second`,
	async run(bench) {
		if (bench.router === undefined) return [];
		const postgres = await startDatabase(bench);
		if (postgres === undefined) return [];
		const proxy = await startProxy(postgres.port);
		bench.scope.defer(proxy.stop);
		return measure(bench, postgres, proxy);
	},
};

// --- helpers ---

/** SWITCHHOOK_SPOOL_SECONDS, default 20: how long the database is away. Ten minutes are 600. */
function awaySeconds(): number {
	return Number(process.env.SWITCHHOOK_SPOOL_SECONDS ?? 20);
}

/** SWITCHHOOK_SPOOL_RATE, default 500. */
function perSecond(): number {
	return Number(process.env.SWITCHHOOK_SPOOL_RATE ?? 500);
}

/** Seconds before the outage. Webhooks also come while the spool is shipped. */
const BEFORE_S = 3;
const KEYS = 200;
const CONNECTIONS = 64;

async function measure(
	bench: Bench,
	postgres: TestPostgres,
	proxy: LossyProxy,
): Promise<readonly Verdict[]> {
	const url = await postgres.createDatabase();
	const server = await startRouter(
		bench,
		"spool",
		writeConfig(bench, proxy.through(url)),
	);
	let sent = 0;
	const post = (seconds: number) =>
		postPaced({
			origin: server.origin,
			path: RECEIPT_PATH,
			// The key, then the number, of which each is one more than the last.
			body: () => largeReceipt(`${sent % KEYS}-${sent++}`),
			connections: CONNECTIONS,
			perSecond: perSecond(),
			seconds,
		});
	const before = await post(BEFORE_S);
	proxy.cut();
	const during = await post(awaySeconds());
	proxy.join();
	const joinedAt = performance.now();
	const [row] = await postgres.query(url, COUNT);
	const spooled = sent - (row?.count as number);
	const after: number[] = [];
	// Until all that was sent up to now is in the database.
	for (let count = 0; count < sent - perSecond(); ) {
		after.push(...(await post(1)));
		const [now] = await postgres.query(url, COUNT);
		count = now?.count as number;
	}
	const shipMs = performance.now() - joinedAt;
	for (let count = 0; count < sent; await setTimeout(50)) {
		const [now] = await postgres.query(url, COUNT);
		count = now?.count as number;
	}
	for (const [name, took] of [
		["p99 before", before],
		["p99 during", during],
		["p99 while it is shipped", after],
	] as const)
		console.log(`  ${name.padEnd(26)}${p99(took).toFixed(1)} ms`);
	console.log(
		`  ${spooled} of ${sent} were spooled, and shipped in ${(shipMs / 1000).toFixed(1)} s: ${Math.round((spooled / shipMs) * 1000)} a second`,
	);
	return verdicts(await readOrder(postgres, url), sent);
}

function writeConfig({ folder }: Bench, store: string): string {
	const file = join(folder, "routes.yaml");
	writeFileSync(
		file,
		`version: 1
server: { drainTimeout: 1s }
inbox: { store: ${JSON.stringify(store)}, spool: "sqlite:./data/spool.db" }
routes:
  - { name: receipts, path: ${RECEIPT_PATH}, kind: sms.dlr, signature: none, firewall: [loopback], concurrency: 100, handler: { plugin: log } }
`,
	);
	return file;
}

const COUNT = "select count(*)::int as count from switchhook.delivery";

interface Order {
	readonly kept: number;
	readonly doubled: number;
	readonly disordered: number;
}

/** Reads the numbers in the order in which the database got them. */
async function readOrder(postgres: TestPostgres, url: string): Promise<Order> {
	const rows = await postgres.query(
		url,
		`select (convert_from(b.bytes, 'UTF8')::json)->>'messageId' as id
			from switchhook.delivery d join switchhook.body b using (seq) order by d.seq`,
	);
	const last = new Map<string, number>();
	const seen = new Set<string>();
	let disordered = 0;
	for (const { id } of rows) {
		seen.add(id);
		const [key = "", number = ""] = String(id).split("-");
		if (Number(number) < (last.get(key) ?? -1)) disordered += 1;
		last.set(key, Number(number));
	}
	return { kept: seen.size, doubled: rows.length - seen.size, disordered };
}

/** A webhook that was not answered with 2xx has ended the scenario. */
function verdicts(
	{ kept, doubled, disordered }: Order,
	sent: number,
): readonly Verdict[] {
	return [
		{
			target: "spool: lost or doubled of those answered",
			reached: `${sent - kept} lost, ${doubled} doubled of ${sent}`,
			met: kept === sent && doubled === 0,
		},
		{
			target: "spool: out of order by key",
			reached: `${disordered}`,
			met: disordered === 0,
		},
	];
}
