import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { largeReceipt, refill, writeInboxConfig } from "../inbox-config.ts";
import { COUNTED, ENOUGH, rateOf, WARM_UP } from "../progress.ts";
import type { Scenario } from "../scenario.ts";
import { type Server, startServer } from "../server.ts";
import { atLeast, formatSpread, type Spread, spreadOf } from "../table.ts";
import { fill } from "./worker.ts";

/** How fast what waits is sent on, beside a client that does nothing else. */
export const FORWARD: Scenario = {
	title: "What waits in the inbox is forwarded to a service that does nothing",
	async run(bench) {
		const { router, folder, scope } = bench;
		if (router === undefined) return [];
		const rounds = Math.min(bench.rounds, ROUNDS_MAX);
		const filled = await fill(router, join(folder, "filled.db"), ENOUGH);
		const sink = await startServer(
			{ name: "sink", command: [scriptOf("sink")], folder },
			scope,
		);
		const config = writeInboxConfig(
			join(folder, "config"),
			`concurrency: ${AT_ONCE}, handler: { forward: { url: "${sink.origin}/in", connections: ${AT_ONCE} } }`,
		);
		const body = largeReceipt("MESSAGE_ID");
		const poster = [scriptOf("poster"), sink.origin, `${AT_ONCE}`, body];
		const dist = fileURLToPath(new URL("..", pathToFileURL(router)));
		const senders: Readonly<Record<string, readonly string[]>> = {
			[BARE]: [...poster, JSON.stringify({ ...CONTENT, ...OWN })],
			[PLAIN]: [...poster, JSON.stringify(CONTENT)],
			// What the route itself does, without leases and outcomes on disk.
			[ROUTE]: [scriptOf("deliverer"), dist, config.file, `${AT_ONCE}`, body],
			[ROUTER]: [router, "serve", "-c", config.file, "--listen", "127.0.0.1:0"],
		};
		const rates = new Map<string, number[]>();
		for (let round = 0; round <= rounds; round++) {
			refill(config, filled);
			for (const [name, command] of Object.entries(senders)) {
				const rate = await measure(sink, () =>
					startServer({ name: `${name}-${round}`, command, folder }, scope),
				);
				// The first round warms the service up.
				if (round > 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
			}
		}
		const bare = rates.get(BARE) ?? [];
		const over = (name: string): Spread =>
			spreadOf(
				(rates.get(name) ?? []).map((rate, at) => rate / (bare[at] ?? NaN)),
			);
		console.log(
			"  rate over a bare undici client's that sends the same headers, median (min-max)",
		);
		for (const name of [PLAIN, ROUTE, ROUTER])
			console.log(`  ${name.padEnd(30)}${formatSpread(over(name))}`);
		console.log(
			`  (1.00 was ${spreadOf(bare).median.toFixed(0)} requests a second, here and now)`,
		);
		return [
			atLeast("forward: route's rate over a bare client's", over(ROUTE), 0.6),
			atLeast(
				"forward: rate from the inbox over a bare client's",
				over(ROUTER),
				0.6,
			),
		];
	},
};

// --- helpers ---

const BARE = "bare undici";
/** What the router's headers cost, for the service behind as well. */
const PLAIN = "bare undici, one header";
const ROUTE = "route without an inbox";
const ROUTER = "router from its inbox";
/** Each starts four processes. */
const ROUNDS_MAX = 5;
const AT_ONCE = 32;

const CONTENT = { "content-type": "application/json" };
/** As the router adds them to the same post (docs/forward.md). */
const OWN = {
	forwarded: 'host="127.0.0.1:8080";proto=http',
	"x-forwarded-host": "127.0.0.1:8080",
	"x-forwarded-proto": "http",
	"switchhook-event-id": "2f6c7f8e-9f4b-4c39-a4c6-9c1a66c2a3d1",
	"switchhook-kind": "sms.dlr",
	"switchhook-level": "account",
	"switchhook-route": "receipts",
	"switchhook-attempt": "1",
	"switchhook-received-at": "2026-01-02T03:04:05.000Z",
};

function scriptOf(name: string): string {
	return fileURLToPath(new URL(`../rivals/${name}.mjs`, import.meta.url));
}

async function measure(
	sink: Server,
	start: () => Promise<Server>,
): Promise<number> {
	const before = await sink.usage();
	const sender = await start();
	await rateOf(sink, WARM_UP, before);
	const rate = await rateOf(sink, COUNTED);
	await sender.stop();
	return rate;
}
