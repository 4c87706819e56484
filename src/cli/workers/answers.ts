import type { RunningInbox } from "../../runtime/inbox/life.ts";

/** Answers a question of the supervisor, which only a worker can answer. Throws for an unknown question. */
export async function answerFor(
	question: string,
	running: RunningInbox | undefined,
): Promise<unknown> {
	const answer = ANSWERS.get(question);
	if (answer === undefined) throw new Error(`unknown question ${question}`);
	return answer(running);
}

// --- helpers ---

type Answer = (running: RunningInbox | undefined) => unknown;

/** A new question is a line here, and `crew.ask` in the supervisor. */
const ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
	["stats", (running) => running?.stats()],
	["memory", () => process.memoryUsage.rss()],
]);
