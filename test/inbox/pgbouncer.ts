import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import pg from "pg";
import {
	BROKERS,
	findProgram,
	freePort,
	run,
	untilReady,
} from "../publish/brokers/broker.ts";
import {
	handOver,
	makeReachableFolder,
	unprivileged,
} from "../unprivileged.ts";

/** The pooler. Undefined if there is none. */
export const PGBOUNCER = findProgram("pgbouncer", ["pgbouncer/usr/sbin"]);

/** A pooler of the tests, on loopback. */
export interface Pgbouncer {
	/** The same database as in a URL, through the pooler. */
	through(url: string): string;
	stop(): Promise<void>;
}

/** Starts one before the server of a URL. */
export async function startPgbouncer(
	program: string,
	url: string,
	mode: "session" | "transaction" | "statement",
): Promise<Pgbouncer> {
	const { port: serverPort, username, password } = new URL(url);
	const folder = makeReachableFolder("switchhook-pgbouncer-");
	const port = await freePort();
	const config = join(folder, "pgbouncer.ini");
	const users = join(folder, "users.txt");
	writeFileSync(users, `"${username}" "${password}"\n`);
	writeFileSync(
		config,
		`[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 20
`,
	);
	// The user that runs it may not be able to read where it was unpacked.
	const own = join(folder, basename(program));
	copyFileSync(program, own);
	for (const [from, name] of librariesOf())
		copyFileSync(from, join(folder, name));
	const user = unprivileged();
	if (user !== undefined) handOver(folder, user);
	const running = run(own, [config], { LD_LIBRARY_PATH: folder }, user);
	const through = (to: string) => to.replace(/:\d+\//, `:${port}/`);
	await untilReady(running, async () => {
		const client = new pg.Client({ connectionString: through(url) });
		await client.connect();
		await client.end();
	});
	return {
		through,
		async stop() {
			await running.kill();
			rmSync(folder, { recursive: true });
		},
	};
}

// --- helpers ---

function librariesOf(): readonly (readonly [string, string])[] {
	const folder = join(BROKERS, "pgbouncer/usr/lib");
	if (PGBOUNCER === undefined || !PGBOUNCER.startsWith(BROKERS)) return [];
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => /\.so\.\d+$/.test(path))
		.map((path) => [join(folder, path), basename(path)]);
}
