import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRejectionCount } from "../../src/http/count-visit.ts";
import { createMetricsReport } from "../../src/observe/metrics/report.ts";
import { type Start, withInboxFiles } from "../end-to-end/inbox-files.ts";
import { type InboxRouter, tell } from "../end-to-end/inbox-router.ts";
import { ask } from "../http/router.ts";
import { parseScrape, type Scrape } from "../observe/metrics/scrape.ts";

/** A router that had all sorts of traffic, and a server for its metrics. */
export interface Monitored {
	readonly router: InboxRouter;
	/** The URL of the metrics, without a path. */
	readonly url: string;
	/** Sends the traffic once more. */
	play(): Promise<void>;
	scrape(): Promise<Scrape>;
}

/** Starts a router with routes of both modes, one of them with a service that is down, and plays its traffic once. */
export function withMonitored(
	use: (monitored: Monitored) => Promise<void>,
	env: Readonly<Record<string, string>> = {},
): Promise<void> {
	return withInboxFiles(ROUTES, env, async (start) => {
		const { server, url } = await serve(start);
		try {
			await use({ ...server, url });
		} finally {
			await new Promise((done) => server.http.close(done));
		}
	});
}

// --- helpers ---

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}", maxSize: 1GB }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, retry: none, handler: { plugin: told } }
  - { name: down, path: /down, kind: sms.inbound, level: account, concurrency: 8, handler: { forward: "http://127.0.0.1:9/" } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { plugin: told }, fallback: { ncco: [{ action: talk, text: sorry }] } }
  - { name: signed, path: /signed, kind: sms.inbound, level: account, signature: { scheme: vonage-sig, method: sha256, secret: "0123456789abcdef" }, handler: { plugin: told } }
  - { name: closed, path: /closed, kind: sms.inbound, level: account, firewall: [nexmo, vonage], handler: { plugin: told } }
`;

async function serve(start: Start) {
	const router = await start();
	const { metrics, url } = router;
	// What other parts of the router connect and count.
	metrics.connect({
		pausedRoutes: () => ["sms"],
		spool: () => ({
			...{ depth: 3, oldestAt: Date.now() - 5000, usedBytes: 4096 },
			...{ maxBytes: 8192, shipped: 2, duplicates: 1, refused: 0 },
		}),
	});
	metrics.ownEvent("router.dead");
	createRejectionCount(metrics)({
		peer: undefined,
		status: undefined,
		reason: "too many",
		severity: "warn",
	});
	const report = createMetricsReport(metrics);
	const http: Server = createServer(async (_request, response) => {
		const { type, text } = await report.render();
		response.setHeader("content-type", type);
		response.end(text);
	});
	await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
	let round = 0;
	const play = async (): Promise<void> => {
		round++;
		tell(({ kind, payload }) => {
			if (kind === "voice.answer") {
				if (payload.to === "2") throw new Error("no answer");
				return [{ action: "talk", text: "hi" }];
			}
			if (payload.text === "die") throw new Error("dies");
			return undefined;
		});
		const call = (to: number) =>
			ask(`${url}/answer?to=${to}&from=3&uuid=${round}&conversation_uuid=b`);
		await call(1);
		await call(2);
		await router.sms("/sms", { messageId: `${round} a` });
		await router.sms("/sms", { messageId: `${round} a` });
		await router.sms("/sms", { messageId: `${round} b`, text: "die" });
		await router.sms("/sms", { messageId: `${round} c`, to: undefined });
		for (let at = 0; at < 6; at++)
			await router.sms("/down", { messageId: `${round} ${at}` });
		await router.sms("/signed");
		await router.sms("/closed");
		await ask(`${url}/nowhere`);
		await ask(`${url}/sms`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: "{",
		});
		await router.logs({ line: "delivery", outcome: "delivered" }, round);
		await router.logs({ line: "delivery", outcome: "dead" }, round);
		await router.logs({ line: "delivery", outcome: "waiting" }, 5);
		await router.running.inbox.settled();
	};
	await play();
	const { port } = http.address() as AddressInfo;
	const own = `http://127.0.0.1:${port}`;
	const scrape = async () => parseScrape((await report.render()).text);
	return { server: { http, router, play, scrape }, url: own };
}
