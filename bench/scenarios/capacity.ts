import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import autocannon from "autocannon";
import { startPostgres } from "../../test/postgres.ts";
import {
	type InboxConfig,
	newReceipts,
	writeInboxConfig,
} from "../inbox-config.ts";
import { type Contender, race } from "../race.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import { formatSpread, printRace, spreadOf } from "../table.ts";

/** How much one core takes, and what is kept weighs: the figures of docs/capacity.md. */
export const CAPACITY: Scenario = {
	title: "What one core takes, and what is kept weighs",
	async run(bench) {
		if (bench.router === undefined) return [];
		await compareHandling(bench);
		await weigh(bench);
		return [];
	},
};

// --- helpers ---

const PLAIN = "acknowledged, nothing kept";

/** Each row does all that the one above does, and something more. */
const HANDLING: Readonly<Record<string, { route: string; store?: string }>> = {
	[PLAIN]: { route: "handler: none", store: "none" },
	"handled by a plugin": { route: "handler: { plugin: noop }", store: "none" },
	"kept, then handled": { route: "handler: { plugin: noop }" },
	"kept in order, then handled": {
		route: "orderBy: messageId, handler: { plugin: noop }",
	},
};

async function compareHandling(bench: Bench): Promise<void> {
	const contenders: Contender[] = [];
	for (const [name, { route, store }] of Object.entries(HANDLING)) {
		const folder = join(bench.folder, name.replaceAll(/\W+/g, "-"));
		const { file } = writeInboxConfig(folder, route, store);
		contenders.push({
			name,
			server: await startRouter(bench, name.replaceAll(/\W+/g, "-"), file),
			requests: newReceipts(600),
		});
	}
	const results = await race(contenders, bench);
	printRace(results, PLAIN);
	console.log("\n  thousand webhooks in a second of one core");
	for (const [name, samples] of results) {
		const rates = samples.map(({ cpuMicroseconds }) => 1000 / cpuMicroseconds);
		console.log(`  ${name.padEnd(30)}${formatSpread(spreadOf(rates))}`);
	}
	for (const { server } of contenders) await server.stop();
}

const BODIES = [300, 600, 2400, 9600];
const COUNT = 20_000;

/** The bytes that a delivered event takes in either store, by the size of its body, and in the log. */
async function weigh(bench: Bench): Promise<void> {
	const postgres = await startPostgres();
	bench.scope.defer(postgres.stop);
	console.log("\n  body (bytes)   SQLite      PostgreSQL  log");
	for (const bytes of BODIES) {
		const config = writeWeighed(bench, `sqlite-${bytes}`);
		const empty = await fill(bench, `empty-${bytes}`, config, 0);
		const sqlite = await fill(bench, `sqlite-${bytes}`, config, bytes);
		const url = await postgres.createDatabase();
		const shared = writeWeighed(bench, `postgres-${bytes}`, url);
		await fill(bench, `postgres-${bytes}`, shared, bytes);
		const [row] = await postgres.query(url, SIZE_OF_TABLES);
		const log = statSync(join(bench.folder, `postgres-${bytes}.log`)).size;
		const each = [sqlite - empty, Number(row?.bytes), log];
		console.log(
			`  ${[bytes, ...each.map((size) => (size / COUNT).toFixed(0))].map((text) => String(text).padEnd(12)).join("")}`,
		);
	}
}

const SIZE_OF_TABLES = `select sum(pg_total_relation_size(c.oid)) as bytes
	from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'switchhook' and c.relkind = 'r'`;

/** Writes a configuration whose inbox is a file, or what a URL names. */
function writeWeighed(bench: Bench, name: string, url?: string): InboxConfig {
	const route = "handler: { plugin: noop }";
	return writeInboxConfig(join(bench.folder, name), route, url);
}

/** Sends events with bodies of this size, none for 0, and returns the size of the inbox's file, 0 without one. */
async function fill(
	bench: Bench,
	name: string,
	config: InboxConfig,
	bytes: number,
): Promise<number> {
	const server = await startRouter(bench, name, config.file);
	if (bytes > 0)
		await autocannon({
			url: server.origin,
			connections: 32,
			amount: COUNT,
			requests: [...newReceipts(bytes)],
		});
	await server.stop();
	const folder = dirname(config.inbox);
	return readdirSync(folder)
		.filter((file) => file.startsWith("inbox.db"))
		.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
