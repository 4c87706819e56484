import { join } from "node:path";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import {
	type Generated,
	manyNumbers,
	manyRoutes,
	manyRows,
} from "../configs.ts";
import { type Contender, race } from "../race.ts";
import { receipts } from "../requests.ts";
import { type Scenario, startRouter } from "../scenario.ts";
import { atMost, cpuRatio, formatSpread, printRace } from "../table.ts";
import { raceRows } from "./rows.ts";

/** Compares a router with many routes, numbers, prefixes and rows with one that has a single route. */
export const SCALE: Scenario = {
	title:
		"The same with many routes, and with a stack of many numbers, prefixes, table rows and nested values",
	async run(bench) {
		if (bench.router === undefined) return [];
		const one = manyRoutes(join(bench.folder, "one"), 1);
		const inFolder = (name: string) => join(bench.folder, name);
		const configs: Readonly<Record<string, Measured>> = {
			[ONE]: { config: one },
			// The same again: how far two processes that do the same are apart.
			[CONTROL]: { config: one, against: ONE },
			"10,000 routes": {
				config: manyRoutes(inFolder("routes"), 10_000),
				against: ONE,
			},
			"100,000 numbers": {
				config: manyNumbers(inFolder("numbers"), COUNT),
				against: ONE,
			},
			"100,000 prefixes": {
				config: manyNumbers(inFolder("prefixes"), COUNT, "to", "*"),
				against: ONE,
			},
			...(hasTables() && {
				"100,000 rows": {
					config: manyRows(inFolder("rows"), COUNT),
					against: ONE,
				},
			}),
			[NESTED]: { config: one, isNested: true },
			"100,000 nested values": {
				config: manyNumbers(inFolder("nested"), COUNT, "client.number"),
				isNested: true,
				against: NESTED,
			},
		};
		const contenders: Contender[] = [];
		for (const [name, { config, isNested = false }] of Object.entries(
			configs,
		)) {
			contenders.push({
				name,
				server: await startRouter(bench, name, config.file),
				requests: receipts(config.paths, config.senders, isNested),
			});
		}
		const results = await race(contenders, bench);
		printRace(results, ONE);
		const control = formatSpread(cpuRatio(results, CONTROL, ONE));
		const verdicts = Object.entries(configs).flatMap(([name, { against }]) => {
			if (against === undefined || name === CONTROL) return [];
			const verdict = atMost(
				`scale: CPU with ${name} over that of ${against}`,
				cpuRatio(results, name, against),
				1.05,
			);
			// Five hundredths are less than a busy machine's noise: say how much that is.
			return [{ ...verdict, reached: `${verdict.reached}; noise ${control}` }];
		});
		return hasTables() ? [...verdicts, await raceRows(bench)] : verdicts;
	},
};

// --- helpers ---

interface Measured {
	readonly config: Generated;
	/** True where the payload has an object with the number. */
	readonly isNested?: boolean;
	/** The contender that it is compared with; undefined for one that only others are compared with. */
	readonly against?: string;
}

const ONE = "one route";
const CONTROL = "one route, again";
const NESTED = "one route, nested payload";
const COUNT = 100_000;

/** True for a router whose routes.yaml has tables. */
function hasTables(): boolean {
	const { properties } = readRoutesSchema();
	return Object.hasOwn(properties as object, "tables");
}
