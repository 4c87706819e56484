import { type Logger, pino } from "pino";
import { maskText } from "./mask.ts";
import { createPrettifier } from "./pretty.ts";
import { revealPrivate } from "./private-text.ts";
import { serializeError } from "./serialize-error.ts";
import { wantsColor } from "./terminal/paint.ts";

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

/**
 * The types of lines, written under `line`. Nothing but the router writes that key, so that a program, or the terminal, knows a line
 * by it. `router` is every line that has no type of its own.
 */
export const LINE_TYPES = [
	"webhook",
	"delivery",
	"plugin",
	"connection",
	"start",
	"reload",
	"router",
] as const;
/** A type of line. */
export type LineType = (typeof LINE_TYPES)[number];

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
	/** Writes the stack of an error with the user's own frames first; default the stack as it is. */
	readonly trace?: ((error: unknown) => string | undefined) | undefined;
	/** Colors of a text for people; default where standard output is a terminal, unless the environment says otherwise. */
	readonly colors?: boolean;
	/** Columns of a text for people, asked for each line; default those of standard output. */
	readonly columns?: () => number | undefined;
	/** The configuration, as a command that the text names has to be told of it; default `./routes.yaml`, which needs no word. */
	readonly config?: string | undefined;
}

/** Takes the lines of a log. */
export interface LogDestination {
	write(line: string): void;
}

/** The router's log: a pino logger that masks, and knows whether it may show payloads. */
export type Log = Logger & {
	readonly payloads: boolean;
	/** The same log for lines of a type; the log itself writes those of `router`. */
	of(line: LineType): Logger;
	/** Writes the lines that are still buffered. The log stays usable. */
	close(): void;
};

/**
 * Makes the log. On standard output lines are buffered for at most 250 ms or 16,384 characters, and
 * written when the process exits.
 */
export function createLog(options: LogOptions = {}): Log {
	const { level = "info", payloads = false, trace } = options;
	const pretty =
		options.pretty ??
		(options.destination === undefined && process.stdout.isTTY === true);
	const output = outputOf(options.destination, pretty);
	const mask = payloads ? revealPrivate : maskText;
	const maskIfText = (value: unknown): unknown =>
		typeof value === "string" ? mask(value) : value;
	const toError = (error: unknown) => serializeError(error, mask, trace);
	const bare = pino(
		{
			level,
			base: null,
			formatters: { level: (label) => ({ severity: label }) },
			serializers: {
				err: toError,
				error: toError,
				// Words of other people's errors, and paths that may hold a number.
				msg: maskIfText,
				reason: maskIfText,
				stack: maskIfText,
				path: maskIfText,
				url: maskIfText,
			},
		},
		pretty ? toPeople(output, options) : output,
	);
	// A child's fields are serialized once, not for each line.
	const loggers = new Map(
		LINE_TYPES.map((line) => [line, bare.child({ line })]),
	);
	return Object.assign(loggers.get("router") as Logger, {
		payloads,
		of: (line: LineType) => loggers.get(line) as Logger,
		close: () => output.close(),
	});
}

// --- helpers ---

const HELD_BACK_MS = 250;
const HELD_BACK_LENGTH = 16_384;

interface Output extends LogDestination {
	close(): void;
}

function toPeople(output: Output, options: LogOptions): LogDestination {
	const isOwn = options.destination === undefined;
	const prettify = createPrettifier({
		colors:
			options.colors ??
			(isOwn && wantsColor(process.env, process.stdout.isTTY === true)),
		columns:
			options.columns ?? (() => (isOwn ? process.stdout.columns : undefined)),
		config: options.config,
	});
	return { write: (line) => output.write(prettify(line)) };
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
