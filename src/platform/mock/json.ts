/**
 * A JSON value with its original spelling: a number keeps its digits (`1.0`, twenty digits), an object the order of its keys.
 * The platform returns unknown parts unchanged, which `JSON.parse` cannot do.
 */
export type Json = JsonObject | JsonList | JsonLeaf;

export type JsonObject = Map<string, Json>;

export type JsonList = Json[];

/** A text, a number, true, false or null, as it stands in JSON. */
export interface JsonLeaf {
	readonly raw: string;
}

/** Parses JSON. Throws SyntaxError for invalid text and for more than 100 nested levels. */
export function parseJson(text: string): Json {
	// The parser below relies on valid JSON.
	JSON.parse(text);
	const tokens = text.matchAll(TOKEN);
	const next = (): string => tokens.next().value?.[0] as string;
	return readValue(next(), next, 0);
}

/** Creates a value from plain data, for example from a test. */
export function toJson(value: unknown): Json {
	return parseJson(JSON.stringify(value ?? null));
}

/** Returns plain data. A number that is too long for JavaScript is rounded. */
export function toValue(json: Json): unknown {
	return JSON.parse(formatJson(json));
}

/** Writes JSON without blanks. */
export function formatJson(json: Json): string {
	if (json instanceof Map) {
		const fields = [...json].map(
			([key, value]) => `${JSON.stringify(key)}:${formatJson(value)}`,
		);
		return `{${fields.join(",")}}`;
	}
	if (Array.isArray(json)) return `[${json.map(formatJson).join(",")}]`;
	return json.raw;
}

/** Returns the value at a path of keys, or undefined. */
export function getAt(json: Json, path: readonly string[]): Json | undefined {
	let found: Json | undefined = json;
	for (const key of path) {
		if (!(found instanceof Map)) return undefined;
		found = found.get(key);
	}
	return found;
}

/** Returns the plain data of a leaf; undefined for an object, a list, or nothing. */
export function leafOf(json: Json | undefined): unknown {
	if (json === undefined || json instanceof Map || Array.isArray(json)) {
		return undefined;
	}
	return JSON.parse(json.raw);
}

/** Applies a merge patch (RFC 7396): null removes a key, an object is merged into the existing one, and any other value replaces it. */
export function mergePatch(target: JsonObject, patch: JsonObject): void {
	for (const [key, value] of patch) {
		if (isNull(value)) {
			target.delete(key);
		} else if (value instanceof Map) {
			const known = target.get(key);
			const inner: JsonObject = known instanceof Map ? known : new Map();
			mergePatch(inner, value);
			target.set(key, inner);
		} else {
			target.set(key, value);
		}
	}
}

// --- helpers ---

const DEPTH_MAX = 100;

const TOKEN = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g;

function isNull(json: Json): boolean {
	return leafOf(json) === null;
}

/** Reads the value that begins with `token`. */
function readValue(token: string, next: () => string, depth: number): Json {
	if (depth > DEPTH_MAX) throw new SyntaxError("nested too deep");
	if (token === "{") return readObject(next, depth);
	if (token === "[") return readList(next, depth);
	return { raw: token };
}

function readObject(next: () => string, depth: number): JsonObject {
	const object: JsonObject = new Map();
	for (let token = next(); token !== "}"; token = next()) {
		if (token === ",") continue;
		const key = JSON.parse(token) as string;
		next();
		object.set(key, readValue(next(), next, depth + 1));
	}
	return object;
}

function readList(next: () => string, depth: number): JsonList {
	const list: JsonList = [];
	for (let token = next(); token !== "]"; token = next()) {
		if (token !== ",") list.push(readValue(token, next, depth + 1));
	}
	return list;
}
