import { fileURLToPath } from "node:url";
import type { Request } from "autocannon";
import { configFile, SENDERS } from "./configs.ts";
import { type Contender, race } from "./race.ts";
import { answers, RECEIPT_PATH, receipts } from "./requests.ts";
import { type Bench, type Scenario, startRouter } from "./scenario.ts";
import { ADMIN } from "./scenarios/admin/admin.ts";
import { BUILDS } from "./scenarios/builds.ts";
import { CAPACITY } from "./scenarios/capacity.ts";
import { CORES } from "./scenarios/cores.ts";
import { FORWARD } from "./scenarios/forward.ts";
import { IDLE } from "./scenarios/idle.ts";
import { INBOX } from "./scenarios/inbox.ts";
import { KINDS } from "./scenarios/kinds.ts";
import { LOAD } from "./scenarios/load.ts";
import { OPTIONS } from "./scenarios/options.ts";
import { PAGE } from "./scenarios/page.ts";
import { ROUTERS } from "./scenarios/routers.ts";
import { SCALE } from "./scenarios/scale.ts";
import { SIGNATURES } from "./scenarios/signatures.ts";
import { SPOOL } from "./scenarios/spool.ts";
import { WORKER } from "./scenarios/worker.ts";
import { type Server, startServer } from "./server.ts";
import { atMost, cpuRatio, printRace } from "./table.ts";

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

	idle: IDLE,

	scale: SCALE,

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

	options: OPTIONS,
	load: LOAD,
	kinds: KINDS,
	signatures: SIGNATURES,
	inbox: INBOX,
	worker: WORKER,
	forward: FORWARD,
	cores: CORES,
	capacity: CAPACITY,
	admin: ADMIN,
	page: PAGE,
	spool: SPOOL,
	routers: ROUTERS,

	builds: BUILDS,
};

// --- helpers ---

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
