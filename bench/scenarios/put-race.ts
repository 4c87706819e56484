import type { TestPostgres } from "../../test/postgres.ts";
import {
	RABBITMQ,
	startRabbitmq,
} from "../../test/publish/brokers/rabbitmq.ts";
import { probe } from "../probe.ts";
import type { Bench } from "../scenario.ts";
import {
	atLeast,
	formatSpread,
	printRatios,
	ratioOf,
	type Spread,
	type Verdict,
} from "../table.ts";

/** Races puts into PostgreSQL against RabbitMQ's quorum queue, and puts and settlements against the build in `--base`. */
export async function racePuts(
	bench: Bench,
	postgres: TestPostgres,
): Promise<readonly Verdict[]> {
	const contenders = await contendersOf(bench, postgres);
	const results = new Map<string, Put[]>();
	for (let round = 0; round <= bench.rounds; round += 1)
		for (const [name, run] of contenders) {
			const put = await run();
			if (round > 0) results.set(name, [...(results.get(name) ?? []), put]);
		}
	console.log("\n  64 publishers that wait for each confirmation");
	printRatios(results, OWN, {
		"puts a second": rate,
		"ms, p99": ({ p99Ms }) => p99Ms,
		"settled a second": settled,
		"taken and settled a second": passed,
	});
	return verdictsOf(results);
}

// --- helpers ---

const OWN = "PostgreSQL";
const CONTROL = "PostgreSQL, again";
const BASE = "PostgreSQL, the base";
const QUEUE = "RabbitMQ, quorum queue";

/** A run of `probes/put.mjs`. */
interface Put {
	readonly perSecond: number;
	readonly p99Ms: number;
	/** From a backlog. Absent for a queue. */
	readonly settledPerSecond?: number;
	/** As they come, each put with a lease. Absent for a queue. */
	readonly passedPerSecond?: number;
}

type Puts = ReadonlyMap<string, readonly Put[]>;

/** Each run begins with an empty database, or an empty queue. */
async function contendersOf(
	{ router = "", base, scope, seconds }: Bench,
	postgres: TestPostgres,
): Promise<ReadonlyMap<string, () => Promise<Put>>> {
	const into = async (build: string): Promise<Put> => {
		const url = await postgres.createDatabase();
		return probe("put", build, "postgres", url, `${seconds}`);
	};
	const contenders = new Map([
		[OWN, () => into(router)],
		[CONTROL, () => into(router)],
	]);
	if (base !== undefined) contenders.set(BASE, () => into(base));
	if (RABBITMQ === undefined) {
		console.log(
			`  ${QUEUE}: skipped, it is not there. \`npm run brokers -- rabbitmq\` sets it up.`,
		);
		return contenders;
	}
	// As it comes, on all cores.
	const rabbit = await startRabbitmq(RABBITMQ, "");
	scope.defer(rabbit.stop);
	contenders.set(QUEUE, () => {
		const url = `amqp://${rabbit.user}:${rabbit.password}@127.0.0.1:${rabbit.port()}`;
		return probe("put", router, "rabbitmq", url, `${seconds}`);
	});
	return contenders;
}

function verdictsOf(results: Puts): readonly Verdict[] {
	const noise = formatSpread(ratioOf(results, CONTROL, OWN, rate));
	const verdicts: Verdict[] = [];
	const add = (target: string, reached: Spread, limit: number) => {
		const verdict = atLeast(`routers: ${target}`, reached, limit);
		verdicts.push({
			...verdict,
			reached: `${verdict.reached}; noise ${noise}`,
		});
	};
	if (results.has(QUEUE))
		add(
			"puts a second over RabbitMQ's quorum queue",
			ratioOf(results, OWN, QUEUE, rate),
			0.75,
		);
	if (results.has(BASE)) {
		add("puts a second over the base's", ratioOf(results, OWN, BASE, rate), 1);
		add(
			"settled a second over the base's",
			ratioOf(results, OWN, BASE, settled),
			1,
		);
		add(
			"taken and settled a second over the base's",
			ratioOf(results, OWN, BASE, passed),
			1,
		);
	}
	return verdicts;
}

const rate = ({ perSecond }: Put): number => perSecond;
const settled = ({ settledPerSecond }: Put): number =>
	settledPerSecond ?? Number.NaN;
const passed = ({ passedPerSecond }: Put): number =>
	passedPerSecond ?? Number.NaN;
