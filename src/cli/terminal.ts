import { once } from "node:events";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { Io } from "./io.ts";

/** What a process has of a person and of input; standard input is touched only when it is used. */
export function terminalOf(
	process: Pick<NodeJS.Process, "stdin" | "stderr">,
): Pick<Io, "readInput" | "ask" | "progress"> {
	const readInput = () => process.stdin;
	if (!isatty(2)) return { readInput };
	const progress = process.stderr;
	if (!isatty(0)) return { readInput, progress };
	return {
		readInput,
		progress,
		ask: (question) => ask(question, process),
	};
}

// --- helpers ---

/** Resolves with an empty text where the person ends the input instead of answering. */
async function ask(
	question: string,
	{ stdin, stderr }: Pick<NodeJS.Process, "stdin" | "stderr">,
): Promise<string> {
	const lines = createInterface({ input: stdin, output: stderr });
	const answered = new Promise<string>((resolve) => {
		lines.question(question, resolve);
	});
	const closed = once(lines, "close").then(() => "");
	try {
		return await Promise.race([answered, closed]);
	} finally {
		lines.close();
	}
}
