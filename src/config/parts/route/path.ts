import type { Wording } from "../../../finding/finding.ts";

/** The text of messages about valid segments of a route's path. */
const FORM =
	"`/` and segments of letters, digits, `-`, `.`, `_` and `~`, or `:name`";

/** Returns the mistake in a route's path, or undefined. `todo` may quote the path. */
export function pathProblem(path: string): Omit<Wording, "what"> | undefined {
	if (!isRight(path)) {
		const better = toPath(path);
		return {
			expected: FORM,
			todo: better === undefined ? undefined : `write \`${better}\``,
		};
	}
	if (!path.includes(":")) return undefined;
	const names = path.split("/").filter((segment) => segment.startsWith(":"));
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	return twice === undefined
		? undefined
		: { expected: `each name once, but \`${twice}\` stands twice` };
}

/** Returns a path without the names of its `:name` segments. Paths with the same shape match the same requests. */
export function shapeOf(path: string): string {
	return path.includes(":") ? path.replace(/:[^/]+/g, ":") : path;
}

// --- helpers ---

/** Matches literal segments, which consist of the unreserved characters of RFC 3986 section 2.3. */
const PATH = /^\/$|^(?:\/(?::[A-Za-z_][A-Za-z0-9_]*|[A-Za-z0-9._~-]+))+$/;

const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;

function isRight(path: string): boolean {
	return PATH.test(path) && !DOT_SEGMENT.test(path);
}

/** Returns the path that was probably meant: without host, query, percent-encoding, dot segments and extra slashes. */
function toPath(text: string): string | undefined {
	const path = text
		.replace(/^[a-z]+:\/\/[^/]*/i, "")
		.replace(/[?#].*$/s, "")
		.replace(/%([0-9a-f]{2})/gi, (escaped, code: string) => {
			const character = String.fromCharCode(Number.parseInt(code, 16));
			return /[A-Za-z0-9._~-]/.test(character) ? character : escaped;
		})
		.replace(/\{([A-Za-z_]\w*)\}/g, ":$1");
	const kept: string[] = [];
	for (const segment of path.split("/")) {
		if (segment === "..") kept.pop();
		else if (segment !== "" && segment !== ".") kept.push(segment);
	}
	const better = `/${kept.join("/")}`;
	return isRight(better) ? better : undefined;
}
