import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Request } from "autocannon";
import {
	configFile,
	type Generated,
	manyNumbers,
	manyRoutes,
	SENDERS,
} from "./configs.ts";
import { FORWARD } from "./forward.ts";
import { INBOX } from "./inbox.ts";
import { KINDS } from "./kinds.ts";
import { LOAD } from "./load.ts";
import { type Contender, race } from "./race.ts";
import { answers, RECEIPT_PATH, receipts } from "./requests.ts";
import { raceRows } from "./rows.ts";
import { type Bench, type Scenario, startRouter } from "./scenario.ts";
import { type Server, startServer } from "./server.ts";
import { SIGNATURES } from "./signatures.ts";
import { atMost, cpuRatio, formatSpread, printRace } from "./table.ts";
import { WORKER } from "./worker.ts";

/** Every scenario by the name that `--only` takes. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
	receipt: {
		title: "A delivery receipt comes in (POST, JSON)",
		async run(bench) {
			const requests = receipts([RECEIPT_PATH], SENDERS);
			const contenders: Contender[] = [];
			if (bench.router !== undefined) {
				contenders.push({
					name: "router",
					server: await startRouter(bench, "router", configFile("routes.yaml")),
					requests,
				});
			}
			for (const [name, script] of Object.entries(RIVALS)) {
				contenders.push({
					name,
					server: await startRival(bench, script),
					requests,
				});
			}
			const results = await race(contenders, bench);
			printRace(results, HAND_WRITTEN);
			if (bench.router === undefined) return [];
			return [
				atMost(
					`receipt: router's CPU over ${HAND_WRITTEN}'s`,
					cpuRatio(results, "router", HAND_WRITTEN),
					0.75,
				),
			];
		},
	},

	scale: {
		title: "The same with many routes, and with a stack of many numbers",
		async run(bench) {
			if (bench.router === undefined) return [];
			const one = manyRoutes(join(bench.folder, "one"), 1);
			const routes = manyRoutes(join(bench.folder, "routes"), 10_000);
			const numbers = manyNumbers(join(bench.folder, "numbers"), 100_000);
			const configs: Readonly<Record<string, Generated>> = {
				"one route": one,
				// The same again: how far two processes that do the same are apart.
				[CONTROL]: one,
				"10,000 routes": routes,
				"100,000 numbers": numbers,
			};
			const contenders: Contender[] = [];
			for (const [name, { file, paths, senders }] of Object.entries(configs)) {
				contenders.push({
					name,
					server: await startRouter(bench, name, file),
					requests: receipts(paths, senders),
				});
			}
			const results = await race(contenders, bench);
			printRace(results, "one route");
			const control = formatSpread(cpuRatio(results, CONTROL, "one route"));
			const verdicts = ["10,000 routes", "100,000 numbers"].map((name) => {
				const verdict = atMost(
					`scale: CPU with ${name} over one route's`,
					cpuRatio(results, name, "one route"),
					1.05,
				);
				// Five hundredths are less than a busy machine's noise: say how much that is.
				return { ...verdict, reached: `${verdict.reached}; noise ${control}` };
			});
			return [...verdicts, await raceRows(bench)];
		},
	},

	answer: {
		title: "A call is answered with a static NCCO (GET)",
		async run(bench) {
			const requests = answers("/webhooks/answer");
			const bare = await startRival(bench, "koa-ncco");
			const contenders: Contender[] = [];
			if (bench.router !== undefined) {
				const server = await startRouter(
					bench,
					"router",
					configFile("answer.yaml"),
				);
				await expectSameAnswer(server, bare, requests);
				contenders.push({ name: "router", server, requests });
			}
			contenders.push({ name: "bare Koa", server: bare, requests });
			const results = await race(contenders, bench);
			printRace(results, "bare Koa");
			if (bench.router === undefined) return [];
			return [
				atMost(
					"answer: router's CPU over bare Koa's",
					cpuRatio(results, "router", "bare Koa"),
					1.35,
				),
			];
		},
	},

	load: LOAD,
	kinds: KINDS,
	signatures: SIGNATURES,
	inbox: INBOX,
	worker: WORKER,
	forward: FORWARD,
};

// --- helpers ---

const CONTROL = "one route, again";
const HAND_WRITTEN = "hand-written Koa";
const RIVALS: Readonly<Record<string, string>> = {
	[HAND_WRITTEN]: "koa-app",
	"bare Koa": "koa-bare",
	Fastify: "fastify",
	"node:http": "http",
};

function startRival({ folder, scope }: Bench, script: string): Promise<Server> {
	const file = new URL(`rivals/${script}.mjs`, import.meta.url);
	return startServer(
		{ name: script, command: [fileURLToPath(file)], folder },
		scope,
	);
}

/** A router that answers less would be fast for nothing. */
async function expectSameAnswer(
	left: Server,
	right: Server,
	[request]: readonly Request[],
): Promise<void> {
	const [one, other] = await Promise.all(
		[left, right].map(async ({ origin }) => {
			const answer = await fetch(`${origin}${request?.path}`);
			return `${answer.status} ${JSON.stringify(await answer.json())}`;
		}),
	);
	if (one !== other) {
		throw new Error(`the answers differ: ${one} is not ${other}`);
	}
}
