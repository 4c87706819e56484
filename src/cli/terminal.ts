import { once } from "node:events";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import { openBrowser } from "./browser.ts";
import { openEditor } from "./editor.ts";
import type { Io, Output, Screen, TerminalWindow } from "./io.ts";
import { keyboardOf } from "./keyboard.ts";

/** Returns the parts of a process for interaction with a user. Standard input is only opened at its first use. */
export function terminalOf(
	process: NodeJS.Process,
): Pick<
	Io,
	"readInput" | "ask" | "edit" | "progress" | "keyboard" | "window" | "browse"
> {
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
		...(isatty(1) ? { window: windowOf(process) } : {}),
		browse: (url) => openBrowser(url, process),
	};
}

/** Takes standard output for a protocol. Everything else that is written to it goes to standard error. */
export function reserveStdout({
	stdout,
	stderr,
}: Pick<NodeJS.Process, "stdout" | "stderr">): Output {
	const write = stdout.write.bind(stdout);
	stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
	return {
		write: (text) => write(text),
		once: (event, listener) => stdout.once(event, listener),
	};
}

/** Finds the terminals behind the two streams of a process. NO_COLOR (no-color.org) disables colors. */
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

/** Shows the progress of a long run. */
export interface Progress {
	/** Gets the number of finished items, and writes it a few times a second at most. */
	at(count: number): void;
	/** Clears the line. */
	end(): void;
}

/** Creates the progress line of a long run, such as `replayed 1500 of 20000`. Silent without a terminal. */
export function createProgress(
	{ progress }: Pick<Io, "progress">,
	done: string,
	total?: number,
	now: () => number = () => performance.now(),
): Progress {
	const of = total === undefined ? "" : ` of ${total}`;
	// A run that ends quickly needs no line.
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

/** The size of a terminal that does not report one. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

function windowOf({ stdout }: Pick<NodeJS.Process, "stdout">): TerminalWindow {
	return {
		size: () => ({
			columns: stdout.columns || DEFAULT_COLUMNS,
			rows: stdout.rows || DEFAULT_ROWS,
		}),
		onResize(listener) {
			stdout.on("resize", listener);
			return () => void stdout.off("resize", listener);
		},
	};
}

/** To the start of the line, and erase it (ECMA-48, EL). */
const CLEAR = "\r\u001b[K";

/** Resolves with an empty text if the user ends the input instead of answering. */
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
