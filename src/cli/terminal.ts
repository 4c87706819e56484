import { once } from "node:events";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import { openEditor } from "./editor.ts";
import type { Io, Screen } from "./io.ts";
import { keyboardOf } from "./keyboard.ts";

/** Picks the parts of a process that a person may stand behind; standard input is touched only when it is used. */
export function terminalOf(
	process: NodeJS.Process,
): Pick<Io, "readInput" | "ask" | "edit" | "progress" | "keyboard"> {
	const isInput = isatty(0);
	return {
		readInput: () => process.stdin,
		...(isatty(2) ? { progress: process.stderr } : {}),
		...(isInput && isatty(2)
			? { ask: (question: string) => ask(question, process) }
			: {}),
		...(isInput && isatty(1)
			? {
					edit: (text: string, name: string) => openEditor(text, name, process),
				}
			: {}),
		...(isInput && isatty(1) ? { keyboard: () => keyboardOf(process) } : {}),
	};
}

/** Finds the terminals behind the two streams of a process. NO_COLOR (no-color.org) turns colours off. */
export function screensOf({
	stdout,
	stderr,
	env,
}: Pick<NodeJS.Process, "stdout" | "stderr" | "env">): NonNullable<
	Io["screens"]
> {
	const toScreen = (stream: NodeJS.WriteStream): Screen | undefined =>
		stream.isTTY === true
			? {
					columns: stream.columns || DEFAULT_COLUMNS,
					colour: (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb",
				}
			: undefined;
	const out = toScreen(stdout);
	const err = toScreen(stderr);
	return { ...(out && { stdout: out }), ...(err && { stderr: err }) };
}

/** Shows how far a long run is. */
export interface Progress {
	/** Takes the number of those done, and writes it a few times a second at most. */
	at(count: number): void;
	/** Clears the line. */
	end(): void;
}

/** Makes the line of a long run, such as `replayed 1500 of 20000`; silent where nobody watches. */
export function createProgress(
	{ progress }: Pick<Io, "progress">,
	done: string,
	total?: number,
	now: () => number = () => performance.now(),
): Progress {
	const of = total === undefined ? "" : ` of ${total}`;
	// What is done within the first moment needs no line.
	let shownAt = now();
	let isShown = false;
	return {
		at(count) {
			if (progress === undefined || count === 0 || now() - shownAt < EVERY_MS)
				return;
			shownAt = now();
			isShown = true;
			progress.write(`${CLEAR}${done} ${count}${of}`);
		},
		end() {
			if (isShown) progress?.write(CLEAR);
		},
	};
}

// --- helpers ---

const EVERY_MS = 250;

/** For a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

/** To the start of the line, and erase it (ECMA-48, EL). */
const CLEAR = "\r\u001b[K";

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
