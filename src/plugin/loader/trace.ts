import { readFileSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { HookError } from "../../errors.ts";
import { maskText } from "../../observe/mask.ts";
import { createOriginalPlace, type OriginalPlace } from "./fault.ts";

/** Formats the stack of a handler's error for people. Undefined if there is no useful one. */
export type Trace = (error: unknown) => string | undefined;

/** The maximum length of a formatted stack in characters. */
export const TRACE_LENGTH = 4096;

/**
 * Creates the function that formats stacks: the user's own frames first, with paths relative to `folder` and positions in the
 * original text, then the frames of packages in between. Frames of the router and of Node are omitted. Causes follow. An error
 * with a code has its own sentence, so only its cause is formatted. Messages and paths are masked as in the log. It never
 * throws.
 *
 * @param folder the folder of routes.yaml, absolute
 */
export function createTrace(folder: string): Trace {
	const locate = createLocator(folder);
	const show = (frame: Frame): string => {
		const place = locate(frame);
		return `    at ${frame.name === "" ? place : `${frame.name} (${place})`}`;
	};
	return (error) => {
		try {
			const thrown = error instanceof HookError ? error.cause : error;
			if (!hasStack(thrown)) return undefined;
			const lines = toLines(thrown, show, { left: ERRORS_SHOWN });
			return lines.some((line) => line.startsWith("    at "))
				? cut(lines)
				: undefined;
		} catch {
			// A getter of somebody else's error threw.
			return undefined;
		}
	};
}

/**
 * Finds the position in the user's own files where an error was thrown: `plugins/x.ts:3:42`. Undefined if the stack does not
 * contain it.
 */
export type PlaceOf = (error: unknown) => string | undefined;

/**
 * Makes the function that finds the innermost frame of the user's own, as in a trace. It never throws.
 *
 * @param folder the folder of routes.yaml, absolute
 */
export function createPlaceOf(folder: string): PlaceOf {
	const locate = createLocator(folder);
	return (error) => {
		try {
			if (!hasStack(error)) return undefined;
			const frames = framesOf(error.stack, String(error.message));
			const own = frames.find(({ file }) => isOwn(file));
			return own && oneLine(locate(own));
		} catch {
			// A getter of somebody else's error threw.
			return undefined;
		}
	};
}

// --- helpers ---

/** Makes the function that writes a frame's place, relative to the folder and as the file was written. */
function createLocator(folder: string): (frame: Frame) => string {
	const placeIn = createPlaces();
	return ({ file, line, column }) => {
		const path = relative(folder, file).split(sep).join("/");
		// Node itself runs what a plugin imports of these: nothing was moved.
		const isNative = /\.[cm]js$/.test(path) && !path.startsWith("plugins/");
		const at =
			isOwn(file) && !isNative ? placeIn(file)(line, column) : { line, column };
		return `${path}:${at.line}:${at.column}`;
	};
}

/** The total number of errors: a cause may be its own cause. */
const ERRORS_SHOWN = 8;
/** Frames of each error. */
const FRAMES_SHOWN = 12;
const MESSAGE_LENGTH = 512;
/** The limits for reading a stack, whose text may come from a sender: characters, lines, and characters of a line. */
const STACK_LENGTH = 65_536;
const STACK_LINES = 100;
const LINE_LENGTH = 1024;

interface Frame {
	/** Of the function; empty where it has none. */
	readonly name: string;
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

function toLines(
	error: unknown,
	show: (frame: Frame) => string,
	budget: { left: number },
): string[] {
	budget.left -= 1;
	if (!hasStack(error)) return [oneLine(String(error))];
	const { stack, message, cause, errors } = error;
	const frames = framesOf(stack, String(message));
	const lines = [headOf(error), ...chosen(frames).map(show).map(oneFrame)];
	const add = (what: string, inner: unknown): void => {
		if (budget.left <= 0) return;
		const [head = "", ...rest] = toLines(inner, show, budget);
		lines.push(`${what}: ${head}`, ...rest);
	};
	if (cause !== undefined) add("Caused by", cause);
	if (Array.isArray(errors))
		for (const one of errors.slice(0, ERRORS_SHOWN)) add("One of them", one);
	return lines;
}

interface ErrorWithStack extends Error {
	readonly stack: string;
	readonly errors?: unknown;
}

// By shape, as an error may come from another realm (`node:vm`).
function hasStack(error: unknown): error is ErrorWithStack {
	return (
		typeof error === "object" &&
		error !== null &&
		typeof (error as Partial<Error>).stack === "string"
	);
}

function headOf(error: Error): string {
	const name = String(error.constructor?.name || error.name || "Error");
	const { code } = error as NodeJS.ErrnoException;
	const message = String(error.message);
	const isCoded = typeof code === "string" && !message.includes(code);
	return oneLine(`${name}${isCoded ? ` [${code}]` : ""}: ${message}`);
}

const FRAME =
	/^\s+at (?:(.*?) \(|async )?((?:file:|\/|[A-Za-z]:[\\/]).*):(\d+):(\d+)\)?$/;

/** Parses the frames of a stack, innermost first. They follow the message, which may contain similar lines. */
function framesOf(stack: string, message: string): Frame[] {
	const at = stack.indexOf(message);
	const behind = at === -1 ? 0 : at + message.length;
	const texts = stack.slice(behind, behind + STACK_LENGTH).split("\n");
	return texts.slice(0, STACK_LINES).flatMap((text) => {
		const found = text.length > LINE_LENGTH ? null : FRAME.exec(text);
		if (found === null) return [];
		const [, name = "", path = "", line, column] = found;
		const file = path.startsWith("file:") ? fileURLToPath(path) : path;
		return { name, file, line: Number(line), column: Number(column) };
	});
}

/** Chooses the useful frames: the user's own, then those of packages that it called. All of them if none is the user's. */
function chosen(frames: readonly Frame[]): readonly Frame[] {
	const end = frames.findLastIndex(({ file }) => isOwn(file)) + 1;
	if (end === 0) return frames.slice(0, FRAMES_SHOWN);
	const inner = frames.slice(0, end);
	const own = inner.filter(({ file }) => isOwn(file));
	const packages = inner.filter(({ file }) => !isOwn(file) && !isOurs(file));
	return [...own, ...packages].slice(0, FRAMES_SHOWN);
}

/** The folder of this package, and that of its code: `src` or `dist`. */
const PACKAGE = fileURLToPath(new URL("../../../", import.meta.url));
const CODE = fileURLToPath(new URL("../../", import.meta.url));
/** Where the source maps of a build lead to. */
const SOURCES = `${PACKAGE}src${sep}`;
const SHIPPED = `${PACKAGE}plugins${sep}shipped${sep}`;

function isOurs(file: string): boolean {
	return (
		file.startsWith(CODE) ||
		file.startsWith(SOURCES) ||
		file.startsWith(`${PACKAGE}node_modules${sep}`)
	);
}

/** True for a plugin or a file that one imports; for the shipped ones too, wherever this package is. */
function isOwn(file: string): boolean {
	if (file.startsWith(SHIPPED)) return true;
	return !isOurs(file) && !file.includes(`${sep}node_modules${sep}`);
}

/** The limits of the remembered files: their number and size. A stack may name files that are not plugins. */
const FILES_MAX = 100;
const FILE_BYTES = 1024 * 1024;

/** Reads and transforms a file when the first error comes from it. */
function createPlaces(): (file: string) => OriginalPlace {
	const known = new Map<string, OriginalPlace>();
	return (file) => {
		const found = known.get(file);
		if (found !== undefined) return found;
		if (known.size >= FILES_MAX) return asItRan;
		const place = readPlace(file);
		known.set(file, place);
		return place;
	};
}

function readPlace(file: string): OriginalPlace {
	try {
		if (!/\.[cm]?[jt]s$/.test(file)) return asItRan;
		// To read a pipe would wait for its writer.
		const found = statSync(file);
		if (!found.isFile() || found.size > FILE_BYTES) return asItRan;
		return createOriginalPlace({ file, text: readFileSync(file, "utf8") });
	} catch {
		return asItRan;
	}
}

const asItRan: OriginalPlace = (line, column) => ({ line, column });

/** Control and formatting characters, and halves of a pair, could move a terminal's cursor, or hide a line. */
function clean(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ");
}

function oneLine(text: string): string {
	const line = maskText(clean(text.slice(0, 2 * MESSAGE_LENGTH)));
	if (line.length <= MESSAGE_LENGTH) return line;
	return `${clean(line.slice(0, MESSAGE_LENGTH - 1))}…`;
}

function oneFrame(text: string): string {
	return `    ${oneLine(text.trimStart())}`;
}

function cut(lines: readonly string[]): string {
	let text = "";
	for (const line of lines) {
		if (text.length + line.length + 2 > TRACE_LENGTH) return `${text}\n…`;
		text += text === "" ? line : `\n${line}`;
	}
	return text;
}
