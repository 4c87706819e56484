import {
	CHOMPING_MODE,
	COLLECTION_STYLE,
	CORE_SCHEMA,
	constructFromEvents,
	EVENT_ID,
	parseEvents,
	SCALAR_STYLE,
} from "js-yaml";
import type { Steps } from "../turns.ts";
import type { KeyPath } from "./located.ts";

/** A value that was read fast, and where each part of it begins. */
export interface QuickSource {
	readonly value: unknown;
	/**
	 * Finds where the value at `path` begins, or its key, as an offset in the text; the nearest parent
	 * when the path does not exist. Undefined where only the parser of record can tell.
	 */
	offsetOf(path: KeyPath, part: "key" | "value"): number | undefined;
}

/**
 * Reads a YAML text some ten times as fast as the parser of record, in two steps between which the
 * event loop may turn. Declines (undefined) whatever both parsers could take differently: mistakes,
 * anchors, tags, several documents, odd characters and odd numbers.
 */
export function* readQuickly(text: string): Steps<QuickSource | undefined> {
	if (DOUBTFUL_TEXT.test(text)) return undefined;
	try {
		const events = parseEvents(text, {});
		const tree = toTree(events, text);
		if (tree === undefined) return undefined;
		yield;
		const options = { source: text, schema: CORE_SCHEMA };
		const [value] = constructFromEvents(events, options);
		return {
			value,
			offsetOf: (path, part) => findOffset(tree, text, path, part),
		};
	} catch {
		// The parser of record says what is wrong, and where.
		return undefined;
	}
}

// --- helpers ---

type Event = ReturnType<typeof parseEvents>[number];

