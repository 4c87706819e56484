import type { Schemes } from "../gate/schemes/table.ts";
import {
	escapeHiddenInJson,
	showHiddenInLines,
} from "../observe/plain-text.ts";
import type { Keyboard } from "./keyboard.ts";

/** The exit code of a command. 0: fine. 1: there are findings, or the answer was no. 2: it could not run. */
export type ExitCode = 0 | 1 | 2;

/** Writes text as it is. */
export interface Output {
	/** False where a stream wants no more before its event `drain`. */
	write(text: string): unknown;
	once?(event: "drain", listener: () => void): unknown;
}

/** A terminal that shows what a command writes. */
export interface Screen {
	readonly columns: number;
	/** False where NO_COLOR is set, or the terminal has none. */
	readonly colour: boolean;
}

/** Holds all of the process that a command may use, so that a test can pass its own. */
export interface Io {
	/** Takes the result that was asked for. */
	readonly stdout: Output;
	/** Takes errors and hints. */
	readonly stderr: Output;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute folder that relative paths start from. */
	readonly cwd: string;
	/** True where a person reads standard output. */
	readonly isTTY: boolean;
	/** The terminals behind the two streams; undefined where a program reads one. */
	readonly screens?: { readonly [stream in "stdout" | "stderr"]?: Screen };
	/** The signature schemes that a configuration may name; default the built-in ones. */
	readonly schemes?: Schemes;
	/** Standard input, for a command that reads it. */
	readonly readInput?: () => AsyncIterable<Uint8Array>;
	/** Lets the person change a text in their editor; undefined where there is no terminal. */
	readonly edit?: (text: string, name: string) => Promise<string>;
	/** Puts a question to the person at the terminal; undefined where there is none. */
	readonly ask?: (question: string) => Promise<string>;
	/** The keys that the person at the terminal presses; undefined where standard input or output is no terminal. */
	readonly keyboard?: () => Keyboard;
	/** Takes the line that says how far a long run is; undefined where nobody watches. */
	readonly progress?: Output;
	/** Starts to listen for Ctrl-C, which then aborts the signal instead of ending the process; undefined where nobody can press it. */
	readonly interrupted?: () => AbortSignal;
	/** Says how the command ended; without a call it ended well. The last call counts. */
	exit(code: ExitCode): void;
}

/** Thrown by a command that cannot do what it was asked: `message` is for standard error, the exit code is 2. */
export class CannotRun extends Error {
	override readonly name = "CannotRun";
}

/** Writes lines, each with its line break. No text of somebody else in them can move a terminal's cursor. */
export function writeLines(output: Output, lines: readonly string[]): void {
	if (lines.length > 0)
		output.write(`${showHiddenInLines(lines.join("\n"))}\n`);
}

/** Writes a value as JSON for a program to read. */
export function writeJson(output: Output, value: unknown): void {
	output.write(`${escapeHiddenInJson(JSON.stringify(value, null, 2))}\n`);
}
