import type { Wording } from "../finding/finding.ts";

/** A position in the text of a table. Lines and columns count from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

/** One record of a CSV text: its cells as text, and their positions. */
export interface CsvRecord {
	readonly cells: readonly string[];
	readonly places: readonly Place[];
}

/** A fault in the text of a record. */
export interface CsvFault extends Place {
	readonly wording: Wording;
}

export type Separator = "," | ";" | "\t";

/** The separators that the head line may use, the usual one first. */
const SEPARATORS: readonly Separator[] = [",", ";", "\t"];

/** Finds the separator of a CSV text: the most frequent one in its first line, outside of quotes. */
export function separatorOf(text: string): Separator {
	const end = text.search(/[\r\n]/);
	const head = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, "");
	const counts = SEPARATORS.map((separator) => head.split(separator).length);
	return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/**
 * Reads CSV (RFC 4180) record by record: quotes, `""` for a quote, line breaks within quotes. A line ends with CRLF, LF or CR.
 * Empty lines are skipped. Reading stops at a fault that makes the rest ambiguous.
 */
export function* parseCsv(
	text: string,
	separator: Separator,
): Generator<CsvRecord | CsvFault, void, void> {
	const reader = new Reader(text, separator);
	while (!reader.isDone) {
		const read = reader.record();
		if (read === undefined) continue;
		yield read;
		if ("wording" in read && reader.isLost) return;
	}
}

// --- helpers ---

const LINE_END = /[\r\n]/;

class Reader {
	isLost = false;
	readonly #text: string;
	readonly #separator: Separator;
	readonly #plainEnd: RegExp;
	#at = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string, separator: Separator) {
		this.#text = text;
		this.#separator = separator;
		// Sticky regular expressions scan a cell at native speed.
		this.#plainEnd = new RegExp(`[${separator}\r\n"]`, "g");
	}

	get isDone(): boolean {
		return this.#at >= this.#text.length;
	}

	/** Reads to the end of a record; undefined for an empty line. */
	record(): CsvRecord | CsvFault | undefined {
		const cells: string[] = [];
		const places: Place[] = [];
		for (;;) {
			const place = this.#place(this.#at);
			const cell = this.#cell(place);
			if (typeof cell !== "string") return cell;
			cells.push(cell);
			places.push(place);
			if (this.#text[this.#at] === this.#separator) {
				this.#at += 1;
				continue;
			}
			this.#endLine();
			// A quoted empty cell is not an empty line.
			const isEmpty =
				cells.length === 1 &&
				cell === "" &&
				this.#text[place.column - 1 + this.#before] !== '"';
			return isEmpty ? undefined : { cells, places };
		}
	}

	/** The start of the last record's line. */
	#before = 0;

	#place(at: number): Place {
		this.#before = this.#lineStart;
		return { line: this.#line, column: at - this.#lineStart + 1 };
	}

	#cell(place: Place): string | CsvFault {
		return this.#text[this.#at] === '"' ? this.#quoted(place) : this.#plain();
	}

	#plain(): string | CsvFault {
		const start = this.#at;
		this.#plainEnd.lastIndex = start;
		const end = this.#plainEnd.exec(this.#text)?.index ?? this.#text.length;
		this.#at = end;
		if (this.#text[end] !== '"') return this.#text.slice(start, end);
		const isLed = this.#text.slice(start, end).trim() === "";
		return this.#fault(this.#place(end), {
			what: "a quote stands inside a value that does not begin with one",
			todo: isLed
				? "take out the blanks in front of it"
				: 'put the whole value in quotes, and write each quote in it twice: `""`',
		});
	}

	#quoted(place: Place): string | CsvFault {
		const text = this.#text;
		let value = "";
		let from = this.#at + 1;
		for (;;) {
			const end = text.indexOf('"', from);
			if (end < 0) {
				this.#at = text.length;
				this.isLost = true;
				return {
					...place,
					wording: {
						what: "the quote that opens here is never closed",
						todo: 'close it, and write each quote inside the value twice: `""`',
					},
				};
			}
			value += text.slice(from, end);
			if (text[end + 1] !== '"') {
				this.#countLines(this.#at, end);
				this.#at = end + 1;
				break;
			}
			value += '"';
			from = end + 2;
		}
		const next = text[this.#at];
		if (next === undefined || next === this.#separator || LINE_END.test(next)) {
			return value;
		}
		return this.#fault(this.#place(this.#at), {
			what: "text stands behind the quote that closes a value",
			expected: `${nameOf(this.#separator)} or the end of the line`,
			todo: 'write each quote inside the value twice: `""`',
		});
	}

	/** Skips the rest of a line with a fault. */
	#fault(place: Place, wording: Wording): CsvFault {
		while (!this.isDone && !LINE_END.test(this.#text[this.#at] as string)) {
			this.#at += 1;
		}
		this.#endLine();
		return { ...place, wording };
	}

	#endLine(): void {
		if (this.isDone) return;
		this.#at += this.#text.startsWith("\r\n", this.#at) ? 2 : 1;
		this.#line += 1;
		this.#lineStart = this.#at;
	}

	/** Counts the line breaks within quotes. */
	#countLines(from: number, to: number): void {
		for (let at = from; at < to; at += 1) {
			const character = this.#text[at];
			const isEnd =
				character === "\n" ||
				(character === "\r" && this.#text[at + 1] !== "\n");
			if (!isEnd) continue;
			this.#line += 1;
			this.#lineStart = at + 1;
		}
	}
}

/** Names a separator for a message. */
export function nameOf(separator: Separator): string {
	return separator === "\t" ? "a tab" : `\`${separator}\``;
}
