import { decline } from "./doubt.ts";

/** Reads the characters of a text: gaps, line ends, and scalars that are on one line. */
export class Scanner {
	/** The text and a NUL, which ends each loop: to read beyond the end would slow down every comparison. */
	readonly text: string;
	/** The offset of the next character. */
	at = 0;
	/** The offset of its line. */
	lineStart = 0;

	/** The last scalar: its offset, the part between its quotes, and its quote or `PLAIN`. */
	offset = 0;
	from = 0;
	to = 0;
	quote = PLAIN;
	hasEscapes = false;

	constructor(text: string) {
		this.text = `${text}\0`;
	}

	get code(): number {
		return this.text.charCodeAt(this.at);
	}

	get column(): number {
		return this.at - this.lineStart;
	}

	get isAtEnd(): boolean {
		return this.at >= this.text.length - 1;
	}

	/** Returns true for the dash of an item. */
	get isDash(): boolean {
		return this.code === DASH && isGap(this.text.charCodeAt(this.at + 1));
	}

	/** Returns true at the end of a line, and at a comment. */
	get isLineOver(): boolean {
		const { code } = this;
		if (code === HASH) return this.#isBehindGap;
		return code === LINE_FEED || code === RETURN || code === END;
	}

	skipSpaces(): void {
		while (this.code === SPACE) this.at += 1;
	}

	/** Moves over spaces, comments and line ends. Returns true if there was a comment. */
	toContent(): boolean {
		let hasComment = false;
		for (;;) {
			this.skipSpaces();
			if (this.code === HASH && this.#isBehindGap) {
				hasComment = true;
				this.#toLineBreak();
			}
			// It is followed by a line feed.
			if (this.code === RETURN) this.at += 1;
			if (this.code !== LINE_FEED) return hasComment;
			this.at += 1;
			this.lineStart = this.at;
		}
	}

	/** Moves to the end of the line. Declines anything but a comment there. */
	endLine(): void {
		this.skipSpaces();
		if (!this.isLineOver) decline();
	}

	/** Moves over spaces and the colon of a key. Returns false if there is none. */
	passColon(isFlow: boolean): boolean {
		this.skipSpaces();
		if (this.code !== COLON) return false;
		const isBehindQuote = isFlow && this.quote !== PLAIN;
		if (!isBehindQuote && !isGap(this.text.charCodeAt(this.at + 1)))
			return false;
		this.at += 1;
		return true;
	}

	/** Reads a scalar on one line. One that goes on below it is declined, here or by the caller, which expects the end of the line. */
	scan(isFlow: boolean): void {
		const { code } = this;
		this.offset = this.at;
		this.hasEscapes = false;
		this.quote = code === QUOTE || code === DOUBLE_QUOTE ? code : PLAIN;
		if (this.quote !== PLAIN) this.#scanQuoted();
		else this.#scanPlain(isFlow);
	}

	get #isBehindGap(): boolean {
		return this.at === 0 || isGap(this.text.charCodeAt(this.at - 1));
	}

	#toLineBreak(): void {
		const end = this.text.indexOf("\n", this.at);
		this.at = end < 0 ? this.text.length - 1 : end;
	}

	#scanQuoted(): void {
		const { text, quote } = this;
		let at = this.at + 1;
		this.from = at;
		for (let code = text.charCodeAt(at); ; code = text.charCodeAt(++at)) {
			// The end of the line, or of the text.
			if (code < SPACE) decline();
			const isEscape = code === BACKSLASH && quote === DOUBLE_QUOTE;
			const isEnd = code === quote;
			if (!isEscape && !isEnd) continue;
			const next = text.charCodeAt(at + 1);
			if (isEnd && (quote === DOUBLE_QUOTE || next !== quote)) break;
			if (next < SPACE) decline();
			this.hasEscapes = true;
			at += 1;
		}
		this.to = at;
		this.at = at + 1;
	}

	#scanPlain(isFlow: boolean): void {
		const { text } = this;
		let { at } = this;
		let code = text.charCodeAt(at);
		if (code <= SPACE || NO_START.has(code)) decline();
		const next = text.charCodeAt(at + 1);
		const isAlone = isGap(next) || (isFlow && FLOW.has(next));
		if (isAlone && START_OF_MORE.has(code)) decline();
		this.from = at;
		let end = at;
		for (;;) {
			if (code === SPACE) {
				if (text.charCodeAt(at + 1) === HASH) break;
			} else {
				if (code < SPACE || (isFlow && FLOW.has(code))) break;
				if (code === COLON) {
					const after = text.charCodeAt(at + 1);
					if (isGap(after) || (isFlow && FLOW.has(after))) break;
				}
				end = at + 1;
			}
			at += 1;
			code = text.charCodeAt(at);
		}
		this.to = end;
		this.at = end;
	}
}

/** The `quote` of a scalar without quotes. */
export const PLAIN = 0;

export const LINE_FEED = 10;
export const RETURN = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const QUOTE = 39;
export const COMMA = 44;
export const DASH = 45;
export const GREATER = 62;
export const BRACKET = 91;
export const BRACKET_END = 93;
export const BRACE = 123;
export const BAR = 124;
export const BRACE_END = 125;

// --- helpers ---

const END = 0;
const HASH = 35;
const COLON = 58;
const BACKSLASH = 92;

const FLOW = codesOf(",[]{}");

/** The characters that no scalar without quotes begins with, and those with which it does not end at once. */
const NO_START = codesOf(",[]{}#&*!|>'\"%@`");
const START_OF_MORE = codesOf("-?:");

function codesOf(characters: string): ReadonlySet<number> {
	return new Set([...characters].map((one) => one.charCodeAt(0)));
}

/** Returns true for a space, the end of a line and the end of the text. */
function isGap(code: number): boolean {
	return (
		code === SPACE || code === LINE_FEED || code === RETURN || code === END
	);
}
