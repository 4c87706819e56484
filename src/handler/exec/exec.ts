import { HookError } from "../../errors.ts";
import { formatDuration } from "../../finding/units.ts";
import { showHidden } from "../../observe/plain-text.ts";
import { withAside } from "../../observe/private-text.ts";
import { RetryLater } from "../../plugin/steer.ts";
import { toEventJson } from "../event-json.ts";
import type { Handler } from "../handler.ts";
import type { Launch } from "./find.ts";
import type { OutputReader } from "./output.ts";
import { type Ended, type Running, runProgram } from "./run.ts";

export interface ExecHandlerParts {
	readonly launch: Launch;
	/** The program, for messages. */
	readonly shown: string;
	/** Milliseconds. Undefined for the time of the deadline. */
	readonly timeoutMs: number | undefined;
	readonly maxOutputBytes: number;
	readonly read: OutputReader;
	readonly running: Running;
}

/** The exit code of a program that wants the event again later (EX_TEMPFAIL of sysexits.h). */
export const AGAIN = 75;

/** Creates the handler that runs a program for each event. */
export function createExecHandler(parts: ExecHandlerParts): Handler {
	const { launch, shown, timeoutMs, maxOutputBytes, read, running } = parts;
	return {
		async handle(event, deadline) {
			const { signal } = deadline;
			const input = `${JSON.stringify(toEventJson(event))}\n`;
			const bounds = { maxOutputBytes, timeoutMs, signal, running };
			let ended: Ended;
			try {
				ended = await runProgram(launch, input, bounds);
			} catch (error) {
				throw notStarted(shown, error as NodeJS.ErrnoException);
			}
			if (ended.stopped === "abort") throw signal.reason;
			if (ended.stopped === undefined && ended.code === 0)
				return read(ended.stdout);
			throw toError(ended, parts);
		},
	};
}

// --- helpers ---

function notStarted(
	shown: string,
	{ code, message }: NodeJS.ErrnoException,
): HookError {
	const why = FAULTS[code ?? ""] ?? message;
	return new HookError(
		"HANDLER_FAILED",
		`the program \`${shown}\` could not be started: ${why}`,
	);
}

const FAULTS: Readonly<Record<string, string>> = {
	ENOENT: "it, its interpreter or its folder does not exist (ENOENT)",
	EACCES: "it may not be executed (EACCES)",
	EPERM: "the router may not change its user (EPERM)",
	EAGAIN: "the system has too many processes (EAGAIN)",
	EMFILE: "the router has too many open files (EMFILE)",
	ENOMEM: "the system has too little memory (ENOMEM)",
	E2BIG: "its arguments and environment are too long (E2BIG)",
};

function toError(
	ended: Ended,
	{ shown, timeoutMs = 0, maxOutputBytes }: ExecHandlerParts,
): Error {
	const { stopped, code, signal, stderr } = ended;
	const said = lastLines(stderr);
	const withSaid = (text: string): string =>
		said === "" ? text : `${text}: ${said}`;
	if (stopped === "time") {
		const limit = formatDuration(timeoutMs);
		const text = `the program \`${shown}\` did not end within ${limit}`;
		return withAside(new HookError("HANDLER_TIMEOUT", withSaid(text)), said);
	}
	if (stopped === "output") {
		const text = `the program \`${shown}\` wrote more than ${maxOutputBytes} bytes`;
		return new HookError("HANDLER_FAILED", text);
	}
	if (code === AGAIN) {
		const text = `the program \`${shown}\` asked for a retry`;
		return withAside(new RetryLater(withSaid(text), undefined), said);
	}
	const how =
		code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
	const text = `the program \`${shown}\` ${how}`;
	return withAside(new HookError("HANDLER_FAILED", withSaid(text)), said);
}

const LINES = 5;
const SAID_LENGTH = 500;

/** Returns the last lines in one, without control characters, which could forge or hide a line of a log. */
function lastLines(stderr: string): string {
	const lines = stderr
		.split(/\r?\n/)
		.map((line) => showHidden(line.trim()))
		.filter((line) => line !== "");
	const characters = [...lines.slice(-LINES).join(" / ")];
	return characters.length <= SAID_LENGTH
		? characters.join("")
		: `…${characters.slice(1 - SAID_LENGTH).join("")}`;
}
