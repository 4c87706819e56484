/**
 * True where a template's own text, or the filter `url`, says the scheme and host of the URL that comes
 * out. False where a value may: then the sender chooses who hears of the call. It reads the text and
 * not what LiquidJS makes of it, so that a host may be fixed in a way that it does not see.
 */
export function fixesHost(template: string): boolean {
	if (!template.trimStart().startsWith("{%")) return beginsWithHost(template);
	// Which part comes first is only known once a tag has chosen.
	const parts = template.split(TAG).filter((part) => part.trim() !== "");
	const writes = [...template.matchAll(TAG)].some(([tag]) =>
		WRITING_TAG.test(tag),
	);
	return !writes && parts.length > 0 && parts.every(beginsWithHost);
}

// --- helpers ---

const TAG = /\{%.*?%\}/gs;
/** Tags that write a value themselves. */
const WRITING_TAG =
	/^\{%-?\s*(echo|cycle|increment|decrement|liquid|tablerow)\b/;
const OUTPUT = /^\s*\{\{-?(.*?)-?\}\}/s;
// A host that something may be added to (`example.com{{ x }}`) is not fixed, nor is one after `user@`.
const LITERAL_HOST = /^\s*(https?|wss?):\/\/[^\s/?#{\\]+[/?#]/i;
const LITERAL_SIP_HOST = /^\s*sips?:([^@]*@)?[^@\s{;?:]+(:\d+)?\s*([;?]|$)/i;

function beginsWithHost(text: string): boolean {
	const output = OUTPUT.exec(text);
	if (output !== null) return isRouteUrl(String(output[1]));
	return LITERAL_HOST.test(text) || LITERAL_SIP_HOST.test(text);
}

/** The filter `url` writes the router's own host; `append` leaves that alone. */
function isRouteUrl(expression: string): boolean {
	const filters = expression
		.split("|")
		.slice(1)
		.map((filter) => /^\s*(\w*)/.exec(filter)?.[1]);
	const last = filters.lastIndexOf("url");
	return (
		last >= 0 && filters.slice(last + 1).every((name) => name === "append")
	);
}
