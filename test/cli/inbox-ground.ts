import { join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { createApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/server.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { createLog } from "../../src/observe/log.ts";
import { openInbox, type RunningInbox } from "../../src/runtime/inbox/life.ts";
import { load } from "../../src/runtime/load.ts";
import { createServices } from "../../src/runtime/services.ts";
import { type Ran, withFolder } from "./cli.ts";

/** A path behind a firewall that keeps whom it denies, one with a kind, and one with a schema. */
export const INBOX_FILES: Readonly<Record<string, string>> = {
	"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0", publicUrl: "https://hooks.example" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - name: sms
    path: /sms
    kind: sms.inbound
    level: account
    handler: { plugin: listener }
  - name: denied
    path: /denied
    kind: sms.inbound
    level: account
    firewall: [203.0.113.0/24]
    onDenied: quarantine
    handler: { plugin: listener }
  - name: paid
    path: /paid
    schema: paid.json
    handler: { plugin: listener }
`,
	"paid.json": `{ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } }, "webhook": { "dedupe": ["id"] } }\n`,
	"plugins/listener.mjs": `export default { name: "listener", on: { "*": (event) => { globalThis[Symbol.for("switchhook.test.listener")]?.(event); } } };\n`,
};

/** Room for all that a test puts. */
export const ROOM = { maxCount: 1000, maxBytes: 10_000_000 };

/** Makes a folder with a configuration, and an inbox filled by `fill`, whose router does not run. */
export function withStopped<T>(
	fill: (store: InboxStore) => Promise<unknown>,
	use: (folder: string) => Promise<T>,
): Promise<T> {
	return withFolder(INBOX_FILES, async (folder) => {
		await withStore(folder, fill);
		return use(folder);
	});
}

/** Opens the inbox of a folder, as a router that starts. */
export async function withStore<T>(
	folder: string,
	use: (store: InboxStore) => Promise<T>,
	file = "inbox.db",
): Promise<T> {
	const store = await openSqlite(join(folder, file), { quarantine: ROOM });
	try {
		return await use(store);
	} finally {
		await store.close();
	}
}

/** A router with its inbox and worker. */
export interface Router {
	readonly folder: string;
	readonly origin: string;
	/** Resolves with the next event that the plugin hears of. */
	heard(): Promise<{ readonly id: string; readonly route: string }>;
	/** The names of the routes that it knows to be paused. */
	paused(): readonly string[];
}

/** Runs the router of `INBOX_FILES` in this process. */
export function withRouter(use: (router: Router) => Promise<void>) {
	return withFolder(INBOX_FILES, async (folder) => {
		const log = createLog({ destination: { write: () => {} } });
		let running: RunningInbox | undefined;
		const { runtime, findings } = await load({
			configFile: join(folder, "routes.yaml"),
			env: {},
			setup: {
				log,
				async open({ inbox }) {
					running = await openInbox(inbox, log);
					return createServices(running?.inbox);
				},
			},
		});
		if (runtime === undefined) throw new Error(JSON.stringify(findings));
		const app = createApp({
			runtime: () => runtime,
			onVisit: () => {},
			onFault: (error) => {
				throw error;
			},
		});
		const listening = await listen(app, [
			{ kind: "tcp", host: "127.0.0.1", port: 0 },
		]);
		try {
			running?.start(() => runtime.work);
			const [origin = ""] = listening.addresses;
			const paused = () =>
				running?.inbox.pauses.list().map(({ route }) => route) ?? [];
			await use({ folder, origin, heard, paused });
		} finally {
			Reflect.deleteProperty(globalThis, LISTENER);
			await listening.close();
			await running?.drain(0);
			await runtime.close();
			await running?.close();
		}
	});
}

/** Runs `switchhook inbox …` in this process, with a person or without one. */
export async function runInbox(
	folder: string,
	args: readonly string[],
	person: Partial<Omit<Io, "exit" | "stderr">> = {},
): Promise<Ran> {
	let out = "";
	let err = "";
	const code = await run(["inbox", ...args], {
		stdout: { write: (text: string) => (out += text) },
		stderr: { write: (text: string) => (err += text) },
		env: {},
		cwd: folder,
		isTTY: false,
		...person,
	});
	return { code, out, err };
}

/** Posts JSON to a router; the status of its answer. */
export async function post(
	{ origin }: Router,
	path: string,
	payload: unknown,
): Promise<number> {
	const { status } = await fetch(`${origin}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(payload),
	});
	return status;
}

// --- helpers ---

const LISTENER = Symbol.for("switchhook.test.listener");

function heard(): Promise<{ readonly id: string; readonly route: string }> {
	return new Promise((resolve) => {
		Object.assign(globalThis, { [LISTENER]: resolve });
	});
}
