/**
 * Folds a path to the one spelling under which all its other spellings meet: escapes decoded, `\`
 * read as `/`, dot segments and empty segments gone, no trailing slash, lower case (RFC 3986 section
 * 6.2.2, and what servers and proxies commonly do beyond it). Undefined for a broken escape.
 */
export function foldPath(path: string): string | undefined {
	let text = path;
	// An escape may hide another: `%252e` is `.` to anything that decodes twice.
	for (let round = 0; round < 3 && text.includes("%"); round++) {
		try {
			text = decodeURIComponent(text);
		} catch {
			return round === 0 ? undefined : finish(text);
		}
	}
	return finish(text);
}

/**
 * True for a path in which nothing but the values of `:name` segments is escaped or dotted, and which
 * has no character that a request's target cannot have (RFC 3986 section 3.3), such as `#`, nor the
 * escape of a control character.
 */
export function isPlainPath(path: string): boolean {
	if (!path.startsWith("/") || NOT_PLAIN.test(path)) return false;
	if (path.length > 1 && path.endsWith("/")) return false;
	return !path
		.split("/")
		.some(
			(segment) => segment === "." || segment === ".." || segment.includes(";"),
		);
}

/** Splits a path into its segments, without the leading slash. */
export function segmentsOf(path: string): string[] {
	return path.slice(1).split("/");
}

// --- helpers ---

const NOT_PLAIN = /[^!-~]|[#\\]|\/\/|%(?:[01][0-9a-f]|2e|2f|25|5c|7f)/i;

function finish(text: string): string {
	const segments: string[] = [];
	for (const part of text.replaceAll("\\", "/").split("/")) {
		// A path parameter (`;v=1`) is dropped by some servers.
		const segment = part.split(";", 1)[0] ?? "";
		if (segment === "" || segment === ".") continue;
		if (segment === "..") segments.pop();
		else segments.push(segment.toLowerCase());
	}
	return `/${segments.join("/")}`;
}
