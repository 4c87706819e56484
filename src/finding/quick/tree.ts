import type { KeyPath } from "../located.ts";

/** Gathers the positions of the nodes of a document, in the order of the text, without a copy of their content. */
export class TreeBuilder {
	#tree: Tree = emptyTree(FIRST_SIZE);
	#count = 0;

	/** Adds a collection that begins at `offset`. Returns its node, which `close` needs. */
	open(offset: number, kind: Collection): number {
		return this.#add(offset, offset, kind);
	}

	/** Ends a collection, behind all that is in it. */
	close(node: number): void {
		this.#tree.next[node] = this.#count;
	}

	/**
	 * Adds a scalar.
	 *
	 * @param offset where it begins, with its quote. `UNKNOWN` if only the reference parser can tell
	 * @param from where its text begins, without quotes
	 */
	addScalar(offset: number, from: number, to: number): void {
		const node = this.#add(offset, from, to);
		this.#tree.next[node] = this.#count;
	}

	/** Returns the nodes, once all collections are closed. */
	finish(): Tree {
		return this.#tree;
	}

	#add(offset: number, from: number, to: number): number {
		const node = this.#count++;
		if (node === this.#tree.next.length) this.#tree = grown(this.#tree);
		const tree = this.#tree;
		tree.offset[node] = offset;
		tree.from[node] = from;
		tree.to[node] = to;
		return node;
	}
}

/** The nodes of a document in the order of the text. */
export interface Tree {
	/** The offsets of the nodes in the text. */
	readonly offset: Int32Array;
	/** The nodes that follow a node and all that is in it. */
	readonly next: Int32Array;
	/** The offsets of the texts of scalars, without their quotes. `to` of a collection is its kind. */
	readonly from: Int32Array;
	readonly to: Int32Array;
	/** The items of the sequences that were looked into. A list may have 100,000. */
	readonly items: Map<number, readonly number[]>;
}

/** The offset of a node whose position only the reference parser knows: an empty value, a block of text. */
export const UNKNOWN = -1;

export const MAPPING = -2;
export const SEQUENCE = -3;

export type Collection = typeof MAPPING | typeof SEQUENCE;

/** Finds the offset of the value at `path`, or of its key. Undefined if only the reference parser can tell. */
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

/** The number of nodes that have room at first. */
const FIRST_SIZE = 1024;

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

/** Returns the items of a sequence, and none for a scalar. */
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
