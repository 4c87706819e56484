import { hashToken } from "../../../src/admin/access/tokens.ts";
import { OPERATIONS } from "../../../src/admin/api/index.ts";
import { createAdminApp } from "../../../src/admin/app.ts";
import { createCopyStream } from "../../../src/admin/copies/stream.ts";
import { listenForAdmin } from "../../../src/admin/listen.ts";
import type { AdminOperation } from "../../../src/admin/operation.ts";
import type { AdminRouter, RouterFacts } from "../../../src/admin/router.ts";
import type { FanOutOptions } from "../../../src/admin/stream/fan-out.ts";
import {
	createObserver,
	type Observer,
} from "../../../src/cli/admin/observer.ts";
import { HANDLER_TYPES } from "../../../src/handler/types.ts";
import { createApp } from "../../../src/http/app.ts";
import { listen } from "../../../src/http/server.ts";
import type { InboxStore } from "../../../src/inbox/port/store.ts";
import { createLog } from "../../../src/observe/log.ts";
import { Metrics } from "../../../src/observe/metrics/metrics.ts";
import {
	openInbox,
	type RunningInbox,
} from "../../../src/runtime/inbox/life.ts";
import { load } from "../../../src/runtime/load.ts";
import { createServices } from "../../../src/runtime/services.ts";
import { ask, type Heard } from "../../http/router.ts";

/** Two routes that keep their events, one that answers, one that stores nothing, and one that hands events on. */
export const LISTEN_FILES = {
	"routes.yaml": `version: 1
server: { publicUrl: "https://hooks.example" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, onInvalid: quarantine, handler: { plugin: log } }
  - { name: vip, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900009" }, handler: { plugin: log } }
  - { name: menu, path: /menu, kind: voice.answer, handler: { ncco: [{ action: talk, text: hello }] } }
  - { name: seen, path: /seen, schema: any.json, handler: none }
  - { name: relay, path: /relay, schema: any.json, handler: { plugin: relay } }
  - { name: inner, schema: any.json, handler: { plugin: log } }
`,
	"any.json": '{ "type": "object" }',
	"plugins/relay.ts": `export default { name: "relay", on: { "*": (event, { handOn }) => handOn("inner", event.payload) } };\n`,
};

export const TOKEN = "listen-token-0123456789abcdef";
/** A token with the scope \`operate\`. */
export const WEAK_TOKEN = "weak-token-0123456789abcdef";

/** A router with an inbox and an admin listener, in this process. */
export interface CopiedRouter {
	/** The origin of webhooks. */
	readonly url: string;
	/** The origin of the admin listener. */
	readonly admin: string;
	readonly adminPort: number;
	readonly observer: Observer;
	readonly store: InboxStore;
	readonly log: readonly Readonly<Record<string, unknown>>[];
	sms(over?: Readonly<Record<string, unknown>>): Promise<Heard>;
	/** Stops as SIGTERM does. */
	stop(): Promise<void>;
}

export interface CopiedOptions {
	/** Default a free one. */
	readonly adminPort?: number;
	readonly operations?: readonly AdminOperation[];
	readonly bounds?: FanOutOptions;
}

/** Starts the configuration of a folder. */
export async function startCopied(
	folder: string,
	{ adminPort = 0, operations = OPERATIONS, bounds = {} }: CopiedOptions = {},
): Promise<CopiedRouter> {
	const lines: Record<string, unknown>[] = [];
	const log = createLog({
		destination: { write: (line) => void lines.push(JSON.parse(line)) },
	});
	const metrics = new Metrics();
	const observer = createObserver(metrics);
	let running: RunningInbox | undefined;
	const { runtime, settings, findings } = await load({
		configFile: `${folder}/routes.yaml`,
		env: {},
		setup: {
			log,
			async open({ inbox }) {
				running = await openInbox(inbox, log, {
					metrics,
					onSettled: observer.settled,
				});
				return createServices(running?.inbox, HANDLER_TYPES, { metrics });
			},
		},
	});
	if (!runtime || !settings || !running)
		throw new Error(JSON.stringify(findings));
	const life = running;
	const { store } = life.inbox;
	metrics.serve(runtime.routes);
	const app = createApp({
		runtime: () => runtime,
		onVisit: observer.visited,
		onFault(error) {
			throw error;
		},
	});
	const listening = await listen(app, [
		{ kind: "tcp", host: "127.0.0.1", port: 0 },
	]);
	life.start(() => runtime.work);
	const stop = new AbortController();
	const weak = {
		name: "weak",
		sha256: hashToken(WEAK_TOKEN).toString("hex"),
		scopes: ["operate"],
	} as const;
	const router: Partial<AdminRouter> = {
		settings: () => ({
			...settings,
			admin: { ...settings.admin, tokens: [weak] } as never,
		}),
		runtime: () => runtime,
		store,
		log: log.of("admin"),
		about: () => ({ mode: "router" }) as RouterFacts,
		copies: createCopyStream(
			{
				choose: observer.copies.choose,
				watch: observer.copies.watch,
				store,
				routes: () => runtime.routes,
			},
			bounds,
		).stream,
	};
	const admin = createAdminApp({
		router: router as AdminRouter,
		operations,
		madeToken: hashToken(TOKEN),
		address: () => "127.0.0.1",
		stop: stop.signal,
		page: folder,
	});
	const { port, close } = await listenForAdmin(admin.callback(), {
		host: "127.0.0.1",
		port: adminPort,
	});
	const url = listening.addresses[0] as string;
	return {
		url,
		admin: `http://127.0.0.1:${port}`,
		adminPort: port,
		observer,
		store,
		log: lines,
		sms: (over = {}) => ask(`${url}/sms`, smsOf(over)),
		async stop() {
			stop.abort();
			await close();
			listening.closeNow();
			await listening.close();
			await life.drain(1000);
			await runtime.close();
			await life.close();
		},
	};
}

/** Asks until it is true. */
export async function until(
	isSo: () => boolean | Promise<boolean>,
	what: string,
): Promise<void> {
	const end = performance.now() + 20_000;
	while (!(await isSo())) {
		if (performance.now() > end) throw new Error(`never: ${what}`);
		await new Promise((done) => setTimeout(done, 5));
	}
}

// --- helpers ---

let count = 0;

function smsOf(over: Readonly<Record<string, unknown>>) {
	count += 1;
	return {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({
			msisdn: "447700900001",
			to: "447700900000",
			messageId: `0A${String(count).padStart(4, "0")}`,
			text: "hi",
			type: "text",
			"message-timestamp": "2020-01-01 12:00:00",
			...over,
		}),
	};
}