/** Tabs, control characters, line ends of other systems, explicit keys, indentation by number, and what parts documents. */
const DOUBTFUL_TEXT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for.
	/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)|(?<![^\s[{,])\?\s|(?<=\s)[|>][-+]?\d|^(?: *(?:---|\.\.\.)|%)/m;

/** Binary, octal and hexadecimal numbers, and those beyond the largest. */
const DOUBTFUL_NUMBER = /^[-+]?(?:0[box]|[\d.]+e[-+]?\d{3}|[\d.]{300})/i;

const DIGIT_OR_SIGN = /[-+.\d]/;

/** A key that is a text as it stands, or a number that is written as it is read. */
const PLAIN_KEY = /^(?!(?:null|true|false)$)[^-+.~\d]|^(?:0|[1-9]\d{0,14})$/i;

/** Where only the parser of record knows the place: an empty value, a block of text. */
const UNKNOWN = -1;

/** The nodes of a document in the order of the text, without a copy of what they hold. */
interface Tree {
	/** Where a node begins in the text. */
	readonly offset: Int32Array;
	/** The node behind it and all that is in it. */
	readonly next: Int32Array;
	/** Where a scalar's text begins and ends, without its quotes; the end of a collection says which one it is. */
	readonly from: Int32Array;
	readonly to: Int32Array;
	/** The items of the sequences that were looked into: a list may have 100,000. */
	readonly items: Map<number, readonly number[]>;
}

const MAPPING = -2;
const SEQUENCE = -3;

/** Gathers where nodes are; undefined where a node is doubtful. */
function toTree(events: readonly Event[], text: string): Tree | undefined {
	const tree: Tree = {
		offset: new Int32Array(events.length),
		next: new Int32Array(events.length),
		from: new Int32Array(events.length),
		to: new Int32Array(events.length),
		items: new Map(),
	};
	const [document, root] = events;
	if (document?.type !== EVENT_ID.DOCUMENT || !isCollection(root)) {
		return undefined;
	}
	const open: Open[] = [];
	let count = 0;
	let textEnd = 0;
	let afterFlow = false;
	for (let index = 1; index < events.length - 1; index++) {
		const event = events[index] as Event;
		if (event.type === EVENT_ID.POP) {
			const closed = open.pop();
			if (closed === undefined) return undefined;
			tree.next[closed.node] = count;
			afterFlow = closed.isFlow;
			continue;
		}
		if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.ALIAS) {
			return undefined;
		}
		if (event.anchorStart >= 0 || event.tagStart >= 0) return undefined;
		const node = count++;
		const around = open.at(-1);
		const isKey = around?.isKeyNext === true;
		if (around?.isKeyNext !== undefined) around.isKeyNext = !isKey;
		const start = isCollection(event) ? event.start : event.valueStart;
		if (afterFlow && around?.isFlow === false) {
			if (isBesideEnd(text, textEnd, start)) return undefined;
		}
		// `yaml` reads on past the end of an item that stands below a comment further left.
		const isValue = !isKey && !isBlock(event);
		if (isValue && isBelowComment(text, textEnd, start)) return undefined;
		afterFlow = false;
		tree.from[node] = start;
		if (isCollection(event)) {
			if (isKey) return undefined;
			const isMapping = event.type === EVENT_ID.MAPPING;
			tree.offset[node] = start;
			tree.to[node] = isMapping ? MAPPING : SEQUENCE;
			open.push({
				node,
				isFlow: event.style === COLLECTION_STYLE.FLOW,
				isKeyNext: isMapping ? true : undefined,
			});
			continue;
		}
		if (isDoubtful(event, text) || (isKey && isDoubtfulKey(event, text))) {
			return undefined;
		}
		tree.offset[node] = startOf(event);
		tree.next[node] = count;
		tree.to[node] = event.valueEnd;
		textEnd = Math.max(textEnd, event.valueEnd);
	}
	return tree;
}

/** A collection around a node. */
interface Open {
	readonly node: number;
	readonly isFlow: boolean;
	/** Whether the next node is a key; undefined in a sequence. */
	isKeyNext: boolean | undefined;
}

function isBlock(event: Event): boolean {
	return isCollection(event) && event.style === COLLECTION_STYLE.BLOCK;
}

/** True for a node on the line where a `}` or `]` ends the one before: js-yaml lets that pass. */
function isBesideEnd(text: string, from: number, start: number): boolean {
	const gap = text.slice(from, Math.max(start, from));
	const end = Math.max(gap.lastIndexOf("]"), gap.lastIndexOf("}"));
	return end >= 0 && !gap.includes("\n", end);
}

/** True for a node that begins a line, where a comment stands between it and the node before. */
function isBelowComment(text: string, from: number, start: number): boolean {
	const gap = text.slice(from, Math.max(start, from));
	const lineEnd = gap.lastIndexOf("\n");
	if (lineEnd < 0 || gap.slice(lineEnd).trim() !== "") return false;
	return gap.lastIndexOf("#", lineEnd) >= 0;
}

type CollectionEvent = Extract<Event, { readonly type: 2 | 3 }>;

function isCollection(event: Event | undefined): event is CollectionEvent {
	return event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING;
}

type ScalarEvent = Extract<Event, { readonly type: 4 }>;

function startOf({ style, valueStart }: ScalarEvent): number {
	if (valueStart < 0) return UNKNOWN;
	switch (style) {
		case SCALAR_STYLE.PLAIN:
			return valueStart;
		case SCALAR_STYLE.SINGLE_QUOTED:
		case SCALAR_STYLE.DOUBLE_QUOTED:
			return valueStart - 1;
		default:
			return UNKNOWN;
	}
}

function isDoubtful(
	{ style, chomping, valueStart, valueEnd }: ScalarEvent,
	text: string,
): boolean {
	switch (style) {
		case SCALAR_STYLE.PLAIN:
			return (
				DIGIT_OR_SIGN.test(text.charAt(valueStart)) &&
				DOUBTFUL_NUMBER.test(text.slice(valueStart, valueEnd))
			);
		case SCALAR_STYLE.SINGLE_QUOTED:
		case SCALAR_STYLE.DOUBLE_QUOTED:
			return false;
		default:
			return chomping === CHOMPING_MODE.KEEP;
	}
}

/** Only a key on one line, without escapes, is found again by its text. */
function isDoubtfulKey(
	{ fast, style, valueStart, valueEnd }: ScalarEvent,
	text: string,
): boolean {
	if (!fast) return true;
	return (
		style === SCALAR_STYLE.PLAIN &&
		!PLAIN_KEY.test(text.slice(valueStart, valueEnd))
	);
}

function findOffset(
	tree: Tree,
	text: string,
	path: KeyPath,
	part: "key" | "value",
): number | undefined {
	let node = 0;
	let offset = tree.offset[node];
	for (const [depth, key] of path.entries()) {
		const isMapping = tree.to[node] === MAPPING;
		const found = isMapping
			? findKey(tree, text, node, String(key))
			: itemsOf(tree, node)[Number(key)];
		if (found === undefined) break;
		node = isMapping ? found + 1 : found;
		const isKey = isMapping && part === "key" && depth === path.length - 1;
		offset = tree.offset[isKey ? found : node];
	}
	return offset === UNKNOWN ? undefined : offset;
}

function findKey(
	{ next, from, to }: Tree,
	text: string,
	mapping: number,
	name: string,
): number | undefined {
	const end = next[mapping] as number;
	for (let key = mapping + 1; key < end; key = next[key + 1] as number) {
		if (text.slice(from[key], to[key]) === name) return key;
	}
	return undefined;
}

/** The items of a sequence; none of a scalar. */
function itemsOf(
	{ next, to, items }: Tree,
	sequence: number,
): readonly number[] {
	if (to[sequence] !== SEQUENCE) return [];
	let found = items.get(sequence);
	if (found === undefined) {
		const nodes: number[] = [];
		const end = next[sequence] as number;
		for (let node = sequence + 1; node < end; node = next[node] as number) {
			nodes.push(node);
		}
		found = nodes;
		items.set(sequence, found);
	}
	return found;
}
