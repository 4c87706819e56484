import { createHmac } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAdminFile } from "../../src/cli/admin/file.ts";
import { type EventClient, openEvents } from "../admin/event-client.ts";
import { type Called, type CallOptions, callAdmin } from "../admin/listener.ts";
import { until } from "../crash/site.ts";
import { type Command, startProgram } from "../end-to-end/process.ts";
import { ask, type Heard } from "../http/router.ts";
import { SHORT_LIVED } from "../program.ts";

/** A folder from which routers of several workers are started as processes. */
export interface Site {
	readonly folder: string;
	/** Writes a file of the configuration. */
	write(path: string, text: string): Promise<void>;
	read(path: string): Promise<string>;
	/** Starts a router. */
	launch(args?: readonly string[]): Command;
	/** Starts one; resolves when it listens. */
	start(args?: readonly string[]): Promise<Running>;
	/** Ends every router of it, and removes the folder. */
	remove(): Promise<void>;
}

/** Returns the texts that the plugin of a site has noted, in their order. */
export async function readNotes(
	site: Pick<Site, "read">,
): Promise<readonly string[]> {
	return (await site.read("notes.txt").catch(() => ""))
		.split("\n")
		.filter(Boolean)
		.map((line) => (JSON.parse(line) as [number, string])[1]);
}

/** A router that serves. */
export interface Running {
	readonly command: Command;
	readonly url: string;
	/** Calls the admin API. */
	admin(path: string, options?: CallOptions): Promise<Called>;
	/** Opens a stream of the admin API. Default `/events`. */
	events(path?: string): Promise<EventClient>;
	/** The process ids of the workers, as the system lists them. */
	pids(): Promise<readonly number[]>;
	/** The lines of its log so far. */
	lines(): readonly Line[];
}

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>> & {
	readonly line: string;
	readonly msg: string;
};

export const SECRET = "0f6b2c9a7d3e41588c5e90b1a2f4d6e8";

/** Writes a configuration of two workers: a reply that names its process, a slow one, a signed one, and an accept route. */
export function toRoutes({
	server = "listen: 127.0.0.1:0, workers: 2, drainTimeout: 5s",
	text = "one",
	store = "sqlite:data/inbox.db",
	alerts = "",
}: {
	readonly server?: string;
	readonly text?: string;
	readonly store?: string;
	/** The key `alerts`, and an internal route that notes alerts of refusals. Default: none. */
	readonly alerts?: string;
} = {}): string {
	return `version: 1
server: { ${server} }
inbox: { store: "${store}" }
${alerts}defaults: { firewall: [loopback], signature: none, retry: { first: 10ms, max: 50ms, for: 1h } }
routes:
  - { name: who, path: /who, kind: voice.answer, level: app, timeout: 20s, handler: { plugin: who } }
  - { name: text, path: /text, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: ${text} }] } }
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: notes } }
  - { name: signed, path: /signed, schema: any.json, level: account, handler: { plugin: notes },
      signature: { scheme: hmac, header: x-signature, prefix: "v1=", timestamp: { prefix: "t=" }, secret: ${SECRET} } }
`;
}

/** @param main the router's program */
export async function createSite(main: string): Promise<Site> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-workers-"));
	const commands: Command[] = [];
	const site: Site = {
		folder,
		write: (path, text) => writeFile(join(folder, path), text),
		read: (path) => readFile(join(folder, path), "utf8"),
		launch(args = []) {
			const command = startProgram(
				[
					process.execPath,
					...SHORT_LIVED,
					main,
					"serve",
					"--admin",
					"127.0.0.1:0",
					...args,
				],
				folder,
			);
			commands.push(command);
			return command;
		},
		async start(args) {
			const command = site.launch(args);
			const [, url = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
			return {
				command,
				url,
				async admin(path, options) {
					const { port, token } = await accessOf(folder);
					return callAdmin(port, path, { token, ...options });
				},
				async events(path = "/events") {
					const { port, token } = await accessOf(folder);
					return openEvents(port, `/api/v1${path}`, { token });
				},
				pids: () => childrenOf(command.child.pid ?? 0),
				lines: () => linesOf(command.stdout()),
			};
		},
		async remove() {
			for (const { child } of commands)
				if (child.exitCode === null) child.kill("SIGKILL");
			await Promise.all(commands.map(({ ended }) => ended));
			await rm(folder, { recursive: true, force: true });
		},
	};
	await mkdir(join(folder, "plugins"));
	await site.write("any.json", '{ "type": "object" }');
	await site.write("routes.yaml", toRoutes());
	for (const [name, text] of Object.entries(PLUGINS))
		await site.write(`plugins/${name}.mjs`, text);
	return site;
}

