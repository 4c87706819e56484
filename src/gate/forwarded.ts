/**
 * Reads the `for` of each element of a Forwarded header (RFC 7239 section 4), from left to right. An element without `for`
 * becomes an empty string, and an empty element is ignored (RFC 9110 section 5.6.1.2). Returns undefined for a malformed
 * header: with an open quote, a client could make the next proxy's quote close it, and so hide the proxy's own element in
 * its value.
 */
export function forwardedFor(value: string): string[] | undefined {
	const hops: string[] = [];
	let hop: string | undefined;
	let isBlank = true;
	PAIR.lastIndex = 0;
	for (;;) {
		const found = PAIR.exec(value);
		if (found === null) return undefined;
		const [, name, text = "", separator] = found;
		if (name?.toLowerCase() === "for") {
			// Section 4: each parameter once an element.
			if (hop !== undefined) return undefined;
			hop = unquote(text);
		}
		isBlank &&= name === undefined && separator !== ";";
		if (separator === ";") continue;
		if (!isBlank) hops.push(hop ?? "");
		if (separator === "") return hops;
		hop = undefined;
		isBlank = true;
	}
}

// --- helpers ---

/**
 * Matches an optional pair and the separator after it. Neither name nor value can be empty, so two runs of spaces are
 * never adjacent. Splitting such runs would take quadratic time.
 */
const PAIR =
	/[ \t]*(?:([^\s"=,;]+)[ \t]*=[ \t]*("(?:\\.|[^"\\])*"|[^\s",;]+)[ \t]*)?([,;]|$)/y;

function unquote(text: string): string {
	return text.startsWith('"')
		? text.slice(1, -1).replace(/\\(.)/g, "$1")
		: text;
}
