import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFile, SENDERS } from "../configs.ts";
import { type Contender, race } from "../race.ts";
import { answers, RECEIPT_PATH, receipts } from "../requests.ts";
import { type Scenario, startRouter } from "../scenario.ts";
import { atMost, cpuRatio, formatSpread, printRace } from "../table.ts";

/** What an option costs: conditions of a `match`, lines that show a masked payload, answers that are kept. */
export const OPTIONS: Scenario = {
	title: "The same with conditions, masked payloads in the log, kept answers",
	async run(bench) {
		if (bench.router === undefined) return [];
		const contenders: Contender[] = [];
		for (const [name, row] of Object.entries(ROWS)) {
			const folder = join(bench.folder, name.replaceAll(/\W+/g, "-"));
			const { config, requests, flags = [] } = row;
			contenders.push({
				name,
				server: await startRouter(
					bench,
					name,
					writeConfig(folder, config),
					flags,
				),
				requests,
			});
		}
		const results = await race(contenders, bench);
		printRace(results, PLAIN);
		const control = formatSpread(cpuRatio(results, CONTROL, PLAIN));
		return Object.entries(ROWS).flatMap(([name, { against, limit }]) => {
			if (against === undefined || limit === undefined) return [];
			const verdict = atMost(
				`options: CPU with ${name} over that of ${against}`,
				cpuRatio(results, name, against),
				limit,
			);
			return [{ ...verdict, reached: `${verdict.reached}; noise ${control}` }];
		});
	},
};

// --- helpers ---

interface Row {
	/** The configuration without what all have. */
	readonly config: string;
	readonly requests: Contender["requests"];
	/** Further flags of `serve`. */
	readonly flags?: readonly string[];
	readonly against?: string;
	readonly limit?: number;
}

const PLAIN = "a receipt";
const CONTROL = "a receipt, again";
const ANSWER = "an answer";

const ANSWER_PATH = "/webhooks/answer";
const RECEIPTS = receipts([RECEIPT_PATH], SENDERS);
const ANSWERS = answers(ANSWER_PATH);
const NOTHING_KEPT = "inbox: { store: none }";
const RECEIPT = `{ path: ${RECEIPT_PATH}, kind: sms.dlr, handler: { plugin: noop }`;
const RECEIPT_ROUTE = `  - ${RECEIPT}, name: receipts, level: account }`;
const ANSWER_ROUTE = `  - name: answer
    path: ${ANSWER_PATH}
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: Thank you for calling. }] }`;

/** Six routes of which none fits, each with a condition of another sort, above the one that does. */
const CONDITIONS = [
	'status: { pattern: "^(rejected|expired)$" }',
	"err-code: { gte: 1, lt: 100 }",
	'to: { not: "44*" }',
	"price: { exists: false }",
	"headers.user-agent: { pattern: postman, flags: i }",
	"network-code: [ '23415', '2343*' ]",
].map(
	(condition, index) =>
		`  - ${RECEIPT}, name: conditions-${index}, level: request, match: { ${condition} } }`,
);

const ROWS: Readonly<Record<string, Row>> = {
	[PLAIN]: {
		config: `${NOTHING_KEPT}\nroutes:\n${RECEIPT_ROUTE}`,
		requests: RECEIPTS,
	},
	// The same again: how far two processes that do the same are apart.
	[CONTROL]: {
		config: `${NOTHING_KEPT}\nroutes:\n${RECEIPT_ROUTE}`,
		requests: RECEIPTS,
	},
	"six conditions": {
		config: `${NOTHING_KEPT}\nroutes:\n${[RECEIPT_ROUTE, ...CONDITIONS].join("\n")}`,
		requests: RECEIPTS,
		against: PLAIN,
		limit: 1.5,
	},
	"masked payloads": {
		config: `${NOTHING_KEPT}\nroutes:\n${RECEIPT_ROUTE}`,
		requests: RECEIPTS,
		flags: ["--log-level", "debug"],
		against: PLAIN,
		limit: 2,
	},
	[ANSWER]: {
		config: `${NOTHING_KEPT}\nroutes:\n${ANSWER_ROUTE}`,
		requests: ANSWERS,
	},
	"kept answers": {
		config: `inbox: { store: "sqlite:./data/inbox.db" }\nroutes:\n${ANSWER_ROUTE}`,
		requests: ANSWERS,
		against: ANSWER,
		limit: 2.5,
	},
};

function writeConfig(folder: string, config: string): string {
	mkdirSync(folder, { recursive: true });
	cpSync(configFile("plugins"), join(folder, "plugins"), { recursive: true });
	const file = join(folder, "routes.yaml");
	writeFileSync(
		file,
		`version: 1\ndefaults: { signature: none, firewall: [loopback] }\n${config}\n`,
	);
	return file;
}
