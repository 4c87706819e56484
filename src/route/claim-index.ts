import type { Lookup, Match } from "./conditions/condition.ts";
import { type Example, findOverlap } from "./overlap.ts";
import { partsOf } from "./rank.ts";

/** Something with a `match`, such as a route of the configuration. */
export interface Claimant {
	readonly match: Match;
}

/** An earlier claimant, and a webhook that both claim. */
export interface Rival<C> {
	readonly other: C;
	readonly example: Example;
}

/**
 * Finds, for each claimant, an earlier one that claims the same webhooks at the same rank. All of them have the same
 * fields. Strings, prefixes and tables are indexed, so 100,000 routes are not compared in pairs.
 */
export function* findRivals<C extends Claimant>(
	claimants: readonly C[],
): Generator<readonly [claimant: C, rival: Rival<C>]> {
	const [first] = claimants;
	if (first === undefined) return;
	const fields = [...first.match.keys()];
	const lookedUp = fields.filter((field) =>
		claimants.some((one) => lookupOf(one, field) !== undefined),
	);
	// With one such field, routes of equal rank share the text, the table or the whole prefix.
	const isMixed = lookedUp.length > 1;
	const indexes = (lookedUp.length === 0 ? fields.slice(0, 1) : lookedUp).map(
		(field) => new FieldIndex<C>(field, isMixed, claimants),
	);
	for (const claimant of claimants) {
		const rival = rivalAmong(fewest(claimant, indexes), claimant);
		if (rival !== undefined) yield [claimant, rival];
		for (const index of indexes) index.add(claimant);
	}
}

// --- helpers ---

function lookupOf({ match }: Claimant, field: string): Lookup | undefined {
	return partsOf(match.get(field) ?? []).lookup;
}

/** Returns the earlier claimants of the field with the fewest candidates, to compare as few as possible. */
function* fewest<C extends Claimant>(
	claimant: C,
	indexes: readonly FieldIndex<C>[],
): Generator<C> {
	let fewest: readonly (readonly C[])[] = [];
	let least = Number.POSITIVE_INFINITY;
	for (const index of indexes) {
		const sharing = index.sharing(claimant);
		const count = sharing.reduce((sum, { length }) => sum + length, 0);
		if (count < least) {
			fewest = sharing;
			least = count;
		}
	}
	const seen = new Set<C>();
	for (const one of fewest.flat()) {
		if (seen.has(one)) continue;
		seen.add(one);
		yield one;
	}
}

function rivalAmong<C extends Claimant>(
	candidates: Iterable<C>,
	claimant: C,
): Rival<C> | undefined {
	for (const other of candidates) {
		const example = findOverlap(claimant.match, other.match);
		if (example !== undefined) return { other, example };
	}
	return undefined;
}

/** Finds claimants that may share a value of one field. */
class FieldIndex<C extends Claimant> {
	readonly #field: string;
	readonly #isMixed: boolean;
	/** The lengths of this field's prefixes. */
	readonly #lengths: readonly number[];
	readonly #byText = new Map<string, C[]>();
	readonly #byPrefix = new Map<string, C[]>();
	/** Strings and prefixes, by their first characters up to the length of each prefix. */
	readonly #byBeginning = new Map<string, C[]>();
	readonly #withTable: C[] = [];
	/** The claimants without a look-up in this field. */
	readonly #open: C[] = [];
	readonly #all: C[] = [];

	constructor(field: string, isMixed: boolean, claimants: readonly C[]) {
		this.#field = field;
		this.#isMixed = isMixed;
		const lengths = new Set<number>();
		for (const one of claimants) {
			for (const { length } of lookupOf(one, field)?.prefixes ?? [])
				lengths.add(length);
		}
		this.#lengths = isMixed ? [...lengths] : [];
	}

	add(claimant: C): void {
		this.#all.push(claimant);
		const lookup = lookupOf(claimant, this.#field);
		if (lookup === undefined) {
			this.#open.push(claimant);
			return;
		}
		if (lookup.table !== undefined) this.#withTable.push(claimant);
		for (const text of lookup.values) {
			push(this.#byText, text, claimant);
			this.#addBeginnings(text, claimant);
		}
		for (const prefix of lookup.prefixes) {
			push(this.#byPrefix, prefix, claimant);
			this.#addBeginnings(prefix, claimant);
		}
	}

	/** Lists the claimants so far that may share a value of this field with the claimant. Some may be listed twice. */
	sharing(claimant: C): readonly (readonly C[])[] {
		const lookup = lookupOf(claimant, this.#field);
		if (lookup === undefined) return [this.#isMixed ? this.#all : this.#open];
		const { values, prefixes, table } = lookup;
		// A table is compared with all: its keys are not indexed, and few routes have one.
		if (table !== undefined)
			return [this.#isMixed ? this.#all : this.#withTable];
		const lists: (readonly C[] | undefined)[] = this.#isMixed
			? [this.#open, this.#withTable]
			: [];
		for (const text of values) {
			lists.push(this.#byText.get(text), ...this.#prefixesOf(text));
		}
		for (const prefix of prefixes) {
			lists.push(
				this.#byPrefix.get(prefix),
				this.#byBeginning.get(prefix),
				...this.#prefixesOf(prefix),
			);
		}
		return lists.filter((list) => list !== undefined);
	}

	#addBeginnings(text: string, claimant: C): void {
		for (const length of this.#lengths) {
			if (length <= text.length)
				push(this.#byBeginning, text.slice(0, length), claimant);
		}
	}

	#prefixesOf(text: string): readonly (readonly C[] | undefined)[] {
		return this.#lengths
			.filter((length) => length <= text.length)
			.map((length) => this.#byPrefix.get(text.slice(0, length)));
	}
}

function push<C>(lists: Map<string, C[]>, key: string, claimant: C): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [claimant]);
	else list.push(claimant);
}
