import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
	appendFileSync,
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { usableNative } from "./postgres-native.ts";
import { share } from "./share.ts";
import {
	handOver,
	type Identity,
	makeReachableFolder,
	unprivileged,
} from "./unprivileged.ts";

/** A real PostgreSQL of its own: loopback, a free port, a temp folder. */
export interface TestPostgres {
	readonly port: number;
	/** Role `postgres`, this password. */
	readonly password: string;
	/** Makes an empty database and returns its URL. */
	createDatabase(): Promise<string>;
	/** Runs statements on a database; the rows of the last one. */
	query(url: string, text: string): Promise<readonly pg.QueryResultRow[]>;
	/** Ends the server by SIGKILL, as a power cut of the machine would; resolves when nothing of it is left that could answer. */
	kill(): Promise<void>;
	/** Starts the server again on the same folder and port. */
	restart(): Promise<void>;
	/** Stops all its processes (SIGSTOP): it accepts connections, and never answers. Linux. */
	pause(): void;
	resume(): void;
	/** Copies the running server into a standby, which this server's commits wait for from now on. */
	startStandby(): Promise<TestPostgres>;
	/** Makes a standby a primary of its own. */
	promote(): Promise<void>;
	/** The same database as in a URL, on this server. */
	here(url: string): string;
	/** Ends the server and removes its folder. */
	stop(): Promise<void>;
}

/**
 * Starts a server. Whatever becomes of the test process, a guardian ends the server and removes its folder.
 *
 * @param settings further settings, such as `fsync=off`
 */
export async function startPostgres(
	...settings: readonly string[]
): Promise<TestPostgres> {
	const folder = makeReachableFolder("switchhook-postgres-");
	const user = unprivileged();
	const bin = join(usableNative(folder, user), "bin");
	const data = join(folder, "data");
	const guardian = guard(data, folder);
	try {
		const passwordFile = join(folder, "password");
		writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
		if (user !== undefined) handOver(folder, user);
		await run(
			join(bin, "initdb"),
			[
				`--pgdata=${data}`,
				`--pwfile=${passwordFile}`,
				"--username=postgres",
				"--auth=scram-sha-256",
				"--encoding=UTF8",
				"--locale=C",
				"--no-sync",
				"--no-instructions",
			],
			{ ...user, cwd: folder },
		);
		return await serve({ folder, bin, data, user, guardian, settings });
	} catch (error) {
		guardian.stdin?.end();
		throw error;
	}
}

/**
 * The server that all test files share. Call it where the tests are described, and the function it returns from a hook or a
 * test. It does not wait for the disk: nobody kills it.
 */
export const usePostgres = share({
	name: "PostgreSQL",
	start: () => startPostgres("fsync=off", "full_page_writes=off"),
	stop: (server) => server.stop(),
});

// --- helpers ---

const PASSWORD = "s3cret-of-tests";

/** Across servers: a standby has the databases of its primary. */
let databases = 0;

interface Installed {
	readonly folder: string;
	readonly bin: string;
	readonly data: string;
	readonly user: Identity | undefined;
	readonly guardian: ChildProcess;
	readonly settings: readonly string[];
}

