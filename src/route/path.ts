/**
 * Normalizes a path to one form for all its spellings: percent-decoded, `\` as `/`, without dot segments, empty segments
 * and trailing slash, in lower case (RFC 3986 section 6.2.2, and what servers and proxies commonly do beyond it). Returns
 * undefined for broken percent-encoding.
 */
export function foldPath(path: string): string | undefined {
	// Most paths of a configuration have this form, and a large one has thousands.
	if (FOLDED.test(path)) return path;
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
 * Returns true for a path with percent-encoding and dots only in the values of `:name` segments, and without characters
 * that a request target cannot have (RFC 3986 section 3.3), such as `#`, and without encoded control characters.
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

/** Paths that have no other spelling than themselves. A dot may be a dot segment, so a path with one is not among them. */
const FOLDED = /^(?:\/[a-z\d_:~-]+)+$/;

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
