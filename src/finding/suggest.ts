import { distance } from "fastest-levenshtein";

/**
 * Returns the candidate that `word` was probably meant to be: the same in another case, one with few letters changed or two
 * exchanged, or the only one that ends in it (`inbound` for `sms.inbound`). Undefined if none is similar.
 */
export function nearest(
	word: string,
	candidates: Iterable<string>,
): string | undefined {
	const lower = word.toLowerCase();
	let best: string | undefined;
	let bestDistance = Number.POSITIVE_INFINITY;
	const endings: string[] = [];
	for (const candidate of candidates) {
		const steps = stepsBetween(lower, candidate.toLowerCase());
		const length = Math.max(word.length, candidate.length);
		const limit = Math.max(1, Math.floor(length * 0.4));
		if (steps <= limit && steps < bestDistance) {
			best = candidate;
			bestDistance = steps;
		}
		if (word.length >= 3 && candidate.toLowerCase().endsWith(lower)) {
			endings.push(candidate);
		}
	}
	return best ?? (endings.length === 1 ? endings[0] : undefined);
}

/** Writes `did you mean …?` if a candidate is similar. Otherwise undefined. */
export function didYouMean(
	word: string,
	candidates: Iterable<string>,
): string | undefined {
	const near = nearest(word, candidates);
	return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

/** Lists words for a message, each in backticks: `a`, `b` or `c`. */
export function listWords(words: readonly string[], last = "or"): string {
	return joinWords(
		words.map((word) => `\`${word}\``),
		last,
	);
}

/** Lists words as they are: a, b or c. */
export function joinWords(words: readonly string[], last = "or"): string {
	if (words.length < 2) return words.join("");
	return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

// --- helpers ---

/** Counts the letters to change. Two exchanged neighbours count as one typo (`form`, `from`). */
function stepsBetween(word: string, other: string): number {
	const steps = distance(word, other);
	return steps === 2 && isSwap(word, other) ? 1 : steps;
}

function isSwap(word: string, other: string): boolean {
	if (word.length !== other.length) return false;
	let at = 0;
	while (word[at] === other[at]) at += 1;
	return (
		word[at] === other[at + 1] &&
		word[at + 1] === other[at] &&
		word.slice(at + 2) === other.slice(at + 2)
	);
}
