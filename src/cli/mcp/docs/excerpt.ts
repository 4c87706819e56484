import { wordsOf } from "./words.ts";

/** The characters of an excerpt. */
const EXCERPT_MAX = 500;

/** Returns the lines of a text around the one that has most of the words. */
export function excerptOf(text: string, terms: readonly string[]): string {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const wanted = new Set(terms);
	const scores = lines.map((line) => {
		const found = new Set(wordsOf(line).filter((word) => wanted.has(word)));
		return found.size;
	});
	const best = scores.indexOf(Math.max(...scores));
	let from = Math.max(best, 0);
	let to = from + 1;
	let length = lines[from]?.length ?? 0;
	// Grows downwards first, because an explanation follows what it explains.
	while (to < lines.length && length + (lines[to]?.length ?? 0) < EXCERPT_MAX) {
		length += lines[to]?.length ?? 0;
		to += 1;
	}
	while (from > 0 && length + (lines[from - 1]?.length ?? 0) < EXCERPT_MAX) {
		from -= 1;
		length += lines[from]?.length ?? 0;
	}
	const excerpt = lines.slice(from, to).join("\n");
	return excerpt.length > EXCERPT_MAX * 2
		? `${excerpt.slice(0, EXCERPT_MAX * 2)}…`
		: excerpt;
}
