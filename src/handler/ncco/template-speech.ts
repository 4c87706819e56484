/** True for a template that writes SSML: within it values are escaped, so that none can add a tag. */
export function hasSpeakTag(template: string): boolean {
	return /<(?:\w+:)?speak\b/i.test(template);
}

/**
 * Keeps the text of a template without `<speak>` from becoming SSML: the platform takes it for that by
 * how it begins, and a value may begin so. Such a text is escaped, any other is returned as it is.
 */
export function withoutMarkup(text: string): string {
	return BEGINS_AS_MARKUP.test(text)
		? text.replace(/[&<>]/g, (character) => String(ESCAPES[character]))
		: text;
}

// --- helpers ---

// A declaration or a comment may stand before the tag, and what no one sees before either.
const BEGINS_AS_MARKUP = /^[\s\p{C}]*<(?:[?!]|(?:\w+:)?speak\b)/iu;

const ESCAPES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
};
