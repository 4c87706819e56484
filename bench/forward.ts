import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { largeReceipt, refill, writeInboxConfig } from "./inbox-config.ts";
import { COUNTED, ENOUGH, rateOf, WARM_UP } from "./progress.ts";
import type { Scenario } from "./scenario.ts";
import { type Server, startServer } from "./server.ts";
import { atLeast, formatSpread, type Spread, spreadOf } from "./table.ts";
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
		const dist = fileURLToPath(new URL("..", pathToFileURL(router)));
		const senders: Readonly<Record<string, readonly string[]>> = {
			[BARE]: [scriptOf("poster"), sink.origin, `${AT_ONCE}`, body],
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
		console.log("  rate over a bare undici client's, median (min-max)");
		for (const name of [ROUTE, ROUTER])
			console.log(`  ${name.padEnd(26)}${formatSpread(over(name))}`);
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
const ROUTE = "route without an inbox";
const ROUTER = "router from its inbox";
/** Each starts three processes. */
const ROUNDS_MAX = 5;
const AT_ONCE = 32;

function scriptOf(name: string): string {
	return fileURLToPath(new URL(`rivals/${name}.mjs`, import.meta.url));
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