/** Starts the server of a folder. */
async function serve({
	folder,
	bin,
	data,
	user,
	guardian,
	settings,
}: Installed): Promise<TestPostgres> {
	let port = await freePort();
	const launch = () =>
		start(join(bin, "postgres"), data, [`port=${port}`, ...settings], {
			...user,
			cwd: folder,
		});
	let server = await launch().catch(async () => {
		port = await freePort();
		return launch();
	});
	const urlOf = (name: string) =>
		`postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
	return {
		port,
		password: PASSWORD,
		query: queryOnce,
		async createDatabase() {
			databases += 1;
			await queryOnce(urlOf("postgres"), `create database t${databases}`);
			return urlOf(`t${databases}`);
		},
		async kill() {
			await end(server, "SIGKILL");
		},
		async restart() {
			server = await launch();
		},
		pause: () => signalAll(server, "SIGSTOP"),
		resume: () => signalAll(server, "SIGCONT"),
		startStandby: () => copy(urlOf("postgres"), { data, user }),
		async promote() {
			await queryOnce(urlOf("postgres"), "select pg_promote()");
		},
		here: (url) => urlOf(new URL(url).pathname.slice(1)),
		async stop() {
			// A paused server hears no signal.
			signalAll(server, "SIGCONT");
			// Fast shutdown: connections are closed, nothing is waited for.
			await end(server, "SIGINT");
			guardian.ref();
			guardian.stdin?.end();
			await once(guardian, "exit");
		},
	};
}

/** Makes a standby of a running server: copies its folder during a backup, without the log, which it gets from the server. */
async function copy(
	url: string,
	{ data, user }: Pick<Installed, "data" | "user">,
): Promise<TestPostgres> {
	const folder = makeReachableFolder("switchhook-standby-");
	const own = join(folder, "data");
	const guardian = guard(own, folder);
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query("select pg_backup_start('copy', true)");
		copyInUse(data, own, /postmaster\.\w+$|pg_wal\/\w{24}/);
		const { rows } = await client.query(
			"select labelfile from pg_backup_stop(false)",
		);
		writeFileSync(join(own, "backup_label"), rows[0].labelfile);
		writeFileSync(join(own, "standby.signal"), "");
		appendFileSync(
			join(own, "postgresql.auto.conf"),
			`primary_conninfo = 'host=127.0.0.1 port=${new URL(url).port} user=postgres password=${PASSWORD} application_name=standby'\n`,
		);
		if (user !== undefined) handOver(folder, user);
		chmodSync(own, 0o700);
		// It outlives the server that it was copied from, whose folder may hold the binaries of that one.
		const bin = join(usableNative(folder, user), "bin");
		const standby = await serve({
			folder,
			bin,
			data: own,
			user,
			guardian,
			settings: [],
		});
		await client.query(
			"alter system set synchronous_standby_names = 'standby'",
		);
		await client.query("select pg_reload_conf()");
		await until(
			client,
			"select from pg_stat_replication where sync_state = 'sync'",
		);
		return standby;
	} catch (error) {
		guardian.stdin?.end();
		throw error;
	} finally {
		await client.end();
	}
}

/** Copies a folder whose files come and go meanwhile, as a backup does. The log of the server makes up for the difference. */
function copyInUse(from: string, to: string, without: RegExp): void {
	mkdirSync(to, { recursive: true });
	for (const entry of readdirSync(from, { withFileTypes: true })) {
		const [source, target] = [join(from, entry.name), join(to, entry.name)];
		if (without.test(source)) continue;
		try {
			if (entry.isDirectory()) copyInUse(source, target, without);
			else copyFileSync(source, target);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		}
	}
}

async function until(client: pg.Client, query: string): Promise<void> {
	while ((await client.query(query)).rowCount === 0)
		await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Sends a signal to the server and its processes. They lead groups of their own, so that each is named. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	const list = `/proc/${pid}/task/${pid}/children`;
	const children = existsSync(list)
		? readFileSync(list, "utf8").trim().split(" ").filter(Boolean)
		: [];
	for (const one of [pid, ...children.map(Number)])
		try {
			process.kill(one, signal);
		} catch {
			// It has ended.
		}
}

/** A shell in a session of its own: the end of its input, however it comes, ends the server. */
function guard(data: string, folder: string): ChildProcess {
	const script = `cat >/dev/null
pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  kill -CONT "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
fi
rm -rf "$2"`;
	const guardian = spawn("sh", ["-c", script, "guardian", data, folder], {
		detached: true,
		stdio: ["pipe", "ignore", "ignore"],
	});
	guardian.unref();
	(guardian.stdin as unknown as { unref(): void }).unref();
	return guardian;
}

async function run(
	file: string,
	args: readonly string[],
	options: { readonly cwd: string },
): Promise<void> {
	const child = spawn(file, args, {
		...options,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	child.stdout.on("data", (part) => {
		output += part;
	});
	child.stderr.on("data", (part) => {
		output += part;
	});
	const [status] = await once(child, "close");
	if (status !== 0) throw new Error(`${file} ended with ${status}: ${output}`);
}

/** Resolves when the server takes connections. */
async function start(
	file: string,
	data: string,
	own: readonly string[],
	options: { readonly cwd: string },
): Promise<ChildProcess> {
	const settings = [
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=",
		"shared_buffers=64MB",
		"max_wal_size=512MB",
		// A standby begins with what is no longer in the folder that was copied.
		"wal_keep_size=128MB",
		...own,
	].flatMap((setting) => ["-c", setting]);
	const child = spawn(file, ["-D", data, ...settings], {
		...options,
		detached: true,
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, LC_MESSAGES: "C" },
	});
	let output = "";
	await new Promise<void>((ready, failed) => {
		let isReady = false;
		child.stderr.on("data", (part) => {
			if (isReady) return;
			// Clients that do not wait fill it with refusals until the server is ready: the end is what counts.
			output = `${output}${part}`.slice(-10_000);
			isReady = /ready to accept (read-only )?connections/.test(output);
			if (isReady) ready();
		});
		child.once("error", failed);
		child.once("close", () => failed(new Error(`postgres ended: ${output}`)));
	});
	child.unref();
	(child.stderr as unknown as { unref(): void }).unref();
	return child;
}

/**
 * The server's processes share its output, so that it closes when the last of them is gone: after a SIGKILL they go on until they
 * notice, and may answer till then.
 */
async function end(
	server: ChildProcess,
	signal: NodeJS.Signals,
): Promise<void> {
	if (server.exitCode !== null || server.signalCode !== null) return;
	server.ref();
	(server.stderr as unknown as { ref(): void }).ref();
	const ended = once(server, "close");
	server.kill(signal);
	await ended;
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

async function queryOnce(
	url: string,
	text: string,
): Promise<readonly pg.QueryResultRow[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const result: unknown = await client.query(text);
		const last = (Array.isArray(result) ? result.at(-1) : result) as {
			rows: pg.QueryResultRow[];
		};
		return last.rows;
	} finally {
		await client.end();
	}
}
