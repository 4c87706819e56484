import { type Logger, pino } from "pino";
import { maskText } from "./mask.ts";
import { createPrettifier } from "./pretty.ts";
import { revealPrivate } from "./private-text.ts";
import { serializeError } from "./serialize-error.ts";

/** The levels of the log, the quietest last. The key in a line is `severity`: `level` is a route's. */
export const SEVERITIES = [
	"trace",
	"debug",
	"info",
	"warn",
	"error",
	"fatal",
	"silent",
] as const;
/** A level of the log. */
export type Severity = (typeof SEVERITIES)[number];

/** Options of the log. */
export interface LogOptions {
	/** The lowest level that is written, default `info`. */
	readonly level?: Severity;
	/** Writes text for people instead of JSON lines; by default where standard output is a terminal. */
	readonly pretty?: boolean;
	/** Takes finished lines, each with its newline; default standard output. */
	readonly destination?: LogDestination;
	/** Writes numbers, texts and payloads as they are, default false. */
	readonly payloads?: boolean;
}

/** Takes the lines of a log. */
export interface LogDestination {
	write(line: string): void;
}

/** The router's log: a pino logger that masks, and knows whether it may show payloads. */
export type Log = Logger & {
	readonly payloads: boolean;
	/** Writes the lines that are still buffered. The log stays usable. */
	close(): void;
};

/**
 * Makes the log. On standard output lines are buffered for at most 250 ms or 16,384 characters, and
 * written when the process exits.
 */
export function createLog(options: LogOptions = {}): Log {
	const { level = "info", payloads = false } = options;
	const pretty =
		options.pretty ??
		(options.destination === undefined && process.stdout.isTTY === true);
	const output = outputOf(options.destination, pretty);
	const mask = payloads ? revealPrivate : maskText;
	const maskIfText = (value: unknown): unknown =>
		typeof value === "string" ? mask(value) : value;
	const prettify = pretty
		? createPrettifier({ colors: options.destination === undefined })
		: undefined;
	const logger = pino(
		{
			level,
			base: null,
			formatters: { level: (label) => ({ severity: label }) },
			serializers: {
				err: (error: unknown) => serializeError(error, mask),
				error: (error: unknown) => serializeError(error, mask),
				// Words of other people's errors, and paths that may hold a number.
				msg: maskIfText,
				reason: maskIfText,
				stack: maskIfText,
				path: maskIfText,
				url: maskIfText,
			},
		},
		prettify === undefined
			? output
			: { write: (line: string) => output.write(prettify(line)) },
	);
	return Object.assign(logger, { payloads, close: () => output.close() });
}

// --- helpers ---

const HELD_BACK_MS = 250;
const HELD_BACK_LENGTH = 16_384;

interface Output extends LogDestination {
	close(): void;
}

function outputOf(
	destination: LogDestination | undefined,
	pretty: boolean,
): Output {
	if (destination !== undefined) {
		return { write: (line) => destination.write(line), close: () => {} };
	}
	// Who looks at a terminal wants to see a line when it happens.
	if (pretty) {
		const stream = pino.destination({ dest: 1, sync: true });
		return { write: (line) => void stream.write(line), close: () => {} };
	}
	return heldBack();
}

/**
 * Writes in blocks, not line by line: the lines are joined here, as the stream's own `minLength`
 * counts the whole block's bytes again for each line. A block is written at once, as `console.log`
 * does: one that is handed to another thread is lost when the process exits first. The timer only
 * runs while there is something to write, so that an idle router does not wake up.
 */
function heldBack(): Output {
	const stream = pino.destination({ dest: 1, sync: true });
	let held = "";
	let timer: NodeJS.Timeout | undefined;
	const flush = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (held === "") return;
		stream.write(held);
		held = "";
	};
	// `process.exit` and an uncaught error come by here too; only a kill loses what is held.
	process.once("exit", flush);
	return {
		write(line) {
			held += line;
			if (held.length >= HELD_BACK_LENGTH) flush();
			else timer ??= setTimeout(flush, HELD_BACK_MS).unref();
		},
		close: flush,
	};
}
