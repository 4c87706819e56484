import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { UNCOUNTED } from "../program.ts";

/** A router in a process of its own, whose log lines are counted and not kept: a long day has millions. */
export interface DayRouter {
	readonly url: string;
	/** Makes it read its configuration. Resolves when that is loaded, or refused. */
	reload(outcome: "loaded" | "refused"): Promise<void>;
	/** Rejects when it ends. */
	readonly died: Promise<never>;
	/** Resolves when it has found a service to be down. */
	untilOpened(): Promise<void>;
	/** Ends it as it is meant to. Resolves with its exit code. */
	stop(): Promise<number | null>;
	/** Ends it by SIGKILL if it still lives. */
	kill(): Promise<void>;
}

/** Starts one in the folder of its configuration. @param main the router's program */
export async function startDayRouter(
	main: string,
	folder: string,
): Promise<DayRouter> {
	const child = spawn(
		process.execPath,
		[main, "serve", "--admin", "127.0.0.1:0"],
		{ cwd: folder, env: UNCOUNTED, stdio: ["ignore", "pipe", "inherit"] },
	);
	const ended = once(child, "close").then(([code]) => code as number | null);
	const died = ended.then((code): never => {
		throw new Error(`a router ended with code ${code}`);
	});
	died.catch(() => {});
	let watchers: { readonly sign: RegExp; readonly heard: Heard }[] = [];
	let hasOpened = false;
	createInterface(child.stdout).on("line", (line) => {
		hasOpened ||= OPENED.test(line);
		if (watchers.length === 0) return;
		const pending = [];
		for (const watcher of watchers) {
			const found = watcher.sign.exec(line);
			if (found === null) pending.push(watcher);
			else watcher.heard(found);
		}
		watchers = pending;
	});
	const untilSaid = (sign: RegExp): Promise<RegExpExecArray> =>
		Promise.race([
			new Promise<RegExpExecArray>((heard) => {
				watchers.push({ sign, heard });
			}),
			died,
		]);
	const [, url = ""] = await untilSaid(/listens on (http:\/\/[\d.:]+)/);
	return {
		url,
		async reload(outcome) {
			const said = untilSaid(RELOADS[outcome]);
			child.kill("SIGHUP");
			await said;
		},
		died,
		async untilOpened() {
			if (!hasOpened) await untilSaid(OPENED);
		},
		stop() {
			child.kill("SIGTERM");
			return ended;
		},
		async kill() {
			if (child.exitCode === null) child.kill("SIGKILL");
			await ended;
		},
	};
}

// --- helpers ---

type Heard = (found: RegExpExecArray) => void;

const OPENED = /the upstream fails again and again/;

const RELOADS = {
	loaded: /the configuration was reloaded/,
	refused: /The previous one keeps serving/,
};
