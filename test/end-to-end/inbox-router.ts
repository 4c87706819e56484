import type { HookEvent } from "../../src/event/webhook.ts";
import { formatFinding, hasErrors } from "../../src/finding/finding.ts";
import type { Schemes } from "../../src/gate/schemes/table.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import { createApp } from "../../src/http/app.ts";
import { createVisitCount } from "../../src/http/count-visit.ts";
import { createVisitLog } from "../../src/http/log-visit.ts";
import { listen } from "../../src/http/server.ts";
import type { DeliveryDetail } from "../../src/inbox/port/delivery.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { createLog } from "../../src/observe/log.ts";
import { Metrics } from "../../src/observe/metrics/metrics.ts";
import type { Tracing } from "../../src/observe/tracing/tracing.ts";
import { openInbox, type RunningInbox } from "../../src/runtime/inbox/life.ts";
import { load } from "../../src/runtime/load.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { createServices } from "../../src/runtime/services.ts";
import { ask, type Heard } from "../http/router.ts";

/** A line of the log, parsed. */
export type Line = Readonly<Record<string, unknown>>;

/** A router with a real inbox, in this process. */
export interface InboxRouter {
	readonly url: string;
	readonly store: InboxStore;
	readonly running: RunningInbox;
	readonly runtime: Runtime;
	readonly metrics: Metrics;
	readonly lines: readonly Line[];
	/** Lets the worker begin, where it was held back. */
	work(): void;
	/** Resolves with the lines that fit, as soon as there are `count`. */
	logs(fits: Partial<Record<string, unknown>>, count?: number): Promise<Line[]>;
	/** Posts an SMS. */
	sms(path: string, over?: Readonly<Record<string, unknown>>): Promise<Heard>;
	/** All that is kept, oldest first, whole. */
	kept(): Promise<DeliveryDetail[]>;
	/** Stops as SIGTERM does. */
	stop(drainMs?: number): Promise<void>;
}

export interface InboxRouterOptions {
	/** False to keep all that comes until `work` is called; default true. */
	readonly isWorking?: boolean;
	readonly env?: Readonly<Record<string, string>>;
	/** Whether the log may show payloads, default true. */
	readonly payloads?: boolean;
	/** Default the built-in signature schemes. */
	readonly schemes?: Schemes;
	/** Default no spans. */
	readonly tracing?: Tracing | undefined;
}

/** What the plugin `told` of these tests does with an event. */
export type Told = (event: HookEvent, context: never) => unknown;

/** Has the routes of `told` do this. */
export function tell(told: Told): void {
	(globalThis as { told?: Told }).told = told;
}

/** A plugin whose work a test says, and that calls it for every kind. */
export const TOLD = `export default { name: "told", on: { "*": (event, context) => globalThis.told(event, context) } };\n`;

/** Starts the configuration of a folder with the inbox that it names. */
export async function startInboxRouter(
	folder: string,
	{
		isWorking = true,
		env = {},
		payloads = true,
		schemes,
		tracing,
	}: InboxRouterOptions = {},
): Promise<InboxRouter> {
	const lines: Line[] = [];
	const waiting = new Set<() => void>();
	const log = createLog({
		payloads,
		level: "debug",
		destination: {
			write(line) {
				lines.push(JSON.parse(line) as Line);
				for (const look of waiting) look();
			},
		},
	});
	const metrics = new Metrics();
	let running: RunningInbox | undefined;
	const { runtime, findings } = await load({
		configFile: `${folder}/routes.yaml`,
		env,
		schemes,
		setup: {
			log,
			async open({ inbox }) {
				running = await openInbox(inbox, log, { metrics });
				const observers = { metrics, tracing };
				return createServices(running?.inbox, HANDLER_TYPES, observers);
			},
		},
	});
	if (runtime === undefined || running === undefined || hasErrors(findings)) {
		await running?.close();
		throw new Error(findings.map(formatFinding).join("\n") || "no inbox");
	}
	const { inbox } = running;
	const { store } = inbox;
	const life = running;
	metrics.serve(runtime.routes);
	const count = createVisitCount(metrics);
	const note = createVisitLog(log);
	const app = createApp({
		runtime: () => runtime,
		onVisit(visit) {
			count(visit);
			note(visit);
		},
		onFault: (error) => log.error({ err: error }, "fault"),
	});
	const listening = await listen(app, [
		{ kind: "tcp", host: "127.0.0.1", port: 0 },
	]);
	const url = listening.addresses[0] as string;
	let isStarted = false;
	const work = (): void => {
		isStarted = true;
		life.start(() => runtime.work);
	};
	if (isWorking) work();
	return {
		url,
		store,
		running: life,
		runtime,
		metrics,
		lines,
		work,
		logs: (fits, count = 1) =>
			new Promise((resolve) => {
				const look = (): void => {
					const found = lines.filter((line) =>
						Object.entries(fits).every(([key, value]) => line[key] === value),
					);
					if (found.length < count) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				look();
			}),
		sms: (path, over = {}) => ask(`${url}${path}`, smsRequest(over)),
		async kept() {
			const { rows } = await store.list({}, { max: 1000 });
			const all = await Promise.all(rows.map(({ id }) => store.get(id)));
			return all.filter((detail) => detail !== undefined).reverse();
		},
		async stop(drainMs = 1000) {
			const drained = isStarted ? life.drain(drainMs) : undefined;
			listening.closeNow();
			await listening.close();
			await drained;
			await runtime.close();
			await life.close();
		},
	};
}

/** The request of an SMS. */
export function smsRequest(over: Readonly<Record<string, unknown>> = {}) {
	return {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ ...SMS, ...over }),
	};
}

// --- helpers ---

const SMS = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A01",
	text: "hi",
	type: "text",
	"message-timestamp": "2020-01-01 12:00:00",
};
