import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AtTerminal, startAtTerminal } from "../../test/terminal.ts";

/** How a scene is played. */
export interface SceneOptions {
	readonly columns?: number;
	/** Variables for the router, beside those of this process. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** The program and its arguments, up to `serve`. */
	readonly program: readonly string[];
	/** The first delay of the route whose service is down, default `4s`. */
	readonly retry?: string;
}

/**
 * Plays `serve` at a pseudo-terminal: a start, a webhook whose plugin logs fields of every name, a delivery that waits, a path that
 * no route has, a wrong method, a payload in quarantine, a plugin that throws behind the 200 and one that throws within a call, a
 * reload that fails and one that does not, and the end. Resolves with all that the terminal was sent.
 */
export async function playScene({
	columns,
	env,
	program,
	retry = "4s",
}: SceneOptions): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-terminal-"));
	try {
		await writeScene(folder, retry);
		const router = startAtTerminal([...program, "serve"], folder, {
			columns,
			env,
		});
		try {
			await play(router, folder);
		} finally {
			if (router.child.exitCode === null) router.child.kill("SIGKILL");
			await router.ended;
		}
		return router.stdout().replace(/^pid \d+;\r?\n/, "");
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** The moments that the next step waits for. */
export type Moment =
	| "delivered"
	| "waiting"
	| "dead"
	| "fallback"
	| "kept"
	| "reloaded";

/** A router that serves the files of the scene. */
export interface Stage {
	readonly url: string;
	/** The process to send SIGHUP to; undefined where it watches its files. */
	readonly pid: number | undefined;
	readonly folder: string;
	/** Resolves when the log tells of it. */
	until(moment: Moment): Promise<unknown>;
}

/** Plays the requests and the reloads of the scene to a router. */
export async function playTraffic({
	url,
	pid,
	folder,
	until,
}: Stage): Promise<void> {
	await ask(`${url}/webhooks/inbound-sms?${SMS}&type=text&text=Hello`);
	await until("delivered");
	await ask(`${url}/webhooks/receipts?${SMS}&${RECEIPT}`);
	await until("waiting");
	await ask(`${url}/webhooks/inbuond-sms?${SMS}`);
	await ask(`${url}/webhooks/inbound-sms`, { method: "PUT" });
	await ask(`${url}/webhooks/inbound-sms`, { method: "POST", ...json([1]) });
	await ask(`${url}/webhooks/events`, { method: "POST", ...json(CALL) });
	await until("dead");
	await ask(`${url}/webhooks/answer?${new URLSearchParams(CALL)}`);
	await until("fallback");
	const file = join(folder, "routes.yaml");
	const text = await readFile(file, "utf8");
	await writeFile(file, text.replace("sms.inbound", "sms.inbuond"));
	if (pid !== undefined) process.kill(pid, "SIGHUP");
	await until("kept");
	await writeFile(file, text);
	if (pid !== undefined) process.kill(pid, "SIGHUP");
	await until("reloaded");
}

/** Writes the configuration and the plugins of the scene. */
export async function writeScene(folder: string, retry: string): Promise<void> {
	const files = {
		"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - name: inbound-sms
    path: /webhooks/inbound-sms
    kind: sms.inbound
    handler: { plugin: orders }
  - name: receipts
    path: /webhooks/receipts
    kind: sms.dlr
    retry: [${retry}, 1h]
    handler: { forward: { url: "http://127.0.0.1:9/receipts" } }
  - name: call-events
    path: /webhooks/events
    kind: voice.event
    retry: none
    handler: { plugin: calls }
  - name: answer
    path: /webhooks/answer
    kind: voice.answer
    handler: { plugin: calls }
    fallback: { ncco: [{ action: talk, text: "Please call again." }] }
`,
		"plugins/orders.ts": `import { definePlugin } from "switchhook";

export default definePlugin({
	name: "orders",
	on: {
		"sms.inbound": (event, { log }) => {
			log.info("order stored", {
				order: 17,
				outcome: "ok",
				severity: "fatal",
				line: "webhook",
				note: "two\\nlines, \\u001b[31mred",
			});
		},
	},
});
`,
		"plugins/calls.ts": `import { definePlugin } from "switchhook";

export default definePlugin({
	name: "calls",
	on: {
		"voice.event": async () => {
			JSON.parse("{bad");
		},
		"voice.answer": (event) => {
			const menus: Record<string, { options: string[] }> = {};
			return menus[String(event.payload.to)]!.options as never;
		},
	},
});
`,
	};
	for (const [name, text] of Object.entries(files)) {
		await mkdir(dirname(join(folder, name)), { recursive: true });
		await writeFile(join(folder, name), text);
	}
}

// --- helpers ---

/** Text that may have colours between its words. */
function spaced(text: string): RegExp {
	const gap = "(?:\u001b\\[\\d+m|\\s)+";
	return new RegExp(text.split(" ").join(gap));
}

/** The output that each moment of the traffic waits for. */
const MOMENTS: Readonly<Record<Moment, RegExp>> = {
	delivered: spaced("delivered inbound-sms"),
	waiting: spaced("waiting receipts"),
	dead: spaced("dead call-events"),
	fallback: spaced("200 fallback"),
	kept: /previous configuration keeps serving/,
	reloaded: spaced("reloaded in"),
};

async function play(router: AtTerminal, folder: string): Promise<void> {
	const [, url = ""] = await router.says(/(http:\/\/127\.0\.0\.1:[1-9]\d*)/);
	const pid = await router.pid();
	await router.says(/--log-payloads/);
	await playTraffic({
		url,
		pid: undefined,
		folder,
		until: (moment) => router.says(MOMENTS[moment]),
	});
	process.kill(pid, "SIGTERM");
	await router.says(/stopped/);
	await router.ended;
}

async function ask(url: string, init: RequestInit = {}): Promise<void> {
	const answer = await fetch(url, init);
	await answer.arrayBuffer();
}

function json(value: unknown): RequestInit {
	return {
		headers: { "content-type": "application/json" },
		body: JSON.stringify(value),
	};
}

const SMS =
	"msisdn=447700900001&to=447700900000&messageId=0A0000000123ABCD1&message-timestamp=2026-01-01+12%3A00%3A00";
const RECEIPT =
	"status=delivered&err-code=0&scts=2601011200&price=0.03&network-code=23410";
const CALL = {
	uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
	conversation_uuid: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
	status: "started",
	direction: "inbound",
	timestamp: "2026-01-01T12:00:00.000Z",
	from: "447700900001",
	to: "447700900000",
};
