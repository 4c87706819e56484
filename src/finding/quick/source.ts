import {
	COLLECTION_STYLE,
	CORE_SCHEMA,
	constructFromEvents,
	EVENT_ID,
	parseEvents,
} from "js-yaml";
import { defineField } from "../../event/define-field.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Steps } from "../../turns.ts";
import type { KeyPath } from "../located.ts";
import { cutIntoPieces, type Piece } from "./pieces.ts";
import { type Event, findOffset, type Tree, TreeBuilder } from "./tree.ts";

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
 * Reads a YAML text about ten times as fast as the reference parser, in steps between which the event loop may run: two, or two
 * for each piece of a long text. Returns undefined for text that both parsers could read differently: mistakes, anchors, tags,
 * several documents, unusual characters and numbers.
 *
 * @param size the characters of a piece. By default the text is read at once. V8 optimizes the parser again for the first
 * pieces, which then take twice the CPU
 */
export function* readQuickly(
	text: string,
	size?: number,
): Steps<QuickSource | undefined> {
	if (DOUBTFUL_TEXT.test(text)) return undefined;
	const pieces = size === undefined ? undefined : cutIntoPieces(text, size);
	// A text may be split at a wrong position, and be valid as a whole.
	const read =
		(pieces && (yield* orNothing(readPieces(text, pieces)))) ??
		(yield* orNothing(readWhole(text)));
	return (
		read && {
			value: read.value,
			offsetOf: (path, part) => findOffset(read.tree, text, path, part),
		}
	);
}

// --- helpers ---

/** Tabs, control characters, line ends of other systems, explicit keys, indentation by number, and what parts documents. */
const DOUBTFUL_TEXT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for.
	/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)|(?<![^\s[{,])\?\s|(?<=\s)[|>][-+]?\d|^(?: *(?:---|\.\.\.)|%)/m;

/** The reference parser describes the mistake and its position. */
function* orNothing<Result>(
	steps: Steps<Result | undefined>,
): Steps<Result | undefined> {
	try {
		return yield* steps;
	} catch {
		return undefined;
	}
}

interface Read {
	readonly value: unknown;
	readonly tree: Tree;
}

function* readWhole(text: string): Steps<Read | undefined> {
	const events = parseEvents(text, {});
	if (!isDocument(events)) return undefined;
	const builder = new TreeBuilder(text);
	if (!builder.add(events.slice(1, -1), 0)) return undefined;
	yield;
	return { value: construct(events, text), tree: builder.finish() };
}

/** Reads the pieces one after the other, as if they were one text. */
function* readPieces(
	text: string,
	pieces: readonly Piece[],
): Steps<Read | undefined> {
	const builder = new TreeBuilder(text);
	const value: Record<string, unknown> = {};
	for (const [index, { from, to, itemsOf }] of pieces.entries()) {
		const piece = text.slice(from, to);
		const events = parseEvents(piece, {});
		const isMapping = itemsOf === undefined;
		if (!isDocument(events) || !isBlock(events[1], isMapping)) return undefined;
		// The list of the last key continues in the next piece, so its end is omitted.
		const goesOn = pieces[index + 1]?.itemsOf !== undefined;
		const ends = isMapping && goesOn ? END_OF_ALL + 1 : END_OF_ALL;
		// If the document's own mapping is already open, only its content counts.
		const isFirst = index === 0;
		if (!builder.add(events.slice(isFirst ? 1 : 2, -ends), from)) {
			return undefined;
		}
		yield;
		if (!put(value, construct(events, piece), itemsOf)) return undefined;
		if (goesOn && !builder.isInList) return undefined;
		if (!isMapping && !goesOn) builder.close();
		yield;
	}
	builder.close();
	return { value, tree: builder.finish() };
}

/** The ends of the document, and of the collection that it is. */
const END_OF_ALL = 2;

function isDocument(events: readonly Event[]): boolean {
	const [document, root] = events;
	return (
		document?.type === EVENT_ID.DOCUMENT &&
		(root?.type === EVENT_ID.SEQUENCE || root?.type === EVENT_ID.MAPPING)
	);
}

function isBlock(root: Event | undefined, isMapping: boolean): boolean {
	const type = isMapping ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE;
	return root?.type === type && root.style === COLLECTION_STYLE.BLOCK;
}

function construct(events: Event[], text: string): unknown {
	const [value] = constructFromEvents(events, {
		source: text,
		schema: CORE_SCHEMA,
	});
	return value;
}

/** Adds the content of a piece to the whole. Returns false if that is not possible. */
function put(
	value: Record<string, unknown>,
	piece: unknown,
	itemsOf: string | undefined,
): boolean {
	if (itemsOf !== undefined) {
		const list = value[itemsOf];
		if (!Array.isArray(list) || !Array.isArray(piece)) return false;
		for (const item of piece) list.push(item);
		return true;
	}
	if (!isRecord(piece)) return false;
	for (const [key, part] of Object.entries(piece)) {
		// A duplicate key is left to the reference parser.
		if (Object.hasOwn(value, key)) return false;
		defineField(value, key, part);
	}
	return true;
}
