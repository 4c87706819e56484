import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ReadStream } from "node:tty";

/** The keyboard of a terminal, which a command may listen to while it runs. */
export interface Keyboard {
	readonly input: Pick<
		ReadStream,
		"setRawMode" | "on" | "off" | "pause" | "resume" | "setEncoding"
	>;
	/** False if the shell runs the process in the background: a read would stop it. */
	isInForeground(): boolean;
	/** Sends a signal to the whole job, as the terminal does outside of raw mode. */
	signalJob(signal: NodeJS.Signals): void;
	readonly process: Pick<NodeJS.Process, "on" | "off">;
}

/** Handles pressed keys. */
export interface KeyActions {
	/** By the character of the key, or by the sequence of a key such as an arrow. */
	readonly keys: Readonly<Record<string, () => void>>;
	/** Gets what is typed first, while the user writes a text. Returns false if it is a key. Default: all of it is keys. */
	readonly onText?: (text: string) => boolean;
	/** Called for ^C. */
	onInterrupt(): void;
	/** Called when the terminal is closed. */
	onHangUp(): void;
	/** Called before ^Z or ^\ stops the process. */
	onSuspend?(): void;
	/** Called when the process continues after ^Z. */
	onContinue(): void;
}

/** The keyboard behind standard input, which is a terminal. */
export function keyboardOf(process: NodeJS.Process): Keyboard {
	return {
		input: process.stdin,
		isInForeground: () => isInForeground(process.pid),
		signalJob: (signal) => void process.kill(0, signal),
		process,
	};
}

/**
 * Listens to single keys. The terminal then sends no signals for ^C, ^Z and ^\, so this function sends them. When the process
 * stops or ends, the terminal is restored. In the background nothing is read.
 *
 * @returns stops listening.
 */
export function listenToKeys(
	{ input, isInForeground, signalJob, process }: Keyboard,
	{ keys, onText, onInterrupt, onHangUp, onSuspend, onContinue }: KeyActions,
): () => void {
	let isListening = false;
	const begin = (): void => {
		if (isListening || !isInForeground()) return;
		// libuv skips modes that it believes to be set, but another program may have changed them.
		input.setRawMode(false);
		input.setRawMode(true);
		// Adding a listener starts to read, which the terminal allows in the foreground only.
		input.on("data", onData);
		input.resume();
		isListening = true;
	};
	const end = (): void => {
		if (!isListening) return;
		isListening = false;
		input.setRawMode(false);
		input.off("data", onData);
		input.pause();
	};
	const suspend = (signal: NodeJS.Signals): void => {
		end();
		onSuspend?.();
		signalJob(signal);
	};
	const special: Readonly<Record<string, () => void>> = {
		[CTRL_C]: onInterrupt,
		[CTRL_Z]: () => suspend("SIGTSTP"),
		[CTRL_BACKSLASH]: () => suspend("SIGQUIT"),
	};
	const onData = (text: string): void => {
		const isSpecial = [...text].some((key) => Object.hasOwn(special, key));
		if (!isSpecial && onText?.(text) === true) return;
		const pressed = keysIn(text);
		// Several characters at once are a paste, in which only ^C and similar keys count, or keys that are held down.
		const typed = isOfKeys(pressed) ? keys : {};
		for (const key of pressed) (special[key] ?? typed[key])?.();
	};
	const onResume = (): void => {
		end();
		begin();
		if (isListening) onContinue();
	};
	const onEnd = (): void => {
		end();
		onHangUp();
	};
	input.setEncoding("utf8");
	input.on("end", onEnd);
	input.on("error", onEnd);
	process.on("SIGCONT", onResume);
	process.on("exit", end);
	begin();
	return () => {
		end();
		input.off("end", onEnd);
		input.off("error", onEnd);
		process.off("SIGCONT", onResume);
		process.off("exit", end);
	};
}

// --- helpers ---

/** Splits what a terminal sent into characters, and sequences of keys such as an arrow (ECMA-48, CSI). */
function keysIn(text: string): readonly string[] {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: a sequence begins with ESC
	return text.match(/\u001b\[[\d;]*[A-Za-z~]|[\s\S]/gu) ?? [];
}

function isOfKeys(pressed: readonly string[]): boolean {
	const isSequence = (key: string): boolean =>
		key.length > 1 && key.startsWith("\u001b");
	return pressed.every((key) => key === pressed[0] || isSequence(key));
}

const CTRL_C = "\u0003";
const CTRL_Z = "\u001a";
const CTRL_BACKSLASH = "\u001c";

function isInForeground(pid: number): boolean {
	if (process.platform === "win32") return true;
	const [group, foreground] = groupsOf(pid);
	return group === undefined || group === foreground;
}

/** Returns the process group and the terminal's foreground group. Returns nothing if the system does not provide them. */
function groupsOf(pid: number): readonly (string | undefined)[] {
	try {
		// The second field, the program's name in parentheses, may contain any character (proc_pid_stat(5)).
		const text = readFileSync(`/proc/${pid}/stat`, "latin1");
		const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
		return [fields[2], fields[5]];
	} catch {
		const ps = ["-o", "pgid=", "-o", "tpgid=", "-p", String(pid)];
		const { stdout } = spawnSync("ps", ps, { encoding: "utf8" });
		return (stdout ?? "").trim().split(/\s+/).filter(Boolean);
	}
}