/** One connection that stays open, so that one worker has all its requests. */
export interface Caller {
	/** The process of its worker. */
	readonly pid: number;
	post(path: string, body: object, headers?: Headers): Promise<Heard>;
	get(path: string): Promise<Heard>;
	close(): void;
}

type Headers = Readonly<Record<string, string>>;

/** Opens a connection. `who` is a path whose answer names the process. */
export async function call(url: string, who = `/who?${CALL}`): Promise<Caller> {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const get = (path: string) => ask(`${url}${path}`, { agent });
	const { body } = await get(who);
	return {
		pid: pidOf(body),
		get,
		post: (path, payload, headers) =>
			ask(`${url}${path}`, {
				agent,
				method: "POST",
				headers: { "content-type": "application/json", ...headers },
				body: JSON.stringify(payload),
			}),
		close: () => agent.destroy(),
	};
}

/** Opens connections until each of the workers has one. */
export async function callEach(
	url: string,
	count = 2,
): Promise<readonly Caller[]> {
	const callers = new Map<number, Caller>();
	await until("a connection to each worker", async () => {
		const caller = await call(url);
		if (callers.has(caller.pid)) caller.close();
		else callers.set(caller.pid, caller);
		return callers.size === count;
	});
	return [...callers.values()];
}

/** The query of an answered call. */
export const CALL = new URLSearchParams({
	to: "447700900001",
	from: "447700900002",
	uuid: "63f61863-4a51-4f6b-86e1-46edebcf0001",
	conversation_uuid: "CON-f972836a-550f-45fa-956c-12a2ab5b0001",
}).toString();

export function sms(messageId: string, text: string): object {
	return {
		msisdn: "447700900001",
		to: "447700900002",
		messageId,
		text,
		type: "text",
		"message-timestamp": "2026-01-15 12:00:00",
	};
}

/** Signs a body for the route `signed`. */
export function sign(body: object): Headers {
	const timestamp = Math.floor(Date.now() / 1000);
	const text = `${timestamp}.${JSON.stringify(body)}`;
	const sum = createHmac("sha256", SECRET).update(text).digest("hex");
	return { "x-signature": `t=${timestamp},v1=${sum}` };
}

/** The process id that the plugin `who` answers. */
export function pidOf(body: string): number {
	return Number(/"text":"(\d+)"/.exec(body)?.[1]);
}

/** Returns true while a process is there and is not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
	try {
		const stat = await readFile(`/proc/${pid}/stat`, "latin1");
		return (
			stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z"
		);
	} catch {
		return false;
	}
}

// --- helpers ---

/** Returns the port and the token of the admin listener. */
async function accessOf(
	folder: string,
): Promise<{ readonly port: number; readonly token: string }> {
	const file = await readAdminFile(join(folder, "data/admin.json"));
	if (file === undefined) throw new Error("there is no admin listener");
	return { port: Number(new URL(file.url).port), token: file.token };
}

const PLUGINS: Readonly<Record<string, string>> = {
	who: `export default { on: { "voice.answer": async ({ payload }) => {
	if (payload.from === "447700900666") for (;;);
	if (payload.from === "447700900003") await new Promise((done) => setTimeout(done, 500));
	return [{ action: "talk", text: String(process.pid) }];
} } };
`,
	// The loader guards against calls that end the process. This one is beyond it, as a crash is.
	notes: `import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
export default {
	setup() {
		if (existsSync("crash")) spawnSync("kill", ["-9", String(process.pid)]);
		if (existsSync("only-one")) writeFileSync("only-one.lock", "", { flag: "wx" });
	},
	on: { "*": ({ payload }) => { appendFileSync("notes.txt", JSON.stringify([process.pid, payload.text]) + "\\n"); } },
};
`,
};

async function childrenOf(pid: number): Promise<readonly number[]> {
	const text = await readFile(`/proc/${pid}/task/${pid}/children`, "latin1");
	return text.split(" ").filter(Boolean).map(Number);
}

function linesOf(stdout: string): readonly Line[] {
	const complete = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
	return complete
		.split("\n")
		.filter(Boolean)
		.map((line) => JSON.parse(line) as Line);
}
