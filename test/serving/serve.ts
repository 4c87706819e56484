import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
	type Command,
	createOutput,
	type Output,
} from "../end-to-end/process.ts";
import { PROGRAM_MODULE, PROGRAM_NODE } from "../program.ts";
import { share } from "../share.ts";

/** Starts a router in a folder, with arguments of `switchhook serve`. */
export type StartRouter = (cwd: string, args?: readonly string[]) => Command;

/**
 * Starts routers in a process that stays warm for the tests of a group: each starts in a tenth of the CPU that a process of its own
 * takes, most of which goes into loading and compiling the program. It is a router like any other, with its signals and its standard
 * output. A test that kills it, or is about the process itself, starts its own (`startCommand`). Call it where the tests are described.
 */
export function useRouters(): StartRouter {
	const hosts = useHosts();
	return (cwd, args = []) => {
		// As many run at once, a router takes a free port for its admin listener.
		const admin = args.includes("--admin") ? [] : ["--admin", "127.0.0.1:0"];
		return hosts()
			.free()
			.start(["serve", ...args, ...admin], cwd);
	};
}

/** Ends a router that may still run, and leaves the process for the next. One that does not end is killed with its process. */
export async function stopRouter(router: Command | undefined): Promise<void> {
	if (router === undefined) return;
	const { child, ended } = router;
	// The second signal ends what the first one waits for.
	if (child.exitCode === null)
		for (const signal of ["SIGTERM", "SIGINT"] as const) child.kill(signal);
	const late = setTimeout(() => child.kill("SIGKILL"), LATE_MS);
	await ended;
	clearTimeout(late);
}

// --- helpers ---

/** Shorter than the timeout of a test. */
const LATE_MS = 10_000;

const useHosts = share({
	name: "a process for routers",
	start: async () => new Hosts(),
	stop: (hosts) => hosts.end(),
});

const HOST = fileURLToPath(new URL("host.mjs", import.meta.url));

/** A command that a host runs. */
interface Running {
	readonly mark: string;
	readonly output: Output;
	/** The streams that have not ended yet. */
	readonly open: Set<"stdout" | "stderr">;
	exitCode: number | null;
	end(code: number | null): void;
}

/** As many as run at once. */
class Hosts {
	readonly #all: Host[] = [];

	free(): Host {
		const free = this.#all.find((host) => host.isFree());
		if (free !== undefined) return free;
		const host = new Host();
		this.#all.push(host);
		return host;
	}

	async end(): Promise<void> {
		await Promise.all(this.#all.map((host) => host.end()));
	}
}

/** A process that runs one command after another. */
class Host {
	readonly #process: ChildProcess;
	#running: Running | undefined;
	/** The last one. */
	#command: Command | undefined;

	constructor() {
		const [program = "", ...flags] = PROGRAM_NODE;
		this.#process = spawn(program, [...flags, HOST, PROGRAM_MODULE], {
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		for (const stream of ["stdout", "stderr"] as const)
			this.#process[stream]
				?.setEncoding("utf8")
				.on("data", (text: string) => this.#hear(stream, text));
		this.#process.on("message", (message) => {
			const { code } = message as { readonly code: number };
			if (this.#running !== undefined) this.#running.exitCode = code;
			this.#endIfOver();
		});
		// With a channel, `close` need not come.
		this.#process.once("exit", (code) => {
			this.#running?.end(code);
			this.#running = undefined;
		});
	}

	isFree(): boolean {
		return this.#running === undefined && this.#process.connected;
	}

	start(args: readonly string[], cwd: string): Command {
		const output = createOutput();
		let end = (_code: number | null): void => {};
		const ended = new Promise<number | null>((resolve) => {
			end = resolve;
		});
		const running: Running = {
			mark: `${randomUUID()}\n`,
			output,
			open: new Set(["stdout", "stderr"]),
			exitCode: null,
			end: (code) => {
				output.end();
				end(code);
			},
		};
		this.#running = running;
		this.#process.send({ args, cwd, mark: running.mark });
		const { pid } = this.#process;
		const kill = (signal?: NodeJS.Signals | number): boolean =>
			this.#running === running && this.#process.kill(signal);
		this.#command = {
			child: {
				get exitCode() {
					return running.exitCode;
				},
				pid,
				stdin: null,
				connected: false,
				kill,
			},
			...output,
			ended,
		};
		return this.#command;
	}

	async end(): Promise<void> {
		// Mocha runs this before hooks that come later, and stop a router.
		await stopRouter(this.#command);
		if (!this.#process.connected) return;
		const ended = once(this.#process, "exit");
		this.#process.disconnect();
		await ended;
	}

	#hear(stream: "stdout" | "stderr", text: string): void {
		const running = this.#running;
		if (running === undefined) return;
		const said = `${running.output[stream]()}${text}`;
		const end = said.indexOf(running.mark);
		running.output.set(stream, end < 0 ? said : said.slice(0, end));
		if (end < 0) return;
		running.open.delete(stream);
		this.#endIfOver();
	}

	#endIfOver(): void {
		const running = this.#running;
		if (running === undefined || running.exitCode === null) return;
		if (running.open.size > 0) return;
		this.#running = undefined;
		running.end(running.exitCode);
	}
}
