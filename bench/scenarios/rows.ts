import { join } from "node:path";
import { type Generated, manyGreetings } from "../configs.ts";
import { type Contender, race } from "../race.ts";
import { answers } from "../requests.ts";
import { type Bench, startRouter } from "../scenario.ts";
import { atMost, cpuRatio, formatSpread, printRace } from "../table.ts";

/** Races a template over a table of 100,000 rows against one over a table of one. */
export async function raceRows(bench: Bench) {
	const one = manyGreetings(join(bench.folder, "row"), 1);
	const many = manyGreetings(join(bench.folder, "rows"), 100_000);
	const configs: Readonly<Record<string, Generated>> = {
		[ONE]: one,
		// The same again: how far two processes that do the same are apart.
		[CONTROL]: one,
		[MANY]: many,
	};
	const contenders: Contender[] = [];
	for (const [name, { file, paths, senders }] of Object.entries(configs)) {
		contenders.push({
			name,
			server: await startRouter(bench, name, file),
			requests: answers(paths[0] ?? "", senders),
		});
	}
	const results = await race(contenders, bench);
	printRace(results, ONE);
	const control = formatSpread(cpuRatio(results, CONTROL, ONE));
	const verdict = atMost(
		`scale: CPU with ${MANY} over one row's`,
		cpuRatio(results, MANY, ONE),
		1.05,
	);
	return { ...verdict, reached: `${verdict.reached}; noise ${control}` };
}

// --- helpers ---

const ONE = "a table of one row";
const CONTROL = "a table of one row, again";
const MANY = "a table of 100,000 rows";
