/** A value that was cut to a size, and the places where something is missing. */
export interface Limited<T> {
	readonly value: T;
	/** Paths such as `payload.text`, with what is missing there. */
	readonly cut: readonly string[];
}

/** The characters of JSON that a result may have. */
export const RESULT_MAX = 40_000;

/**
 * Cuts long texts and lists in a JSON value, so that it has at most `max` characters as JSON. Texts are cut first at 4,000 characters, then
 * ever shorter. The keys of schemas stay, so that the value still fits its schema.
 */
export function limit<T>(value: T, max = RESULT_MAX): Limited<T> {
	let limited: Limited<T> = { value, cut: [] };
	for (const step of STEPS) {
		const cut: string[] = [];
		limited = {
			value: shorten(value, { ...step, path: "", cut }) as T,
			cut,
		};
		if (JSON.stringify(limited.value).length <= max) break;
	}
	return limited;
}

/** Writes for a reader that something is missing. Empty if nothing is. */
export function describeCut(cut: readonly string[]): string {
	if (cut.length === 0) return "";
	const shown = cut.slice(0, CUTS_SHOWN).join(", ");
	const more =
		cut.length > CUTS_SHOWN ? ` and ${cut.length - CUTS_SHOWN} more` : "";
	return `Cut, because the result is long: ${shown}${more}.`;
}

// --- helpers ---

const STEPS = [
	{ text: 4000, items: 200, keys: 1000 },
	{ text: 1000, items: 50, keys: 200 },
	{ text: 200, items: 10, keys: 60 },
	// No answer of the API has more keys, so only foreign data loses some.
	{ text: 40, items: 3, keys: 40 },
] as const;

const CUTS_SHOWN = 5;

interface Shortening {
	readonly text: number;
	readonly items: number;
	readonly keys: number;
	readonly path: string;
	readonly cut: string[];
}

function shorten(value: unknown, at: Shortening): unknown {
	const { text, items, path, cut } = at;
	if (typeof value === "string") {
		if (value.length <= text) return value;
		cut.push(`${path || "the text"} (${value.length} characters)`);
		return `${value.slice(0, text)}…`;
	}
	if (Array.isArray(value)) {
		const kept = value.slice(0, items);
		if (kept.length < value.length)
			cut.push(`${path || "the list"} (${value.length} items)`);
		return kept.map((item, index) =>
			shorten(item, { ...at, path: `${path}[${index}]` }),
		);
	}
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value);
	if (entries.length > at.keys)
		cut.push(`${path || "the object"} (${entries.length} keys)`);
	return Object.fromEntries(
		entries
			.slice(0, at.keys)
			.map(([key, part]) => [
				key,
				shorten(part, { ...at, path: path === "" ? key : `${path}.${key}` }),
			]),
	);
}
