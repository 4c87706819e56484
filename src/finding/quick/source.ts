import type { Steps } from "../../turns.ts";
import type { KeyPath } from "../located.ts";
import { Doubt } from "./doubt.ts";
import { QuickParser } from "./parser.ts";
import { findOffset } from "./tree.ts";

/** A quickly parsed value, and the positions of its parts. */
export interface QuickSource {
	readonly value: unknown;
	/**
	 * Returns the offset of the value at `path`, or of its key. If the path does not exist, returns the nearest parent's.
	 * Undefined if only the reference parser can tell.
	 */
	offsetOf(path: KeyPath, part: "key" | "value"): number | undefined;
}

/**
 * Reads the usual YAML eight times as fast as the reference parser, in steps between which the event loop may run.
 * Returns undefined for everything else: mistakes, anchors, tags, several documents, unusual characters and numbers, and whatever
 * is rare or easy to get wrong. A fuzz test holds both parsers equal.
 *
 * @param size the characters between two steps. Default: some milliseconds of work
 */
export function* readQuickly(
	text: string,
	size = STEP_SIZE,
): Steps<QuickSource | undefined> {
	if (DOUBTFUL_TEXT.test(text)) return undefined;
	const parser = new QuickParser(text);
	try {
		const value = yield* parser.read(size);
		const tree = parser.tree.finish();
		return {
			value,
			offsetOf: (path, part) => findOffset(tree, text, path, part),
		};
	} catch (error) {
		if (error instanceof Doubt) return undefined;
		throw error;
	}
}

// --- helpers ---

const STEP_SIZE = 65_536;

/** Tabs, control characters, line ends of other systems, and the marks between documents. */
const DOUBTFUL_TEXT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for.
	/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)|^(?:---|\.\.\.|%)/m;
