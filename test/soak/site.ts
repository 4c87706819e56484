import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { withFolder } from "../cli/cli.ts";
import { UNCOUNTED } from "../program.ts";

/** A router in a process of its own, whose configuration a test changes. */
export interface Site {
	readonly url: string;
	/** Writes the configuration number `index`, and resolves when the router has loaded or refused it. */
	reload(index: number): Promise<void>;
	/** How many reloads the router reported, by outcome. */
	readonly reloads: { loaded: number; refused: number };
	/** Log lines of level `error` besides the refused reloads. */
	readonly errors: readonly string[];
	/** What the process holds, after its garbage was collected; or at once, without its memory. */
	facts(options?: { readonly isCollected?: boolean }): Promise<Facts>;
}

/** The resources of a process. */
export interface Facts {
	readonly residentMB: number;
	readonly heapMB: number;
	/** Open files, sockets and timers of the system. 0 on a system without /proc. */
	readonly descriptors: number;
	/** The files in the folder of its configuration. */
	readonly files: number;
}

/** Returns true for a configuration that does not load: every fifth. */
export function isBroken(index: number): boolean {
	return index % 5 === 4;
}

/** Starts the built router, and ends it after `use`. It MUST end with code 0. */
export function withSite(
	main: string,
	use: (site: Site) => Promise<void>,
): Promise<void> {
	return withFolder(filesOf(0), async (folder) => {
		const child = spawn(
			process.execPath,
			["--expose-gc", "--import", COLLECT, main, "serve"],
			{ cwd: folder, env: UNCOUNTED, stdio: ["ignore", "pipe", "inherit"] },
		);
		const ended = once(child, "close");
		const reloads = { loaded: 0, refused: 0 };
		const errors: string[] = [];
		let onReload = (): void => {};
		let onUrl = (_url: string): void => {};
		let onCollected = (_bytes: readonly number[]): void => {};
		// Lines are read one by one and not kept: a long run writes millions.
		createInterface(child.stdout).on("line", (line) => {
			const url = /listens on (http:\/\/[\d.:]+)/.exec(line)?.[1];
			if (url !== undefined) onUrl(url);
			const collected = /^collected (\d+) (\d+)/.exec(line);
			if (collected !== null) onCollected(collected.slice(1).map(Number));
			const isLoaded = line.includes("the configuration was reloaded");
			const isRefused = line.includes("The previous one keeps serving");
			if (isLoaded) reloads.loaded += 1;
			if (isRefused) reloads.refused += 1;
			if (isLoaded || isRefused) onReload();
			else if (line.includes('"level":"error"')) errors.push(line);
		});
		const dead = ended.then(([code]) => {
			throw new Error(`the router ended with code ${code}`);
		});
		dead.catch(() => {});
		try {
			const url = await Promise.race([
				new Promise<string>((done) => {
					onUrl = done;
				}),
				dead,
			]);
			await use({
				url,
				reloads,
				errors,
				async reload(index) {
					for (const [file, text] of Object.entries(filesOf(index)))
						await writeFile(join(folder, file), text);
					const reloaded = new Promise<void>((done) => {
						onReload = done;
					});
					child.kill("SIGHUP");
					await Promise.race([reloaded, dead]);
				},
				async facts({ isCollected = true } = {}) {
					const collected = new Promise<readonly number[]>((done) => {
						onCollected = done;
					});
					if (isCollected) child.kill("SIGUSR2");
					else onCollected([]);
					const [resident = 0, heap = 0] = await Promise.race([
						collected,
						dead,
					]);
					return {
						residentMB: resident / MB,
						heapMB: heap / MB,
						descriptors: await countDescriptors(child.pid),
						files: (await readdir(folder, { recursive: true })).length,
					};
				},
			});
			child.kill("SIGTERM");
			const [code] = await ended;
			if (code !== 0) throw new Error(`exit code ${code}`);
		} finally {
			if (child.exitCode === null) child.kill("SIGKILL");
			await ended;
		}
	});
}

// --- helpers ---

const MB = 1024 * 1024;
const COLLECT = new URL("collect.mjs", import.meta.url).href;

/** The files of a configuration: each has another text in its plugin, its NCCO and its schema, and other routes beside the first two. */
function filesOf(index: number): Readonly<Record<string, string>> {
	const more = Array.from(
		{ length: 1 + (index % 3) },
		(_, number) =>
			`  - { name: extra-${index}-${number}, path: /extra/${number}, schema: schemas/order.json, level: account, methods: [POST], handler: { forward: "http://127.0.0.1:9/${index}" } }\n`,
	);
	return {
		"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0", publicUrl: "https://hooks.example.com" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, handler: { plugin: greeter } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { plugin: greeter }, fallback: { ncco: sorry } }
${more.join("")}${isBroken(index) ? "  - { name: broken }\n" : ""}`,
		"plugins/greeter.ts": `import { word } from "./word.js";
export default {
	name: "greeter",
	setup() { return { timer: setInterval(() => {}, 1000) }; },
	teardown({ timer }: { timer: NodeJS.Timeout }) { clearInterval(timer); },
	on: {
		"sms.inbound"() {},
		"voice.answer": () => [{ action: "talk", text: "Hi ${index}" + word }],
	},
};
`,
		"plugins/word.js": `export const word = "${index}";\n`,
		"nccos/sorry.yaml": `- { action: talk, text: Sorry ${index} }\n`,
		"schemas/order.json": JSON.stringify({
			type: "object",
			properties: { id: { type: "string", pattern: `^[a-z${index}]+$` } },
		}),
	};
}

async function countDescriptors(pid: number | undefined): Promise<number> {
	if (process.platform !== "linux") return 0;
	return (await readdir(`/proc/${pid}/fd`)).length;
}
