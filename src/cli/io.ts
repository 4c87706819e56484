import type { Schemes } from "../gate/schemes/table.ts";
import {
	escapeHiddenInJson,
	showHiddenInLines,
} from "../observe/plain-text.ts";
import type { Supervisor } from "../workers/protocol.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Forker } from "./workers/fork.ts";

/** The exit code of a command. 0: success. 1: there are findings, or the answer was no. 2: it could not run. */
export type ExitCode = 0 | 1 | 2;

/** Writes text as it is. */
export interface Output {
	/** Returns false if the stream is full until its event `drain`. */
	write(text: string): unknown;
	once?(event: "drain", listener: () => void): unknown;
}

/** A terminal that shows the output of a command. */
export interface Screen {
	readonly columns: number;
	/** False if NO_COLOR is set, or the terminal has no colors. */
	readonly colour: boolean;
}

/** The window of a terminal, whose size changes. */
export interface TerminalWindow {
	size(): { readonly columns: number; readonly rows: number };
	/** Calls back after each change of the size. Returns the function that ends it. */
	onResize(listener: () => void): () => void;
}

/** The parts of the process that a command may use, so that a test can pass its own. */
export interface Io {
	/** Receives the result. */
	readonly stdout: Output;
	/** Receives errors and hints. */
	readonly stderr: Output;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The absolute folder for relative paths. */
	readonly cwd: string;
	/** True if standard output is a terminal. */
	readonly isTTY: boolean;
	/** The terminals behind the two streams. Undefined for a stream that is not a terminal. */
	readonly screens?: { readonly [stream in "stdout" | "stderr"]?: Screen };
	/** The available signature schemes. Default: the built-in ones. */
	readonly schemes?: Schemes;
	/** Standard input, for a command that reads it. */
	readonly readInput?: () => AsyncIterable<Uint8Array>;
	/** Lets the user edit a text in their editor. Undefined without a terminal. */
	readonly edit?: (text: string, name: string) => Promise<string>;
	/** Asks the user a question at the terminal. Undefined without a terminal. */
	readonly ask?: (question: string) => Promise<string>;
	/**
	 * Takes standard output for a protocol, and returns it. Whatever else writes to it, such as a plugin, then goes to standard error.
	 * Undefined in a test, where nothing else writes.
	 */
	readonly reserveStdout?: () => Output;
	/** The keys that the user presses. Undefined if standard input or output is not a terminal. */
	readonly keyboard?: () => Keyboard;
	/** The window of the terminal behind standard output. Undefined if it is not a terminal. */
	readonly window?: TerminalWindow;
	/** Opens a URL in the browser of the user. Resolves with the reason if that failed. */
	readonly browse?: (url: string) => Promise<string | undefined>;
	/** Receives the progress line of a long run. Undefined without a terminal. */
	readonly progress?: Output;
	/** Starts to listen for Ctrl-C, which then aborts the signal instead of ending the process. Undefined without a terminal. */
	readonly interrupted?: () => AbortSignal;
	/** Starts the workers of a router. Undefined where that is not possible, so that it is one process. */
	readonly forker?: Forker;
	/** The supervisor of this process. Undefined unless it is a worker. */
	readonly supervisor?: Supervisor;
	/** Sets the exit code. Without a call the command succeeded. The last call counts. */
	exit(code: ExitCode): void;
}

/** Thrown by a command that cannot do its task. `message` goes to standard error, and the exit code is 2. */
export class CannotRun extends Error {
	override readonly name = "CannotRun";
}

/** Writes lines with their line breaks. Text from outside in them cannot control the terminal. */
export function writeLines(output: Output, lines: readonly string[]): void {
	if (lines.length > 0)
		output.write(`${showHiddenInLines(lines.join("\n"))}\n`);
}

/** Writes a value as JSON for a program to read. */
export function writeJson(output: Output, value: unknown): void {
	output.write(`${escapeHiddenInJson(JSON.stringify(value, null, 2))}\n`);
}
