import type { Claims, Headers } from "../event/webhook.ts";

/** The parts of a webhook to which a field can refer. An event has all of them. */
export interface Subject {
	readonly payload: unknown;
	/** Names in lower case. */
	readonly headers: Headers;
	/** The part of the URL after `?`, not decoded. */
	readonly query: string;
	readonly params: Readonly<Record<string, string>>;
	readonly claims: Claims;
}

/** Reads the value of one field, of any type. Undefined if it is missing. */
export type FieldReader = (subject: Subject) => unknown;

/** The parts other than the payload. Each is the first segment of a field. */
export const SOURCES = ["headers", "query", "params", "claims"] as const;

/** A parsed field: the part of the webhook, and the path within it. */
export interface Field {
	readonly source: "payload" | (typeof SOURCES)[number];
	readonly path: string;
}

/** Parses a field: `headers.X-Tenant` is a header, and `dtmf.digits` a path into the payload. */
export function parseField(field: string): Field {
	for (const source of SOURCES) {
		if (!field.startsWith(`${source}.`)) continue;
		const path = field.slice(source.length + 1);
		return { source, path: source === "headers" ? path.toLowerCase() : path };
	}
	return { source: "payload", path: field };
}

/**
 * Compiles the reader of a field. In the payload and the claims, a path goes through objects by name and through lists by
 * index (`speech.results.0.text`). A name that contains dots takes precedence over a path: `session.calledid` is one field
 * if it is present.
 */
export function createFieldReader(field: string): FieldReader {
	const { source, path } = parseField(field);
	switch (source) {
		case "headers":
			return ({ headers }) => ownOf(headers, path);
		case "params":
			return ({ params }) => ownOf(params, path);
		case "query":
			return ({ query }) => readParameter(query, path);
		default: {
			const read = createPathReader(path);
			return (subject) => read(subject[source]);
		}
	}
}

// --- helpers ---

type PathReader = (value: unknown) => unknown;

function createPathReader(path: string): PathReader {
	if (!path.includes(".")) return (value) => ownOf(value, path);
	const segments = path.split(".");
	// Joined once: a name that is put together for each webhook costs more than the look-up.
	const steps = segments.map((_, from) =>
		segments
			.slice(from)
			.map((_, more) => ({
				name: segments.slice(from, from + more + 1).join("."),
				next: from + more + 1,
			}))
			.reverse(),
	);
	return (value) => follow(value, steps, 0);
}

/** A possible next name on a path, and the segment after it. */
interface Step {
	readonly name: string;
	readonly next: number;
}

/** Finds the longest name in the value, which usually is the next segment alone. */
function follow(
	value: unknown,
	steps: readonly (readonly Step[])[],
	from: number,
): unknown {
	const names = steps[from];
	if (names === undefined) return value;
	if (typeof value !== "object" || value === null) return undefined;
	for (const { name, next } of names) {
		if (!Object.hasOwn(value, name)) continue;
		return follow((value as Fields)[name], steps, next);
	}
	return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function ownOf(value: unknown, name: string): unknown {
	if (typeof value !== "object" || value === null) return undefined;
	return Object.hasOwn(value, name) ? (value as Fields)[name] : undefined;
}

/** Never throws: broken percent-encoding is kept as it is. A repeated name becomes a list. */
function readParameter(query: string, name: string): unknown {
	if (query === "") return undefined;
	const values = new URLSearchParams(query).getAll(name);
	return values.length > 1 ? values : values[0];
}
