/**
 * Returns the words of a text for a search, in lower case: names such as `sms.inbound` or `onUnsigned` whole, and their parts too. Plurals
 * count as singulars.
 */
export function wordsOf(text: string): string[] {
	const words: string[] = [];
	for (const [name] of text.matchAll(
		/[A-Za-z0-9][\w.-]*[A-Za-z0-9]|[A-Za-z0-9]/g,
	)) {
		const parts = name
			.replace(/([a-z0-9])([A-Z])/g, "$1 $2")
			.split(/[\s._-]+/)
			.map(toStem);
		if (parts.length > 1) words.push(name.toLowerCase());
		for (const part of parts)
			if (part.length > 1 && !COMMON.has(part)) words.push(part);
	}
	return words;
}

// --- helpers ---

const COMMON = new Set(
	"a an and are as at be by can do does for from has have how if in into is it its my no not of on or so than that the their then there this to what when where which who why with you your".split(
		" ",
	),
);

function toStem(word: string): string {
	const lower = word.toLowerCase();
	if (lower.length > 4 && lower.endsWith("ies"))
		return `${lower.slice(0, -3)}y`;
	return lower.length > 3 && lower.endsWith("s") && !lower.endsWith("ss")
		? lower.slice(0, -1)
		: lower;
}
