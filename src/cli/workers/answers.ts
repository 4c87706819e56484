import type { CopyChoice } from "../../observe/event-copy.ts";
import type { MetricsReport } from "../../observe/metrics/report.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Observer } from "../admin/observer.ts";
import type { Hearing } from "./feed-switch.ts";

/** The parts of a worker that know the answers. */
export interface Answerer {
	readonly running: RunningInbox | undefined;
	readonly observer: Pick<Observer, "tallies">;
	readonly report: Pick<MetricsReport, "snapshot">;
	/** Sets which events the supervisor hears of. */
	watch(hearing: Hearing): void;
	/** Sets which events the supervisor gets copies of. Empty for none. */
	copy(choices: readonly CopyChoice[]): void;
}

/** Answers a question of the supervisor, which only a worker can answer. Throws for an unknown question. */
export async function answerFor(
	question: string,
	value: unknown,
	answerer: Answerer,
): Promise<unknown> {
	const answer = ANSWERS.get(question);
	if (answer === undefined) throw new Error(`unknown question ${question}`);
	return answer(answerer, value);
}

// --- helpers ---

type Answer = (answerer: Answerer, value: unknown) => unknown;

/** A new question is a line here, and `crew.ask` in the supervisor. */
const ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
	["stats", ({ running }) => running?.stats()],
	["memory", () => process.memoryUsage.rss()],
	["metrics", ({ report }) => report.snapshot()],
	["tallies", ({ observer }) => observer.tallies.read()],
	["copies", ({ copy }, choices) => copy(choices as readonly CopyChoice[])],
	["watch", ({ watch }, hearing) => watch(hearing as Hearing)],
]);
