import { atOnce, type Steps } from "../../turns.ts";
import { readBlockText } from "./block-text.ts";
import { decline } from "./doubt.ts";
import {
	DEEPEST,
	InlineParser,
	isBracket,
	type Mapping,
	put,
} from "./inline.ts";
import { BAR, GREATER, Scanner } from "./scanner.ts";
import { MAPPING, SEQUENCE, TreeBuilder, UNKNOWN } from "./tree.ts";

/**
 * Parses one document whose root is a mapping or a list. Throws a `Doubt` for everything that is unusual. A `parent` is the
 * column of the key or the dash that a node belongs to: the node is further right.
 */
export class QuickParser {
	readonly tree = new TreeBuilder();
	readonly #scanner: Scanner;
	readonly #inline: InlineParser;
	#depth = 0;

	constructor(text: string) {
		this.#scanner = new Scanner(text);
		this.#inline = new InlineParser(this.#scanner, this.tree);
	}

	/** Parses the text, with a step after each `size` characters of the root's own lists. */
	*read(size: number): Steps<unknown> {
		const scanner = this.#scanner;
		scanner.toContent();
		const value = yield* this.#readRoot(size);
		scanner.toContent();
		if (!scanner.isAtEnd) decline();
		return value;
	}

	*#readRoot(size: number): Steps<unknown> {
		const scanner = this.#scanner;
		if (isBracket(scanner.code)) return this.#inline.read(-1);
		const { column } = scanner;
		if (scanner.isDash) return yield* this.#readItems(size);
		this.#scanKey();
		const node = this.tree.open(scanner.offset, MAPPING);
		const mapping: Mapping = {};
		for (;;) {
			const key = this.#inline.takeKey();
			const isLong = this.#isListBelow(column);
			const value = isLong
				? yield* this.#readItems(size)
				: this.#readValue(column);
			put(mapping, key, value);
			if (!this.#goesOn(column)) break;
			this.#scanKey();
		}
		this.tree.close(node);
		return mapping;
	}

	/** Moves to the list of a key, if its value is one below the key. */
	#isListBelow(column: number): boolean {
		const scanner = this.#scanner;
		const { at, lineStart } = scanner;
		scanner.skipSpaces();
		if (scanner.isLineOver) {
			scanner.toContent();
			if (scanner.isDash && scanner.column >= column) return true;
		}
		scanner.at = at;
		scanner.lineStart = lineStart;
		return false;
	}

	*#readItems(size: number): Steps<unknown[]> {
		this.#enter();
		const scanner = this.#scanner;
		const { column } = scanner;
		const node = this.tree.open(scanner.at, SEQUENCE);
		const items: unknown[] = [];
		let last = scanner.at;
		do {
			items.push(this.#readItem(column));
			if (scanner.at - last < size) continue;
			yield;
			last = scanner.at;
		} while (this.#goesOn(column) && scanner.isDash);
		this.tree.close(node);
		this.#depth -= 1;
		return items;
	}

	#readList(): unknown[] {
		return atOnce(this.#readItems(Number.POSITIVE_INFINITY));
	}

	#readItem(parent: number): unknown {
		const scanner = this.#scanner;
		scanner.at += 1;
		scanner.skipSpaces();
		if (scanner.isLineOver) {
			const isBelowComment = scanner.toContent();
			return this.#readBelow(parent, isBelowComment);
		}
		if (scanner.isDash) return this.#readList();
		if (isBlockText(scanner.code)) return this.#readBlockText(parent);
		return this.#readNode(parent, false);
	}

	/** Reads a mapping whose first key was scanned. */
	#readMapping(column: number): Mapping {
		this.#enter();
		const node = this.tree.open(this.#scanner.offset, MAPPING);
		const mapping: Mapping = {};
		put(mapping, this.#inline.takeKey(), this.#readValue(column));
		while (this.#goesOn(column)) {
			this.#scanKey();
			put(mapping, this.#inline.takeKey(), this.#readValue(column));
		}
		this.tree.close(node);
		this.#depth -= 1;
		return mapping;
	}

	/** Reads the value of a key, on its line or below. */
	#readValue(parent: number): unknown {
		const scanner = this.#scanner;
		scanner.skipSpaces();
		if (scanner.isLineOver) {
			const isBelowComment = scanner.toContent();
			// The items of a key may be in the same column.
			return scanner.isDash && scanner.column === parent
				? this.#readList()
				: this.#readBelow(parent, isBelowComment);
		}
		if (isBlockText(scanner.code)) return this.#readBlockText(parent);
		const value = this.#inline.read(parent);
		scanner.endLine();
		return value;
	}

	/** Reads a node on a line of its own. It is empty if the line belongs to a node further out. */
	#readBelow(parent: number, isBelowComment: boolean): unknown {
		const scanner = this.#scanner;
		if (scanner.isAtEnd || scanner.column <= parent) {
			this.tree.addScalar(UNKNOWN, UNKNOWN, UNKNOWN);
			return null;
		}
		return scanner.isDash
			? this.#readList()
			: this.#readNode(parent, isBelowComment);
	}

	/** Reads a mapping, or anything that is on one line. */
	#readNode(parent: number, isBelowComment: boolean): unknown {
		const scanner = this.#scanner;
		const { column } = scanner;
		if (!isBracket(scanner.code)) {
			scanner.scan(false);
			if (scanner.passColon(false)) return this.#readMapping(column);
			scanner.at = scanner.offset;
		}
		// The reference parser reads on past the end of an item that is below a comment further left.
		if (isBelowComment) decline();
		const value = this.#inline.read(parent);
		scanner.endLine();
		return value;
	}

	#readBlockText(parent: number): string {
		this.tree.addScalar(UNKNOWN, UNKNOWN, UNKNOWN);
		return readBlockText(this.#scanner, parent);
	}

	/** Moves to the next line with content. Returns false if it belongs to a node further out. */
	#goesOn(column: number): boolean {
		const scanner = this.#scanner;
		scanner.toContent();
		if (scanner.isAtEnd || scanner.column < column) return false;
		// A scalar that continues, or a mistake.
		if (scanner.column > column) decline();
		return true;
	}

	#scanKey(): void {
		this.#scanner.scan(false);
		if (!this.#scanner.passColon(false)) decline();
	}

	#enter(): void {
		this.#depth += 1;
		if (this.#depth > DEEPEST) decline();
	}
}

// --- helpers ---

function isBlockText(code: number): boolean {
	return code === BAR || code === GREATER;
}
