import type { FieldValue, Lookup } from "./conditions/condition.ts";

/**
 * Finds options of routes by the values of several fields. Each field costs one look-up in a hash map, one for each table,
 * or one for each length of its prefixes. The number of values, rows and prefixes does not affect the cost.
 */
export interface LookupTree<T> {
	/**
	 * Adds the matching leaves to `found`.
	 *
	 * @param prefix characters of prefixes on the path so far, 0 at the root
	 */
	collect(valueAt: ValueAt, found: FoundLeaves<T>, prefix: number): void;
}

/** Returns the value of a field by its index. */
export type ValueAt = (field: number) => FieldValue;

/** The leaves that match one webhook. */
export interface FoundLeaves<T> {
	readonly leaves: (readonly T[])[];
	/** The characters of the prefixes on the path to each leaf. */
	readonly prefixes: number[];
}

/** One way in which the fields of a route can match: by strings, by keys of a table, or by prefixes. */
export interface Planted<T> {
	readonly item: T;
	/** By field, in the order of `fields`. */
	readonly lookups: readonly Lookup[];
}

/** A field of a tree. */
export interface TreeField {
	/** Its index for `valueAt`. */
	readonly index: number;
	/** True if the look-ups of this field have only prefixes. False if they have none. */
	readonly isPrefix: boolean;
}

/** Builds the tree of options whose look-ups have the same shape. A leaf has its options in the given order. */
export function buildTree<T>(
	options: readonly Planted<T>[],
	fields: readonly TreeField[],
): LookupTree<T> {
	return build(options, fields, 0);
}

// --- helpers ---

function build<T>(
	options: readonly Planted<T>[],
	fields: readonly TreeField[],
	depth: number,
): LookupTree<T> {
	const field = fields[depth];
	if (field === undefined) return new Leaf(options.map(({ item }) => item));
	const next = (some: readonly Planted<T>[]): LookupTree<T> =>
		build(some, fields, depth + 1);
	if (field.isPrefix) {
		const byPrefix = share(
			options,
			({ lookups }) => lookups[depth]?.prefixes ?? [],
			next,
		);
		return new PrefixNode(field.index, byPrefix);
	}
	const byText = share(
		options,
		({ lookups }) => lookups[depth]?.values ?? [],
		next,
	);
	const byTable = share(
		options,
		({ lookups }) => {
			const table = lookups[depth]?.table;
			return table === undefined ? [] : [table];
		},
		next,
	);
	return new TextNode(
		field.index,
		byText,
		[...byTable].map(([{ rows }, inner]) => ({ keys: rows, inner })),
	);
}

/** A list of options, shared by lists with the same beginning. */
interface Chain<T> {
	readonly option: Planted<T>;
	readonly before: Chain<T> | undefined;
}

/**
 * Maps each key to the tree of its options. Keys with the same options share one tree: a route with 1,000 numbers and
 * 1,000 senders needs 2,000 entries, not a million.
 */
function share<T, K>(
	options: readonly Planted<T>[],
	keysOf: (option: Planted<T>) => Iterable<K>,
	build: (options: readonly Planted<T>[]) => LookupTree<T>,
): ReadonlyMap<K, LookupTree<T>> {
	const chains = new Map<K, Chain<T>>();
	for (const option of options) {
		const made = new Map<Chain<T> | undefined, Chain<T>>();
		for (const key of keysOf(option)) {
			const before = chains.get(key);
			let chain = made.get(before);
			if (chain === undefined) {
				chain = { option, before };
				made.set(before, chain);
			}
			chains.set(key, chain);
		}
	}
	const trees = new Map<Chain<T>, LookupTree<T>>();
	const byKey = new Map<K, LookupTree<T>>();
	for (const [key, chain] of chains) {
		let tree = trees.get(chain);
		if (tree === undefined) {
			tree = build(toList(chain));
			trees.set(chain, tree);
		}
		byKey.set(key, tree);
	}
	return byKey;
}

function toList<T>(chain: Chain<T>): readonly Planted<T>[] {
	const list: Planted<T>[] = [];
	let link: Chain<T> | undefined = chain;
	for (; link !== undefined; link = link.before) list.push(link.option);
	return list.reverse();
}

class Leaf<T> implements LookupTree<T> {
	readonly #items: readonly T[];

	constructor(items: readonly T[]) {
		this.#items = items;
	}

	collect(
		_: ValueAt,
		{ leaves, prefixes }: FoundLeaves<T>,
		prefix: number,
	): void {
		leaves.push(this.#items);
		prefixes.push(prefix);
	}
}

interface ByTable<T> {
	readonly keys: { has(text: string): boolean };
	readonly inner: LookupTree<T>;
}

/** A field that equals a string or is a key of a table. */
class TextNode<T> implements LookupTree<T> {
	readonly #field: number;
	readonly #byText: ReadonlyMap<string, LookupTree<T>>;
	readonly #byTable: readonly ByTable<T>[];

	constructor(
		field: number,
		byText: ReadonlyMap<string, LookupTree<T>>,
		byTable: readonly ByTable<T>[],
	) {
		this.#field = field;
		this.#byText = byText;
		this.#byTable = byTable;
	}

	collect(valueAt: ValueAt, found: FoundLeaves<T>, prefix: number): void {
		const text = valueAt(this.#field);
		if (typeof text !== "string") return;
		this.#byText.get(text)?.collect(valueAt, found, prefix);
		for (const { keys, inner } of this.#byTable) {
			if (keys.has(text)) inner.collect(valueAt, found, prefix);
		}
	}
}

/** A field that starts with a prefix. */
class PrefixNode<T> implements LookupTree<T> {
	readonly #field: number;
	readonly #byPrefix: ReadonlyMap<string, LookupTree<T>>;
	/** The lengths of the prefixes. Each costs one look-up. */
	readonly #lengths: readonly number[];

	constructor(field: number, byPrefix: ReadonlyMap<string, LookupTree<T>>) {
		this.#field = field;
		this.#byPrefix = byPrefix;
		const lengths = [...byPrefix.keys()].map(({ length }) => length);
		this.#lengths = [...new Set(lengths)].sort((a, b) => a - b);
	}

	collect(valueAt: ValueAt, found: FoundLeaves<T>, prefix: number): void {
		const text = valueAt(this.#field);
		if (typeof text !== "string") return;
		for (const length of this.#lengths) {
			if (length > text.length) return;
			const inner = this.#byPrefix.get(text.slice(0, length));
			inner?.collect(valueAt, found, prefix + length);
		}
	}
}
