/** A part of a long text that can be parsed separately. */
export interface Piece {
	readonly from: number;
	readonly to: number;
	/**
	 * The key of the document whose list the piece continues, so that the piece is a list itself. Undefined for a piece that
	 * starts with a key of the document.
	 */
	readonly itemsOf: string | undefined;
}

/**
 * Splits a long text into pieces, between the items of lists directly below a key of the document, such as `routes`. Only
 * checks the first character of each line: a split at a line that only looks like an item produces a piece that is not valid
 * YAML. Undefined if the text is short, or its lists are written unusually.
 */
export function cutIntoPieces(
	text: string,
	size: number,
): readonly Piece[] | undefined {
	if (text.length < 2 * size) return undefined;
	const cuts = new Cuts(text, size);
	for (let start = 0; start < text.length; ) {
		const end = text.indexOf("\n", start);
		const next = end < 0 ? text.length : end + 1;
		if (!cuts.passLine(start, next)) return undefined;
		start = next;
	}
	return cuts.finish();
}

// --- helpers ---

/** Matches a key whose value is below it. */
const KEY_ALONE = /^([A-Za-z]\w*):[ ]*(?:[ ]#.*)?\r?\n?$/;

const SPACE = 32;
const DASH = 45;
const HASH = 35;
const LINE_FEED = 10;
const RETURN = 13;

/** Reads the lines of a text, and tracks the list of the document that they belong to. */
class Cuts {
	readonly #text: string;
	readonly #size: number;
	readonly #pieces: Piece[] = [];
	#from = 0;
	/** The list that the current piece continues. */
	#itemsOf: string | undefined;
	/** The last key of the document, if its value is not on the same line. */
	#key: string | undefined;
	/** The indentation of the items below the key. Undefined before the first item, and outside of lists. */
	#indent: number | undefined;

	constructor(text: string, size: number) {
		this.#text = text;
		this.#size = size;
	}

	/** False if the text cannot be split. */
	passLine(start: number, end: number): boolean {
		const text = this.#text;
		let at = start;
		while (text.charCodeAt(at) === SPACE) at += 1;
		const first = text.charCodeAt(at);
		if (at >= end || first === LINE_FEED || first === RETURN) return true;
		if (first === HASH) return true;
		const indent = at - start;
		const isItem = first === DASH && isGap(text.charCodeAt(at + 1));
		if (indent === 0 && !isItem) {
			if (this.#itemsOf !== undefined) this.#cut(start, undefined);
			this.#key = KEY_ALONE.exec(text.slice(start, end))?.[1];
			this.#indent = undefined;
			return true;
		}
		if (this.#key === undefined) return true;
		if (this.#indent === undefined) {
			if (isItem) this.#indent = indent;
			else this.#key = undefined;
			return true;
		}
		if (indent > this.#indent) return true;
		if (indent < this.#indent || !isItem) return false;
		if (start - this.#from >= this.#size) this.#cut(start, this.#key);
		return true;
	}

	finish(): readonly Piece[] | undefined {
		this.#cut(this.#text.length, undefined);
		return this.#pieces.length === 1 ? undefined : this.#pieces;
	}

	#cut(at: number, itemsOf: string | undefined): void {
		this.#pieces.push({ from: this.#from, to: at, itemsOf: this.#itemsOf });
		this.#from = at;
		this.#itemsOf = itemsOf;
	}
}

function isGap(code: number): boolean {
	return (
		code === SPACE ||
		code === LINE_FEED ||
		code === RETURN ||
		Number.isNaN(code)
	);
}
