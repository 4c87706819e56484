/** A part of a long text that can be parsed by itself. */
export interface Piece {
	readonly from: number;
	readonly to: number;
	/**
	 * The key of the document whose list the piece goes on with, so that it is a list itself; undefined for a
	 * piece that begins with a key of the document.
	 */
	readonly itemsOf: string | undefined;
}

/**
 * Cuts a long text into pieces, between the items of lists that stand right below a key of the document, such
 * as `routes`. Each line is looked at by its first character alone: a cut at a line that only looks like an
 * item leaves a piece that is no YAML. Undefined where the text is short, or its lists are written unusually.
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

/** A key whose value stands below it. */
const KEY_ALONE = /^([A-Za-z]\w*):[ ]*(?:[ ]#.*)?\r?\n?$/;

const SPACE = 32;
const DASH = 45;
const HASH = 35;
const LINE_FEED = 10;
const RETURN = 13;

/** Goes through the lines of a text, and knows in which list of the document it is. */
class Cuts {
	readonly #text: string;
	readonly #size: number;
	readonly #pieces: Piece[] = [];
	#from = 0;
	/** The list that the current piece goes on with. */
	#itemsOf: string | undefined;
	/** The key of the document that stands above, where its value does not stand beside it. */
	#key: string | undefined;
	/** How far the items below the key are indented; undefined before the first of them, and in no list. */
	#indent: number | undefined;

	constructor(text: string, size: number) {
		this.#text = text;
		this.#size = size;
	}

	/** False where the text cannot be cut. */
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
