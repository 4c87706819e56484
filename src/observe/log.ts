import { type Logger, pino } from "pino";
import { maskText } from "./mask.ts";
import { createPrettifier } from "./pretty.ts";
import { revealPrivate } from "./private-text.ts";
import { serializeError } from "./serialize-error.ts";
import { wantsColor } from "./terminal/paint.ts";

/**
 * The levels of the log, from the most detailed to the least. A line has its level under `severity`, because `level` is the
 * level of a route.
 */
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
 * The types of lines, written under `line`. Only the router writes that key, so that programs and the terminal can identify a
 * line by it. `router` is any line without a type of its own.
 */
export const LINE_TYPES = [
	"webhook",
	"delivery",
	"plugin",
	"connection",
	"start",
	"reload",
	"pause",
	"admin",
	"router",
] as const;
/** A type of line. */
export type LineType = (typeof LINE_TYPES)[number];

/** Options of the log. */
export interface LogOptions {
	/** The lowest level that is written. Default `info`. */
	readonly level?: Severity;
	/** Writes text for people instead of JSON lines. Default: true if standard output is a terminal. */
	readonly pretty?: boolean;
	/** Gets each finished line with its newline. Default: writes to standard output. */
	readonly destination?: LogDestination;
	/** Writes numbers, texts and payloads unmasked. Default false. */
	readonly payloads?: boolean;
	/** Formats the stack of an error with the user's own frames first. Default: the unchanged stack. */
	readonly trace?: ((error: unknown) => string | undefined) | undefined;
	/** Uses colors in text for people. Default: true if standard output is a terminal, unless the environment says otherwise. */
	readonly colors?: boolean;
	/** Returns the columns for text for people. Called for each line. Default: the columns of standard output. */
	readonly columns?: () => number | undefined;
	/** The number of the worker that writes, which each line contains. Default: none, in a router of one process. */
	readonly worker?: number | undefined;
	/** The configuration's path for suggested commands. Default `./routes.yaml`, which commands find by themselves. */
	readonly config?: string | undefined;
}

/** Writes the lines of a log. */
export interface LogDestination {
	write(line: string): void;
}

/** The router's log: a pino logger that masks values, and has the setting for showing payloads. */
export type Log = Logger & {
	readonly payloads: boolean;
	/** Returns the same log for lines of a type. The log itself writes lines of the type `router`. */
	of(line: LineType): Logger;
	/** Writes complete lines of another process of this router, which are JSON unless a plugin wrote them. */
	relay(lines: Buffer): void;
	/** Writes the lines that are still buffered. The log stays usable. */
	close(): void;
};

/**
 * Creates the log. Lines to standard output are buffered for at most 250 ms or 16,384 characters, and are written when the
 * process exits.
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
	const target = pretty ? toPeople(output, options) : output;
	const bare = pino(
		{
			level,
			base: options.worker === undefined ? null : { worker: options.worker },
			formatters: { level: (label) => ({ severity: label }) },
			serializers: {
				err: toError,
				error: toError,
				// These texts contain words of errors from other code, and paths that may contain a number.
				msg: maskIfText,
				reason: maskIfText,
				stack: maskIfText,
				path: maskIfText,
				url: maskIfText,
			},
		},
		target,
	);
	// A child's fields are serialized once, not for each line.
	const loggers = new Map(
		LINE_TYPES.map((line) => [line, bare.child({ line })]),
	);
	return Object.assign(loggers.get("router") as Logger, {
		payloads,
		of: (line: LineType) => loggers.get(line) as Logger,
		relay: (lines: Buffer) =>
			pretty
				? relayToPeople(lines.toString(), target, output)
				: output.writeBlock(lines),
		close: () => output.close(),
	});
}

// --- helpers ---

const HELD_BACK_MS = 250;
const HELD_BACK_LENGTH = 16_384;

interface Output extends LogDestination {
	/** Writes complete lines at once, after those that are held back. */
	writeBlock(lines: Buffer): void;
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

/** Lays out the lines of another process. Text of a plugin stays as it is. */
function relayToPeople(
	lines: string,
	target: LogDestination,
	output: LogDestination,
): void {
	for (const line of lines.split("\n")) {
		if (line === "") continue;
		try {
			target.write(line);
		} catch {
			output.write(`${line}\n`);
		}
	}
}

function outputOf(
	destination: LogDestination | undefined,
	pretty: boolean,
): Output {
	if (destination !== undefined) {
		return {
			write: (line) => destination.write(line),
			writeBlock: (lines) => destination.write(lines.toString()),
			close: () => {},
		};
	}
	// A line appears on a terminal at once.
	if (pretty) {
		const stream = pino.destination({ dest: 1, sync: true });
		return {
			write: (line) => void stream.write(line),
			writeBlock: (lines) => void stream.write(lines.toString()),
			close: () => {},
		};
	}
	return heldBack();
}

/**
 * Writes in blocks instead of lines. The lines are joined here, because the stream's own `minLength` counts the bytes of the
 * whole block again for each line. A block is written synchronously, as `console.log` does: a block that is passed to another
 * thread is lost if the process exits first. The timer only runs while lines are buffered, so that an idle router does not wake
 * up.
 */
function heldBack(): Output {
	const stream = pino.destination({ dest: 1, sync: true });
	let blocks: typeof stream | undefined;
	let held = "";
	let timer: NodeJS.Timeout | undefined;
	const flush = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (held === "") return;
		stream.write(held);
		held = "";
	};
	// Also runs at `process.exit` and after an uncaught error. Only a kill loses buffered lines.
	process.once("exit", flush);
	return {
		write(line) {
			held += line;
			if (held.length >= HELD_BACK_LENGTH) flush();
			else timer ??= setTimeout(flush, HELD_BACK_MS).unref();
		},
		writeBlock(lines) {
			flush();
			blocks ??= pino.destination({
				dest: 1,
				sync: true,
				contentMode: "buffer",
			});
			// In this mode it takes bytes, and its types know texts only.
			blocks.write(lines as unknown as string);
		},
		close: flush,
	};
}
