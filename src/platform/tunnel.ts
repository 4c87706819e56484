import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A program that makes a port of this machine public. */
export interface TunnelProgram {
	readonly name: string;
	/** The arguments for a port. */
	args(port: number): readonly string[];
	/** Finds the public URL in the program's output. */
	readonly url: RegExp;
}

/** The known programs. The first installed one is used. */
export const TUNNEL_PROGRAMS: readonly TunnelProgram[] = [
	{
		name: "ngrok",
		args: (port) => ["http", String(port), "--log", "stdout"],
		url: /\burl="?(https:\/\/[^\s"]+)/,
	},
	{
		name: "cloudflared",
		args: (port) => ["tunnel", "--url", `http://localhost:${port}`],
		url: /(https:\/\/[\w-]+\.trycloudflare\.com)/,
	},
];

/** A running tunnel. */
export interface Tunnel {
	readonly url: string;
	/** Resolves when the program ended, by itself or by `close`. */
	readonly ended: Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts a program and waits for its public URL. Resolves with undefined where it is not installed, and with what it wrote where it ends
 * without one. A program that has no URL yet when the signal aborts is ended.
 */
export async function startTunnel(
	{ name, args, url }: TunnelProgram,
	port: number,
	{
		env,
		signal,
	}: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<Tunnel | { readonly failure: string } | undefined> {
	const child = spawn(name, args(port), {
		env,
		stdio: ["ignore", "pipe", "pipe"],
		// Ctrl-C at the terminal is meant for the command, which restores everything before the tunnel ends.
		detached: true,
	});
	const ended = new Promise<void>((resolve) => {
		child.once("close", () => resolve());
		child.once("error", () => resolve());
	});
	const isInstalled = await Promise.race([
		once(child, "spawn").then(() => true),
		once(child, "error").then(() => false),
	]).catch(() => false);
	if (!isInstalled) return undefined;
	const stop = (): void => {
		child.kill();
	};
	if (signal.aborted) stop();
	signal.addEventListener("abort", stop, { once: true });
	const found = await findUrl(child, url, ended);
	signal.removeEventListener("abort", stop);
	const close = async (): Promise<void> => {
		child.kill();
		await ended;
	};
	return "failure" in found ? found : { url: found.url, ended, close };
}

// --- helpers ---

/** The length of a program's output that is shown if there is no URL. */
const KEPT_LENGTH = 2000;

function findUrl(
	child: ChildProcess,
	pattern: RegExp,
	ended: Promise<void>,
): Promise<{ readonly url: string } | { readonly failure: string }> {
	return new Promise((resolve) => {
		let text = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding("utf8").on("data", (part: string) => {
				text = (text + part).slice(-KEPT_LENGTH);
				const url = pattern.exec(text)?.[1];
				if (url !== undefined) resolve({ url });
			});
		}
		void ended.then(() => resolve({ failure: text.trim() }));
	});
}
