/** A mistake in an expression. */
export interface WhereMistake {
	/** The index of the first wrong character. */
	readonly at: number;
	/** The number of wrong characters. 0 at the end of the text. */
	readonly length: number;
	readonly what: string;
	readonly expected: string;
}

/** Thrown for an expression that cannot be read. The message has the column, the mistake and what is expected. */
export class WhereError extends Error {
	override readonly name = "WhereError";
	/** From 1. */
	readonly column: number;
	readonly length: number;

	constructor(source: string, { at, length, what, expected }: WhereMistake) {
		const place = at >= source.length ? "at the end" : `column ${at + 1}`;
		super(`${place}: ${what}. Expected ${expected}.`);
		this.column = at + 1;
		this.length = length;
	}
}

/** Writes an expression with a mark below the mistake, in two lines. */
export function pointAt(
	source: string,
	{ column, length }: WhereError,
): readonly string[] {
	// Line breaks and tabs would move the mark.
	const line = source.replace(/\s/g, " ");
	return [line, " ".repeat(column - 1) + "^".repeat(Math.max(1, length))];
}
