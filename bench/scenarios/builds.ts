import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { configFile, SENDERS } from "../configs.ts";
import { NEW_RECEIPTS, writeInboxConfig } from "../inbox-config.ts";
import { type Contender, race } from "../race.ts";
import { answers, RECEIPT_PATH, receipts } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import { atMost, cpuRatio, formatSpread, printRace } from "../table.ts";

/** Another build of the router beside this one: whether a change made anything slower. */
export const BUILDS: Scenario = {
	title: "The same by another build (`--base`), and by this one",
	async run(bench) {
		const { base, router } = bench;
		if (base === undefined || router === undefined) {
			console.log("  no --base FOLDER with a build: nothing to compare with.");
			return [];
		}
		const verdicts = [];
		for (const [name, row] of Object.entries(ROWS)) {
			console.log(`  ${name}`);
			const builds = { [BASE]: base, [CONTROL]: base, [THIS]: router };
			const contenders: Contender[] = [];
			for (const [build, command] of Object.entries(builds)) {
				const folder = join(bench.folder, name, build);
				mkdirSync(folder, { recursive: true });
				const own = { ...bench, router: command, folder };
				const server = await startRouter(own, build, row.config(folder));
				contenders.push({ name: build, server, requests: row.requests });
			}
			const results = await race(contenders, bench);
			for (const { server } of contenders) await server.stop();
			printRace(results, BASE);
			const verdict = atMost(
				`builds: CPU of ${name} over the base's`,
				cpuRatio(results, THIS, BASE),
				1.05,
			);
			const noise = formatSpread(cpuRatio(results, CONTROL, BASE));
			verdicts.push({
				...verdict,
				reached: `${verdict.reached}; noise ${noise}`,
			});
		}
		return verdicts;
	},
};

// --- helpers ---

const BASE = "base";
const CONTROL = "base, again";
const THIS = "this build";

interface Row {
	config(folder: Bench["folder"]): string;
	readonly requests: Contender["requests"];
}

/** Configurations that every build since the first can read. */
const ROWS: Readonly<Record<string, Row>> = {
	receipt: {
		config: () => configFile("routes.yaml"),
		requests: receipts([RECEIPT_PATH], SENDERS),
	},
	answer: {
		config: () => configFile("answer.yaml"),
		requests: answers("/webhooks/answer"),
	},
	inbox: {
		config: (folder) =>
			writeInboxConfig(folder, "level: account, handler: { plugin: noop }")
				.file,
		requests: NEW_RECEIPTS,
	},
};
