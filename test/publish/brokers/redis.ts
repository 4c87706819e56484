import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import {
	BROKERS,
	type Broker,
	findProgram,
	freePort,
	type Kept,
	type Program,
	run,
	untilReady,
} from "./broker.ts";

/** The server. Undefined if there is none. */
export const REDIS = findProgram("redis-server", ["redis/usr/bin"]);

const PASSWORD = "redis p@ss/word";

/** A Redis of the tests. */
export interface RedisBroker extends Broker {
	readonly client: () => Redis;
}

/** Starts Redis, which syncs before it answers. */
export async function startRedis(program: string): Promise<RedisBroker> {
	const folder = mkdtempSync(join(tmpdir(), "switchhook-redis-"));
	let running: Program;
	let port = 0;
	let client: Redis;
	const start = async (): Promise<void> => {
		port = await freePort();
		running = run(
			program,
			[
				...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder],
				...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
				...["--requirepass", PASSWORD],
			],
			{
				LD_LIBRARY_PATH: [
					`${BROKERS}/redis/usr/lib/x86_64-linux-gnu`,
					`${BROKERS}/redis/usr/lib/aarch64-linux-gnu`,
				].join(":"),
			},
		);
		client = await untilReady(running, async () => {
			const made = new Redis({
				port,
				host: "127.0.0.1",
				password: PASSWORD,
				lazyConnect: true,
				retryStrategy: () => null,
			});
			made.on("error", () => {});
			await made.connect();
			return made;
		});
	};
	await start();
	return {
		scheme: "redis",
		tlsScheme: "rediss",
		user: "",
		password: PASSWORD,
		client: () => client,
		port: () => port,
		makeTarget: async (name) => name,
		async read(target) {
			const entries = await client.xrange(target, "-", "+");
			return entries.map(([, fields]) => toKept(fields));
		},
		async makeRefusing() {
			await client.set("taken", "by a string");
			return {
				to: "taken",
				relent: async () => void (await client.del("taken")),
			};
		},
		async fill() {
			await client.config("SET", "maxmemory", "1");
			return async () => void (await client.config("SET", "maxmemory", "0"));
		},
		start,
		async kill() {
			client.disconnect();
			await running.kill();
		},
		async stop() {
			client.disconnect();
			await running.kill();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

// --- helpers ---

function toKept(fields: readonly string[]): Kept {
	const pairs: Record<string, string> = {};
	for (let index = 0; index + 1 < fields.length; index += 2)
		pairs[fields[index] as string] = fields[index + 1] as string;
	const { id = "", key, body = "", ...headers } = pairs;
	return { id, key, body, headers };
}
