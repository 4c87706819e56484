import {
	CHOMPING_MODE,
	COLLECTION_STYLE,
	EVENT_ID,
	type parseEvents,
	SCALAR_STYLE,
} from "js-yaml";
import type { KeyPath } from "../located.ts";

/** One event of the fast parser. */
export type Event = ReturnType<typeof parseEvents>[number];

/** Gathers where the nodes of a document are, piece by piece, without a copy of what they hold. */
export class TreeBuilder {
	readonly #text: string;
	readonly #open: Open[] = [];
	#tree: Tree = emptyTree(FIRST_SIZE);
	#count = 0;
	#textEnd = 0;
	#afterFlow = false;

	constructor(text: string) {
		this.#text = text;
	}

	/** True within a list, not in brackets, that is the value of a key of the document. */
	get isInList(): boolean {
		const [, list, ...inner] = this.#open;
		if (list === undefined || inner.length > 0) return false;
		return !list.isFlow && list.isKeyNext === undefined;
	}

	/**
	 * Takes the events of a piece; false where a node is doubtful.
	 *
	 * @param base where the piece begins in the text
	 */
	add(events: Iterable<Event>, base: number): boolean {
		for (const event of events) {
			const isGood =
				event.type === EVENT_ID.POP ? this.close() : this.#take(event, base);
			if (!isGood) return false;
		}
		return true;
	}

	/** Ends the innermost collection; false where none is open. */
	close(): boolean {
		const closed = this.#open.pop();
		if (closed === undefined) return false;
		this.#tree.next[closed.node] = this.#count;
		this.#afterFlow = closed.isFlow;
		return true;
	}

	/** Returns the nodes, once all collections are closed. */
	finish(): Tree {
		return this.#tree;
	}

	#take(event: Exclude<Event, PopEvent>, base: number): boolean {
		if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.ALIAS) {
			return false;
		}
		if (event.anchorStart >= 0 || event.tagStart >= 0) return false;
		const text = this.#text;
		const around = this.#open.at(-1);
		const isKey = around?.isKeyNext === true;
		if (around?.isKeyNext !== undefined) around.isKeyNext = !isKey;
		const start = startIn(event, base);
		if (this.#afterFlow && around?.isFlow === false) {
			if (isBesideEnd(text, this.#textEnd, start)) return false;
		}
		// `yaml` reads on past the end of an item that stands below a comment further left.
		const isValue = !isKey && !isBlock(event);
		if (isValue && isBelowComment(text, this.#textEnd, start)) return false;
		this.#afterFlow = false;
		const node = this.#addNode();
		const tree = this.#tree;
		tree.from[node] = start;
		if (isCollection(event)) {
			if (isKey) return false;
			const isMapping = event.type === EVENT_ID.MAPPING;
			tree.offset[node] = start;
			tree.to[node] = isMapping ? MAPPING : SEQUENCE;
			this.#open.push({
				node,
				isFlow: event.style === COLLECTION_STYLE.FLOW,
				isKeyNext: isMapping ? true : undefined,
			});
			return true;
		}
		const end = base + event.valueEnd;
		if (isDoubtful(event, text, start, end)) return false;
		if (isKey && isDoubtfulKey(event, text, start, end)) return false;
		tree.offset[node] = placeOf(event.style, start);
		tree.next[node] = this.#count;
		tree.to[node] = end;
		if (start >= 0) this.#textEnd = Math.max(this.#textEnd, end);
		return true;
	}

	#addNode(): number {
		const node = this.#count++;
		if (node >= this.#tree.next.length) this.#tree = grown(this.#tree);
		return node;
	}
}

/** The nodes of a document in the order of the text. */
export interface Tree {
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

/** Finds where the value at `path` begins, or its key; undefined where only the parser of record can tell. */
export function findOffset(
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

// --- helpers ---

type PopEvent = Extract<Event, { readonly type: 6 }>;

/** Nodes for which there is room at first. */
const FIRST_SIZE = 1024;

/** Binary, octal and hexadecimal numbers, and those beyond the largest. */
const DOUBTFUL_NUMBER = /^[-+]?(?:0[box]|[\d.]+e[-+]?\d{3}|[\d.]{300})/i;

const DIGIT_OR_SIGN = /[-+.\d]/;

/** A key that is a text as it stands, or a number that is written as it is read. */
const PLAIN_KEY = /^(?!(?:null|true|false)$)[^-+.~\d]|^(?:0|[1-9]\d{0,14})$/i;

/** The characters that a key begins with for which `PLAIN_KEY` has a condition. */
const ODD_STARTS = new Set("-+.~0123456789ntfNTF");

/** Where only the parser of record knows the place: an empty value, a block of text. */
const UNKNOWN = -1;

const MAPPING = -2;
const SEQUENCE = -3;

/** A collection around a node. */
interface Open {
	readonly node: number;
	readonly isFlow: boolean;
	/** Whether the next node is a key; undefined in a sequence. */
	isKeyNext: boolean | undefined;
}

function emptyTree(size: number): Tree {
	return {
		offset: new Int32Array(size),
		next: new Int32Array(size),
		from: new Int32Array(size),
		to: new Int32Array(size),
		items: new Map(),
	};
}

function grown(tree: Tree): Tree {
	const larger = emptyTree(tree.next.length * 2);
	for (const part of ["offset", "next", "from", "to"] as const) {
		larger[part].set(tree[part]);
	}
	return larger;
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
	// There is no room for a comment and the end of its line. So it is between most keys and their values.
	if (start - from < 3) return false;
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

/** Where an event begins in the whole text; below 0 for an empty value, which stands nowhere. */
function startIn(event: CollectionEvent | ScalarEvent, base: number): number {
	const start = isCollection(event) ? event.start : event.valueStart;
	return start < 0 ? UNKNOWN : base + start;
}

function placeOf(style: ScalarEvent["style"], start: number): number {
	if (start < 0) return UNKNOWN;
	switch (style) {
		case SCALAR_STYLE.PLAIN:
			return start;
		case SCALAR_STYLE.SINGLE_QUOTED:
		case SCALAR_STYLE.DOUBLE_QUOTED:
			return start - 1;
		default:
			return UNKNOWN;
	}
}

function isDoubtful(
	{ style, chomping }: ScalarEvent,
	text: string,
	start: number,
	end: number,
): boolean {
	switch (style) {
		case SCALAR_STYLE.PLAIN:
			return (
				DIGIT_OR_SIGN.test(text.charAt(start)) &&
				DOUBTFUL_NUMBER.test(text.slice(start, end))
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
	{ fast, style }: ScalarEvent,
	text: string,
	start: number,
	end: number,
): boolean {
	if (!fast) return true;
	if (style !== SCALAR_STYLE.PLAIN) return false;
	// Most keys need no copy of their text.
	const isOdd = start >= end || ODD_STARTS.has(text.charAt(start));
	return isOdd && !PLAIN_KEY.test(text.slice(start, end));
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
