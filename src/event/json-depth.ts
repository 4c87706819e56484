/**
 * The maximum number of nested lists and objects. No webhook has more than ten. `JSON.stringify`, schemas and templates fail at
 * some thousands.
 */
export const JSON_DEPTH_MAX = 200;

/**
 * Returns true for JSON text with more than JSON_DEPTH_MAX nested lists and objects. `JSON.parse` accepts any depth, but code
 * that walks the value afterwards exhausts the stack. The result for invalid JSON has no meaning.
 */
export function isTooDeep(text: string): boolean {
	// The usual case needs no loop over the characters: too few brackets, each found by a native search.
	if (text.length <= JSON_DEPTH_MAX || !hasManyBrackets(text)) return false;
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		switch (text.charCodeAt(at)) {
			case QUOTE:
				at = endOfText(text, at);
				break;
			case OPEN_LIST:
			case OPEN_OBJECT:
				depth++;
				if (depth > JSON_DEPTH_MAX) return true;
				break;
			case CLOSE_LIST:
			case CLOSE_OBJECT:
				depth--;
				break;
		}
	}
	return false;
}

// --- helpers ---

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

function hasManyBrackets(text: string): boolean {
	let count = 0;
	for (const bracket of ["[", "{"])
		for (
			let at = text.indexOf(bracket);
			at !== -1;
			at = text.indexOf(bracket, at + 1)
		) {
			count++;
			if (count > JSON_DEPTH_MAX) return true;
		}
	return false;
}

/** Returns the position of the closing quote of the text that starts here, or the end if there is none. */
function endOfText(text: string, start: number): number {
	for (let at = text.indexOf('"', start + 1); at !== -1; ) {
		let slashes = 0;
		while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
		// An even number of backslashes escape each other, not the quote.
		if (slashes % 2 === 0) return at;
		at = text.indexOf('"', at + 1);
	}
	return text.length;
}
