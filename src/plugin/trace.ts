import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { HookError } from "../errors.ts";
import { maskText } from "../observe/mask.ts";
import { createOriginalPlace, type OriginalPlace } from "./fault.ts";

/** Writes the stack of what a handler threw, for people; undefined where there is none that helps. */
export type Trace = (error: unknown) => string | undefined;

/** Characters of a written stack at most. */
export const TRACE_LENGTH = 4096;

/**
 * Makes the function that writes stacks: the user's own frames first, with paths relative to `folder` and
 * places in the text as it was written, then those of the packages in between; the router's own and Node's
 * are left out. Causes follow. A refusal by code has its own sentence: of it only the cause is written. Messages
 * and paths are masked as in the log. It never throws.
 *
 * @param folder the folder of routes.yaml, absolute
 */
export function createTrace(folder: string): Trace {
	const placeIn = createPlaces();
	const show = (frame: Frame): string => {
		const { name, file, line, column } = frame;
		const path = relative(folder, file).split(sep).join("/");
		// Node itself runs what a plugin imports of these: nothing was moved.
		const isNative = /\.[cm]js$/.test(path) && !path.startsWith("plugins/");
		const at =
			isOwn(file) && !isNative ? placeIn(file)(line, column) : { line, column };
		const place = `${path}:${at.line}:${at.column}`;
		return `    at ${name === "" ? place : `${name} (${place})`}`;
	};
	return (error) => {
		try {
			const thrown = error instanceof HookError ? error.cause : error;
			const lines = toLines(thrown, show, 0);
			return lines.some((line) => line.startsWith("    at "))
				? cut(lines)
				: undefined;
		} catch {
			// A getter of somebody else's error threw.
			return undefined;
		}
	};
}

// --- helpers ---

/** Causes of causes beyond this are left out: a cause may be its own. */
const DEEPEST = 5;
/** Errors of an AggregateError, and frames of each error, that are shown. */
const ERRORS_SHOWN = 5;
const FRAMES_SHOWN = 12;
const MESSAGE_LENGTH = 512;
/** Characters of a stack that are looked at. */
const STACK_LENGTH = 65_536;

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
	depth: number,
): string[] {
	if (!(error instanceof Error) && !hasStack(error)) {
		return depth === 0 ? [] : [oneLine(String(error))];
	}
	const { stack, message, cause, errors } = error as AggregateError;
	const frames = framesOf(String(stack).slice(0, STACK_LENGTH), message);
	const lines = [headOf(error), ...chosen(frames).map(show).map(oneFrame)];
	if (depth >= DEEPEST) return lines;
	const deeper = (what: string, inner: unknown): string[] => {
		const [head = "", ...rest] = toLines(inner, show, depth + 1);
		return [`${what}: ${head}`, ...rest];
	};
	if (cause !== undefined) lines.push(...deeper("Caused by", cause));
	if (Array.isArray(errors))
		for (const one of errors.slice(0, ERRORS_SHOWN))
			lines.push(...deeper("One of them", one));
	return lines;
}

// By shape, as an error may come from another realm (`node:vm`).
function hasStack(error: unknown): error is Error {
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

/** The frames of a stack, innermost first: behind the message, which may hold what looks like one. */
function framesOf(stack: string, message: string): Frame[] {
	const at = stack.indexOf(message);
	const behind = at === -1 ? stack : stack.slice(at + message.length);
	return behind.split("\n").flatMap((text) => {
		const found = FRAME.exec(text);
		if (found === null) return [];
		const [, name = "", path = "", line, column] = found;
		const file = path.startsWith("file:") ? fileURLToPath(path) : path;
		return { name, file, line: Number(line), column: Number(column) };
	});
}

/** What called the user's own code is the router's business; without any such frame all of them may help. */
function chosen(frames: readonly Frame[]): readonly Frame[] {
	const end = frames.findLastIndex(({ file }) => isOwn(file)) + 1;
	if (end === 0) return frames.slice(0, FRAMES_SHOWN);
	const inner = frames.slice(0, end);
	const own = inner.filter(({ file }) => isOwn(file));
	const packages = inner.filter(({ file }) => !isOwn(file) && !isOurs(file));
	return [...own, ...packages].slice(0, FRAMES_SHOWN);
}

/** The folder of this package, and that of its code: `src` or `dist`. */
const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));
const CODE = fileURLToPath(new URL("../", import.meta.url));
const SHIPPED = `${PACKAGE}plugins${sep}shipped${sep}`;

function isOurs(file: string): boolean {
	return (
		file.startsWith(CODE) || file.startsWith(`${PACKAGE}node_modules${sep}`)
	);
}

/** A plugin, or a file that one imports; the shipped ones too, wherever this package is. */
function isOwn(file: string): boolean {
	if (file.startsWith(SHIPPED)) return true;
	return !isOurs(file) && !file.includes(`${sep}node_modules${sep}`);
}

/** Reads and transforms a file when the first error comes from it, as it was loaded not long before. */
function createPlaces(): (file: string) => OriginalPlace {
	const known = new Map<string, OriginalPlace>();
	return (file) => {
		let place = known.get(file);
		if (place === undefined) {
			place = readPlace(file);
			known.set(file, place);
		}
		return place;
	};
}

function readPlace(file: string): OriginalPlace {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		return asItRan;
	}
	return createOriginalPlace({ file, text });
}

const asItRan: OriginalPlace = (line, column) => ({ line, column });

/** Control and formatting characters, and halves of a pair, could move a terminal's cursor, or hide a line. */
function clean(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ");
}

function oneLine(text: string): string {
	const line = maskText(clean(text));
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
