/** Returns how many columns of a terminal a character takes, with all that is combined with it: 0, 1 or 2. */
export function columnsOf(character: string): number {
	if (COMBINING.test(character)) return 0;
	return WIDE.test(character) ? 2 : 1;
}

/** Splits a text into characters as a reader sees them. */
export function charactersOf(text: string): string[] {
	if (IS_ASCII.test(text)) return text.split("");
	return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

// --- helpers ---

/** Matches marks, joiners and other characters without a width of their own. */
const COMBINING = /^[\p{M}\p{Cf}]*$/u;

const IS_ASCII = /^[\x20-\x7e]*$/;

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Unicode Standard Annex 11, East Asian Width, W and F by blocks; emoji by their presentation (UTS 51). */
const WIDE =
	/^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f|^\p{RI}/u;
