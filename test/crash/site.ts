import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, startProgram } from "../end-to-end/process.ts";
import { SHORT_LIVED, UNCOUNTED } from "../program.ts";

/** A router that takes requests. */
export interface LiveRouter {
	readonly command: Command;
	readonly url: string;
}

/** A folder with a configuration, from which routers are started as processes. */
export interface Site {
	readonly folder: string;
	/** Changes the configuration for the routers that start from now on. */
	configure(changed: Partial<SiteOptions>): Promise<void>;
	/** Starts one; it may not listen yet. */
	launch(nodeArgs?: readonly string[]): Command;
	/** Starts one; resolves when it listens. */
	start(nodeArgs?: readonly string[]): Promise<LiveRouter>;
	/** What the plugin was given, in its order. */
	readLedger(): Promise<readonly LedgerLine[]>;
	/** Ends every router of it, and removes the folder. */
	remove(): Promise<void>;
}

/** One call of the plugin. */
export interface LedgerLine {
	readonly lane: string;
	readonly number: number;
	readonly attempt: number;
	/** The number before it, as the plugin's durable state said. */
	readonly last: number;
}

export interface SiteOptions {
	/** `inbox.store`. */
	readonly store: string;
	/** `inbox.spool`; default none. */
	readonly spool?: string;
	/** The plugin takes events and never finishes them. */
	readonly holds?: boolean;
	/** The plugin fails now and then at its first try; default true. */
	readonly isFlaky?: boolean;
	/** The route fans out to the plugin twice; default false. */
	readonly isFannedOut?: boolean;
	/** `server.workers`; default 1. */
	readonly workers?: number;
}

/** @param main the router's program */
export async function createSite(
	main: string,
	options: SiteOptions,
): Promise<Site> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-crash-"));
	await cp(SITE, folder, { recursive: true });
	const configure = (changed: Partial<SiteOptions>) =>
		writeFile(
			join(folder, "routes.yaml"),
			toRoutes({ ...options, ...changed }),
		);
	await configure({});
	const commands: Command[] = [];
	const launch = (nodeArgs: readonly string[] = []) => {
		const command = startProgram(
			[
				process.execPath,
				...SHORT_LIVED,
				...nodeArgs,
				main,
				"serve",
				"--admin",
				"127.0.0.1:0",
			],
			folder,
			{ env: UNCOUNTED },
		);
		commands.push(command);
		return command;
	};
	return {
		folder,
		configure,
		launch,
		start: async (nodeArgs) => waitForRouter(launch(nodeArgs)),
		async readLedger() {
			const text = await readFile(join(folder, "ledger.txt"), "utf8");
			return text.trim().split("\n").map(toLine);
		},
		async remove() {
			await Promise.all(commands.map(kill));
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** Resolves when the router listens. */
export async function waitForRouter(command: Command): Promise<LiveRouter> {
	const [, url = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
	return { command, url };
}

/** Ends a process by SIGKILL; resolves when it is gone. */
export async function kill(command: Command): Promise<void> {
	if (command.child.exitCode === null) command.child.kill("SIGKILL");
	await command.ended;
}

/** Ends a router as it is meant to; resolves with its exit code. */
export function stop({ command }: LiveRouter): Promise<number | null> {
	command.child.kill("SIGTERM");
	return command.ended;
}

/** Looks again and again until it is so; throws after the limit (milliseconds, default one minute). */
export async function until(
	what: string,
	isSo: () => boolean | Promise<boolean>,
	limitMs = 60_000,
): Promise<void> {
	const end = performance.now() + limitMs;
	while (!(await isSo())) {
		if (performance.now() > end) throw new Error(`it never came: ${what}`);
		await new Promise((done) => setTimeout(done, 20));
	}
}

// --- helpers ---

const SITE = fileURLToPath(new URL("site", import.meta.url));

function toRoutes({
	store,
	spool,
	holds = false,
	isFlaky = true,
	isFannedOut = false,
	workers = 1,
}: SiteOptions): string {
	const plugin = `plugin: ledger, options: { holds: ${holds}, isFlaky: ${isFlaky} }`;
	const handler = isFannedOut
		? `all: [{ name: ledger, ${plugin} }, { name: copy, plugin: ledger, options: { file: copy.txt } }]`
		: plugin;
	return `version: 1
server: { listen: 127.0.0.1:0, drainTimeout: 5s, workers: ${workers} }
inbox: { store: ${JSON.stringify(store)}${spool === undefined ? "" : `, spool: ${JSON.stringify(spool)}`} }
defaults: { signature: none, firewall: [loopback] }
routes:
  - name: ledger
    path: /sms
    kind: sms.inbound
    level: account
    orderBy: true
    retry: { first: 10ms, max: 50ms, for: 1h }
    handler: { ${handler} }
${workers > 1 ? "  - { name: pid, path: /pid, kind: voice.answer, level: app, handler: { plugin: pid } }\n" : ""}`;
}

function toLine(text: string): LedgerLine {
	const [lane = "", ...numbers] = text.split(" ");
	const [number = NaN, attempt = NaN, last = NaN] = numbers.map(Number);
	return { lane, number, attempt, last };
}
