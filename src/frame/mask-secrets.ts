/** A part of a text as offsets. The end is exclusive. */
export interface Span {
	readonly from: number;
	readonly to: number;
}

/**
 * Finds the secrets of a file that no screen may show: values of secret keys, passwords in URLs, and every value of a `.env`
 * file. References such as `${NAME}` are not hidden. It reads lines, not YAML, so that it works on a file that cannot be
 * parsed. It hides too much rather than too little.
 */
export function findSecrets(text: string, file: string): readonly Span[] {
	const spans = isEnvFile(file) ? valuesOfEnv(text) : secretsOf(text);
	return [...spans].sort((a, b) => a.from - b.from);
}

/** Returns true for `.env`, `.env.local`, `staging.env`. */
export function isEnvFile(file: string): boolean {
	return /(?:^|[\\/])\.env(?:\.[^\\/]*)?$|\.env$/.test(file);
}

// --- helpers ---

/** Matches a key with a secret value, in block or flow style, YAML or JSON, or a property in a plugin's source. */
const SECRET_KEY =
	/(?<![\w-])(["']?)[\w-]{0,40}?(?:secret|passw(?:or)?d|token|authorization|private-?key)[\w-]{0,40}\1[ \t]*[:=](?=[\s"'[{]|$)/gim;

/** Matches the password of `scheme://user:password@host`. */
const URL_PASSWORD =
	/(?<![a-z\d+.-])[a-z][a-z\d+.-]{0,30}:\/\/[^\s:@/]*:([^\s@]+)@/gi;

/** Matches a reference, or a run of letters between the indicators of YAML. */
const WORD = /\$\{[^}\n]*\}|[^\s{}[\],"']+/g;

/** Matches text that is not part of a secret: the dash of an item, the sign of a comment, the head of a block scalar, a nested key. */
const MARK = /^(?:[-#]|[|>][-+\d]*|.*:)$/;

function secretsOf(text: string): Span[] {
	const spans: Span[] = [];
	for (const match of text.matchAll(SECRET_KEY)) {
		const from = match.index + match[0].length;
		const region = text.slice(from, endOfValue(text, match.index, from));
		for (const word of region.matchAll(WORD)) {
			if (word[0].startsWith("${") || MARK.test(word[0])) continue;
			const start = from + word.index;
			spans.push({ from: start, to: start + word[0].length });
		}
	}
	for (const match of text.matchAll(URL_PASSWORD)) {
		const password = match[1] ?? "";
		if (/^\$\{[^}]*\}$/.test(password)) continue;
		const to = match.index + match[0].length - 1;
		spans.push({ from: to - password.length, to });
	}
	return spans;
}

/** Finds the end of a key's value: its closing bracket, or the next line that is not deeper than the key. */
function endOfValue(text: string, keyAt: number, from: number): number {
	const lineStart = text.lastIndexOf("\n", keyAt - 1) + 1;
	const before = text.slice(lineStart, keyAt);
	if (/[{[,]/.test(before)) {
		const closed = endInFlow(text, from);
		if (closed !== undefined) return closed;
	}
	const indent = /^[ \t-]*/.exec(before)?.[0].length ?? 0;
	let end = lineEnd(text, from);
	while (end < text.length) {
		const next = lineEnd(text, end + 1);
		const line = text.slice(end + 1, next);
		const depth = /^[ \t]*/.exec(line)?.[0].length ?? 0;
		const isItem = depth === indent && line.startsWith("-", depth);
		if (line.trim() !== "" && depth <= indent && !isItem) break;
		end = next;
	}
	return end;
}

/** Finds the comma or bracket that ends a value in a flow mapping. Undefined if the line ends before it. */
function endInFlow(text: string, from: number): number | undefined {
	let depth = 0;
	let quote = "";
	for (let at = from; at < text.length; at += 1) {
		const char = text[at] as string;
		if (char === "\n" && depth === 0) return undefined;
		if (quote !== "") {
			if (char === "\\" && quote === '"') at += 1;
			else if (char === quote) quote = "";
		} else if (char === '"' || char === "'") quote = char;
		else if (char === "{" || char === "[") depth += 1;
		else if (char === "}" || char === "]") {
			if (depth === 0) return at;
			depth -= 1;
		} else if (char === "," && depth === 0) return at;
	}
	return undefined;
}

const ASSIGNMENT = /^(\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=\s*)(.*)$/;

/** A line that is neither an assignment nor a comment may continue a value. */
function valuesOfEnv(text: string): Span[] {
	const spans: Span[] = [];
	let at = 0;
	for (const line of text.split("\n")) {
		const head = ASSIGNMENT.exec(line)?.[1];
		const from = at + (head?.length ?? 0);
		const to = at + line.trimEnd().length;
		const isComment = head === undefined && line.trimStart().startsWith("#");
		if (!isComment && to > from) spans.push({ from, to });
		at += line.length + 1;
	}
	return spans;
}

function lineEnd(text: string, from: number): number {
	const end = text.indexOf("\n", from);
	return end < 0 ? text.length : end;
}
