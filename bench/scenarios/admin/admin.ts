import { join } from "node:path";
import { SENDERS } from "../../configs.ts";
import { NEW_RECEIPTS } from "../../inbox-config.ts";
import { type Contender, race } from "../../race.ts";
import { RECEIPT_PATH, receipts } from "../../requests.ts";
import { type Bench, type Scenario, startRouter } from "../../scenario.ts";
import {
	atMost,
	cpuRatio,
	formatSpread,
	printRace,
	type Verdict,
} from "../../table.ts";
import { writeAdminConfig } from "./config.ts";
import { scrape, stream, type Watching } from "./observers.ts";
import { measurePages } from "./pages.ts";

/** What it costs that somebody watches a router, and how long a page of its deliveries takes. */
export const ADMIN: Scenario = {
	title: "The metrics are scraped, the events streamed, the deliveries listed",
	async run(bench) {
		if (bench.router === undefined) return [];
		const verdicts: Verdict[] = [];
		for (const [what, load] of Object.entries(LOADS))
			verdicts.push(...(await raceObserved(bench, what, load)));
		return [...verdicts, ...(await measurePages(bench))];
	},
};

// --- helpers ---

interface Load {
	/** The address of the inbox, or `none`. */
	readonly store: string;
	readonly requests: Contender["requests"];
	/** At full speed, what a request costs the inbox depends on how many others are committed with it. */
	readonly perSecond?: number;
}

const LOADS: Readonly<Record<string, Load>> = {
	receipts: { store: "none", requests: receipts([RECEIPT_PATH], SENDERS) },
	inbox: {
		store: "sqlite:./data/inbox.db",
		requests: NEW_RECEIPTS,
		perSecond: 2000,
	},
};

const PLAIN = "unobserved";
/** The same again: how far two processes that do the same are apart. */
const CONTROL = "unobserved, again";

/** Who watches each router. */
const OBSERVERS: Readonly<
	Record<string, ((log: string) => Promise<Watching>) | undefined>
> = {
	[PLAIN]: undefined,
	"scraped every second": scrape,
	"one client of the events": stream,
	// The last, so that what its place in a round costs shows too.
	[CONTROL]: undefined,
};

async function raceObserved(
	bench: Bench,
	what: string,
	{ store, requests, perSecond }: Load,
): Promise<readonly Verdict[]> {
	const contenders: Contender[] = [];
	const watching = new Map<string, Watching>();
	for (const [name, observe] of Object.entries(OBSERVERS)) {
		const id = `${what}-${name}`.replaceAll(/\W+/g, "-");
		const config = writeAdminConfig(join(bench.folder, id), store);
		const server = await startRouter(bench, id, config);
		contenders.push({ name, server, requests });
		const observer = await observe?.(join(bench.folder, `${id}.log`));
		if (observer === undefined) continue;
		bench.scope.defer(observer.stop);
		watching.set(name, observer);
	}
	const results = await race(contenders, { ...bench, perSecond });
	for (const [name, observer] of watching) {
		// An observer that saw nothing would cost nothing.
		if (observer.seenBytes() === 0) throw new Error(`${name}: saw nothing`);
		observer.stop();
	}
	for (const { server } of contenders) await server.stop();
	console.log(`  ${what}`);
	printRace(results, PLAIN);
	const control = cpuRatio(results, CONTROL, PLAIN);
	return [...watching.keys()].map((name) => {
		const verdict = atMost(
			`admin: ${what}: CPU ${name} over ${PLAIN}`,
			cpuRatio(results, name, PLAIN),
			Math.max(1, control.max),
		);
		return {
			...verdict,
			reached: `${verdict.reached}; noise ${formatSpread(control)}`,
		};
	});
}
