/**
 * Reads the `for` of each element of a Forwarded header (RFC 7239 section 4), from left to right; an
 * element without one reads as the empty text, and one without anything is no element (RFC 9110 section
 * 5.6.1.2). Undefined for a header that breaks the grammar: a client
 * that leaves a quote open makes the next proxy's quote close it, and so takes the proxy's own element
 * into a value of its own.
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
 * Matches a pair, if any, and the separator behind it. Neither name nor value may be empty, so that no two runs of
 * spaces meet: splitting one between them would take quadratic time.
 */
const PAIR =
	/[ \t]*(?:([^\s"=,;]+)[ \t]*=[ \t]*("(?:\\.|[^"\\])*"|[^\s",;]+)[ \t]*)?([,;]|$)/y;

function unquote(text: string): string {
	return text.startsWith('"')
		? text.slice(1, -1).replace(/\\(.)/g, "$1")
		: text;
}
