import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Identity } from "../../unprivileged.ts";

/** A message as the broker keeps it. */
export interface Kept {
	readonly id: string;
	readonly key: string | undefined;
	/** Headers in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** A broker of the tests. Its port is new after each start, and the tests reach it through a proxy. */
export interface Broker {
	/** The scheme of its URL. */
	readonly scheme: string;
	/** The scheme for TLS, if a proxy can end the encryption. */
	readonly tlsScheme?: string;
	/** The path of its URL, with its slash. */
	readonly path?: string;
	readonly user: string;
	readonly password: string;
	/** More settings of `publish`, as YAML in a flow mapping. */
	readonly settings?: string;
	/** The port that it listens at now. */
	port(): number;
	/** Tells the broker the port at which others reach it. Absent for a broker that names no address to its clients. */
	advertise?(port: number): void;
	/** Prepares a target, and returns its name. */
	makeTarget(name: string): Promise<string>;
	/** Reads all messages of a target, in their order. */
	read(target: string): Promise<readonly Kept[]>;
	/** Returns a target that refuses messages, and the function that makes it take them. */
	makeRefusing(): Promise<{
		readonly to: string;
		readonly relent: () => Promise<void>;
	}>;
	/** Makes the broker too full to take a message, and returns the function that ends it. */
	fill(target: string): Promise<() => Promise<void>>;
	/** Ends it as a crash does. */
	kill(): Promise<void>;
	/** Starts it again with what it has on disk. */
	start(): Promise<void>;
	/** Ends it, and removes what it has. */
	stop(): Promise<void>;
}

/** The folder that `npm run brokers` sets up. */
export const BROKERS = fileURLToPath(
	new URL("../../../.brokers", import.meta.url),
);

/** Finds a program in `.brokers/`, otherwise on the path. */
export function findProgram(
	name: string,
	places: readonly string[],
): string | undefined {
	const own = places.map((place) => join(BROKERS, place, name));
	const { PATH = "" } = process.env;
	const all = [
		...own,
		...PATH.split(delimiter).map((each) => join(each, name)),
	];
	return all.find((file) => existsSync(file));
}

/** Returns a free port of loopback. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** A program of a broker, with all that it starts. */
export interface Program {
	readonly child: ChildProcess;
	/** All that it wrote. */
	output(): string;
	/** Ends it and what it started, and waits. Default SIGKILL. */
	kill(signal?: "SIGTERM"): Promise<void>;
}

/** Runs a program in a process group of its own. */
export function run(
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
	user?: Identity,
): Program {
	const child = spawn(file, args, {
		...user,
		stdio: ["ignore", "pipe", "pipe"],
		detached: true,
		env: { ...process.env, ...env },
	});
	let output = "";
	const ended = once(child, "exit").catch(() => {});
	for (const stream of [child.stdout, child.stderr])
		stream.on("data", (data: Buffer) => {
			output += data.toString();
		});
	return {
		child,
		output: () => output,
		async kill(signal: NodeJS.Signals = "SIGKILL") {
			if (child.exitCode === null && child.pid !== undefined) {
				try {
					process.kill(-child.pid, signal);
				} catch {
					// It has just ended.
				}
			}
			await ended;
		},
	};
}

/** Resolves as soon as `probe` succeeds. Rejects if the program ends before, or after 60 s. */
export async function untilReady<T>(
	{ child, output }: Program,
	probe: () => Promise<T>,
): Promise<T> {
	const dueMs = performance.now() + 60_000;
	for (;;) {
		try {
			return await probe();
		} catch (error) {
			if (child.exitCode !== null || performance.now() > dueMs)
				throw new Error(`the broker does not get ready: ${output()}`, {
					cause: error,
				});
		}
		await new Promise((done) => setTimeout(done, 20));
	}
}
