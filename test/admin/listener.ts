import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashToken } from "../../src/admin/access/tokens.ts";
import { OPERATIONS } from "../../src/admin/api/index.ts";
import { createAdminApp } from "../../src/admin/app.ts";
import { createCopyFeed } from "../../src/admin/copies/feed.ts";
import { createCopyStream } from "../../src/admin/copies/stream.ts";
import { createEventStream } from "../../src/admin/event-stream.ts";
import { listenForAdmin } from "../../src/admin/listen.ts";
import type { AdminOperation } from "../../src/admin/operation.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import { createMemoryHistory } from "../../src/inbox/memory-history.ts";
import { SYSTEM_TIMING } from "../../src/inbox/worker/timing.ts";
import { once } from "../../src/memo.ts";
import { createFeed, type Feed } from "../../src/observe/feed.ts";
import { createLog } from "../../src/observe/log.ts";
import { createPhone } from "../../src/phone/phone.ts";
import { createSwitchboard } from "../../src/phone/switchboard.ts";
import { load } from "../../src/runtime/load.ts";

/** A running admin listener over a router that only has a configuration. */
export interface Listener {
	readonly port: number;
	/** The token that the router made. */
	readonly token: string;
	readonly feed: Feed;
	readonly log: readonly Record<string, unknown>[];
	/** Calls a path with the token, unless the headers have an Authorization. */
	call(path: string, options?: CallOptions): Promise<Called>;
}

export interface CallOptions {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
	/** The token. Null for none. Default: the one that the router made. */
	readonly token?: string | null;
}

export interface Called {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly text: string;
	/** The body as JSON. Throws if it is none. */
	json(): Record<string, unknown>;
}

export interface ListenerOptions {
	/** routes.yaml. Default: one route. */
	readonly config?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Replaces members of the router. */
	readonly router?: Partial<AdminRouter>;
	readonly operations?: readonly AdminOperation[];
	readonly now?: () => number;
	/** The address that the listener claims to be bound to. Default: the real one. */
	readonly address?: string;
}

/** Where the page is built. */
const PAGE = fileURLToPath(new URL("../../page/dist", import.meta.url));

export const CONFIG = `version: 1
inbox: { store: none }
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: a, path: /a, kind: sms.inbound, handler: { plugin: log } }
`;

/** The default configuration, loaded once for all listeners. */
const loadDefault = once(() => loadText(CONFIG, {}));

async function loadText(text: string, env: Readonly<Record<string, string>>) {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-admin-"));
	try {
		const configFile = join(folder, "routes.yaml");
		await writeFile(configFile, text);
		const log = createLog({ destination: { write: () => {} } });
		const { runtime, settings, findings } = await load({
			configFile,
			env,
			setup: { log },
		});
		if (runtime === undefined || settings === undefined)
			throw new Error(JSON.stringify(findings));
		return { runtime, settings, findings };
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Opens an admin listener on a free port of loopback, for as long as `use` runs. */
export async function withListener(
	use: (listener: Listener) => Promise<void>,
	options: ListenerOptions = {},
): Promise<void> {
	const stop = new AbortController();
	const lines: Record<string, unknown>[] = [];
	const log = createLog({
		destination: { write: (line) => lines.push(JSON.parse(line)) },
	});
	const { runtime, settings, findings } =
		options.config === undefined
			? await loadDefault()
			: await loadText(options.config, options.env ?? {});
	const feed = createFeed();
	const copies = createCopyFeed();
	const router: AdminRouter = {
		settings: () => settings,
		runtime: () => runtime,
		store: undefined,
		history: createMemoryHistory(),
		pulls: undefined,
		log: log.of("admin"),
		about: () => ({
			mode: "router",
			version: "0.0.0",
			startedAt: Date.now(),
			pid: process.pid,
			addresses: ["http://127.0.0.1:8080"],
			inbox: "none",
			workers: 1,
		}),
		findings: () => findings,
		check: async () => findings,
		reload: async () => RELOADED,
		lastReload: () => undefined,
		files: async () => ({
			readAt: Date.now(),
			texts: new Map(),
			changes: [],
			restart: [],
		}),
		drift: () => ({ state: "off" }),
		tallies: async () => new Map(),
		stream: createEventStream(feed).stream,
		copies: createCopyStream({
			choose: copies.choose,
			watch: copies.watch,
			store: undefined,
			routes: () => runtime.routes,
		}).stream,
		tell: feed.publish,
		kinds: async () => new Map(),
		samplesOf: () => [],
		send: async () => {
			throw new Error("not in this test");
		},
		explain: async () => {
			throw new Error("not in this test");
		},
		phone: createPhone({
			line: {
				send: async () => {
					throw new Error("not in this test");
				},
			},
			board: createSwitchboard({ runtime: () => runtime, addresses: () => [] }),
			clock: SYSTEM_TIMING,
		}),
		metrics: async () => ({ type: "text/plain", text: "up 1\n" }),
		counts: async () => undefined,
		readiness: async () => [{ name: "serving", isOk: true }],
		...options.router,
	};
	const token = "test-token-0123456789abcdef";
	const app = createAdminApp({
		router,
		operations: options.operations ?? OPERATIONS,
		page: PAGE,
		madeToken: hashToken(token),
		address: () => options.address ?? "127.0.0.1",
		stop: stop.signal,
		now: options.now,
	});
	const listening = await listenForAdmin(app.callback(), {
		host: "127.0.0.1",
		port: 0,
	});
	const { port } = listening;
	try {
		await use({
			port,
			token,
			feed,
			log: lines,
			call: (path, call = {}) => callAdmin(port, path, { token, ...call }),
		});
	} finally {
		stop.abort();
		await listening.close();
	}
}

/** Calls an admin listener on loopback. */
export function callAdmin(
	port: number,
	path: string,
	{ method = "GET", headers = {}, body, token }: CallOptions,
): Promise<Called> {
	return new Promise((resolve, reject) => {
		const outgoing = requestHttp(
			{
				host: "127.0.0.1",
				port,
				path,
				method,
				agent: false,
				headers: {
					...(token != null && { authorization: `Bearer ${token}` }),
					...(body !== undefined && {
						"content-type": "application/json",
						"content-length": String(Buffer.byteLength(body)),
					}),
					...headers,
				},
			},
			(incoming) => {
				const chunks: Buffer[] = [];
				incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
				incoming.on("error", reject);
				incoming.on("end", () => {
					const text = Buffer.concat(chunks).toString();
					resolve({
						status: incoming.statusCode ?? 0,
						headers: incoming.headers,
						text,
						json: () => JSON.parse(text),
					});
				});
			},
		);
		outgoing.on("error", reject);
		outgoing.end(body);
	});
}

/** Sends bytes as they are, and returns everything that comes back until the connection closes. */
export function sendBytes(port: number, bytes: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk;
		});
		socket.on("error", reject);
		socket.on("close", () => resolve(text));
	});
}

const RELOADED = {
	outcome: "reloaded",
	at: 0,
	ms: 1,
	routes: 1,
	added: [],
	changed: [],
	removed: [],
	restart: [],
	findings: [],
} as const;
