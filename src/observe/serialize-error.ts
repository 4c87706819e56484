import { markWords } from "./private-text.ts";
import { createMarkValues } from "./private-values.ts";

/** An error as the log writes it: never its other properties, which may hold a whole request. */
export interface SerializedError {
	/** The name of the error's class; the type of a thrown value that is no error. */
	readonly type: string;
	readonly message: string;
	readonly stack?: string;
	readonly code?: string | number;
	readonly cause?: SerializedError;
	/** The first five errors of an AggregateError. */
	readonly errors?: readonly SerializedError[];
}

/** An error, and the payload of the event whose handling threw it: its message may repeat values of that. */
export class EventError {
	readonly error: unknown;
	readonly payload: unknown;

	constructor(error: unknown, payload: unknown) {
		this.error = error;
		this.payload = payload;
	}
}

/**
 * Turns anything that was thrown into plain data; `mask` goes over every text of it but the frames of its stack. Where `trace`
 * writes a stack, with those of the causes in it, it takes the place of all of theirs. Never throws.
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
		// A getter of somebody else's error threw.
		return { type: typeof error, message: "an error that cannot be read" };
	}
}

// --- helpers ---

/** Causes of causes that are written; an error may be its own cause. */
const DEEPEST = 5;
const MOST = 5;

/** Masks a text of what was thrown. */
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

// By shape, as an error may come from another realm (`node:vm`).
function isErrorLike(error: unknown): error is ErrorLike {
	return (
		typeof error === "object" &&
		error !== null &&
		typeof (error as Partial<Error>).message === "string"
	);
}

// The message stands at the stack's head and is masked there too; the frames are places in files. They
// are looked for behind the message, which may hold what looks like one.
function maskStack(stack: string, error: ErrorLike, mask: Mask): string {
	const { message } = error;
	const at = stack.indexOf(message);
	// A message that was changed afterwards: nobody knows where the frames begin.
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
