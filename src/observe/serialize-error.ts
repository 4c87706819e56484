import { markWords } from "./private-text.ts";
import { createMarkValues } from "./private-values.ts";

/** An error as the log writes it. It never contains other properties, which may hold a whole request. */
export interface SerializedError {
	/** The name of the error's class, or the type of a thrown value that is not an error. */
	readonly type: string;
	readonly message: string;
	readonly stack?: string;
	readonly code?: string | number;
	readonly cause?: SerializedError;
	/** The first five errors of an AggregateError. */
	readonly errors?: readonly SerializedError[];
}

/** An error and the payload of the event that caused it. The message may repeat values of the payload. */
export class EventError {
	readonly error: unknown;
	readonly payload: unknown;

	constructor(error: unknown, payload: unknown) {
		this.error = error;
		this.payload = payload;
	}
}

/**
 * Converts any thrown value into plain data. `mask` is applied to all texts except the frames of the stack. If `trace` formats
 * a stack, including the stacks of the causes, it replaces all of them. Never throws.
 */
export function serializeError(
	error: unknown,
	mask: (text: string) => string,
	trace: (error: unknown) => string | undefined = noTrace,
): SerializedError {
	try {
		const isOfEvent = error instanceof EventError;
		const thrown = isOfEvent ? error.error : error;
		const mark = createMarkValues(isOfEvent ? error.payload : undefined);
		const maskWords: Mask = (text, of) => mask(markWords(text, of, mark));
		const traced = trace(thrown);
		if (traced === undefined) return serialize(thrown, maskWords, 0, true);
		const plain = serialize(thrown, maskWords, 0, false);
		return { ...plain, stack: mask(mark(traced)) };
	} catch {
		// A getter of the error threw an error.
		return { type: typeof error, message: "an error that cannot be read" };
	}
}

// --- helpers ---

/** The number of nested causes that are written. An error may be its own cause. */
const DEEPEST = 5;
const MOST = 5;

/** Masks a text of the error. */
type Mask = (text: string, thrown: unknown) => string;

function noTrace(): undefined {
	return undefined;
}

function serialize(
	error: unknown,
	mask: Mask,
	depth: number,
	hasStacks: boolean,
): SerializedError {
	if (!isErrorLike(error)) {
		return { type: typeof error, message: mask(toText(error), error) };
	}
	const { code, cause, stack } = error;
	const deeper = depth < DEEPEST;
	return {
		type: error.constructor?.name || error.name || "Error",
		message: mask(error.message, error),
		...(hasStacks &&
			typeof stack === "string" && {
				stack: maskStack(stack, error, mask),
			}),
		...(typeof code === "string" && { code: mask(code, error) }),
		...(typeof code === "number" && { code }),
		...(deeper &&
			cause !== undefined && {
				cause: serialize(cause, mask, depth + 1, hasStacks),
			}),
		...(deeper &&
			Array.isArray(error.errors) && {
				errors: error.errors
					.slice(0, MOST)
					.map((each) => serialize(each, mask, depth + 1, hasStacks)),
			}),
	};
}

interface ErrorLike extends Error {
	readonly code?: unknown;
	readonly errors?: unknown;
}

// Checks the shape, because an error may come from another realm (`node:vm`).
function isErrorLike(error: unknown): error is ErrorLike {
	return (
		typeof error === "object" &&
		error !== null &&
		typeof (error as Partial<Error>).message === "string"
	);
}

// The message is also at the start of the stack and is masked there. The frames are positions in files. They are searched after
// the message, which may contain text that looks like a frame.
// are looked for behind the message, which may hold what looks like one.
function maskStack(stack: string, error: ErrorLike, mask: Mask): string {
	const { message } = error;
	const at = stack.indexOf(message);
	// The message was changed after the stack was created, so the start of the frames is unknown.
	if (at === -1) return mask(stack, error);
	const from = at + message.length;
	const found = stack.slice(from).search(/\n {4}at /);
	if (found === -1) return mask(stack, error);
	const frames = from + found;
	return mask(stack.slice(0, frames), error) + stack.slice(frames);
}

function toText(thrown: unknown): string {
	try {
		return typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown);
	} catch {
		return "something that cannot be shown as text";
	}
}
