/**
 * Copies any value into plain data that can be written as JSON: at most eight levels, a thousand values and 4,096 characters of
 * each text. `[more]` marks where there was more. A value that throws, is cyclic or has no JSON form becomes a text. Never
 * throws.
 */
export function toPlain(value: unknown): unknown {
	return copy(value, { left: VALUES_MAX, open: new Set() });
}

/**
 * Copies a flat object of plain data, the fields of almost every log line. Returns undefined for any other object, which
 * `toPlain` copies.
 */
export function copyFlat(
	given: object,
): Readonly<Record<string, unknown>> | undefined {
	try {
		if (Object.getPrototypeOf(given) !== Object.prototype) return undefined;
		const flat: Record<string, unknown> = {};
		let left = FLAT_MAX;
		for (const key of Object.keys(given)) {
			const value = (given as Readonly<Record<string, unknown>>)[key];
			left -= 1;
			// An assignment to `__proto__` would not create a field.
			if (left < 0 || key === "__proto__" || key.length > NAME_LENGTH_MAX)
				return undefined;
			if (!isFlat(value)) return undefined;
			flat[key] = value;
		}
		return flat;
	} catch {
		// A getter or a proxy threw an error.
		return undefined;
	}
}

/** Cuts a text after `length` characters, and ends it with `…`. */
export function cutText(text: string, length: number): string {
	if (text.length <= length) return text;
	// Do not cut a surrogate pair in half.
	return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…`;
}

// --- helpers ---

const DEEPEST = 8;
const VALUES_MAX = 1000;
const TEXT_LENGTH_MAX = 4096;
const NAME_LENGTH_MAX = 256;
const FLAT_MAX = 50;

function isFlat(value: unknown): boolean {
	switch (typeof value) {
		case "string":
			return value.length <= TEXT_LENGTH_MAX;
		case "number":
			return Number.isFinite(value);
		case "boolean":
			return true;
		default:
			return value === null;
	}
}

/** The number of values left to copy, and the objects around the current one. */
interface Budget {
	left: number;
	readonly open: Set<object>;
}

function copy(value: unknown, budget: Budget): unknown {
	budget.left -= 1;
	if (budget.left < 0) return MORE;
	switch (typeof value) {
		case "string":
			return cutText(value, TEXT_LENGTH_MAX);
		case "number":
			// JSON would write both as null.
			return Number.isFinite(value) ? value : String(value);
		case "bigint":
			return cutText(String(value), TEXT_LENGTH_MAX);
		case "boolean":
			return value;
		case "object":
			return value === null ? null : copyObject(value, budget);
		default:
			return undefined;
	}
}

const MORE = "[more]";

function copyObject(value: object, budget: Budget): unknown {
	const { open } = budget;
	if (open.has(value)) return "[cyclic]";
	if (open.size >= DEEPEST) return MORE;
	open.add(value);
	try {
		return copyParts(value, budget);
	} catch {
		// A getter, a `toJSON` or a proxy threw an error.
		return "[unreadable]";
	} finally {
		open.delete(value);
	}
}

function copyParts(value: object, budget: Budget): unknown {
	if (value instanceof Error) return toText(`${value.name}: ${value.message}`);
	if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
	if ("toJSON" in value && typeof value.toJSON === "function") {
		const plain: unknown = value.toJSON();
		if (plain !== value) return copy(plain, budget);
	}
	if (value instanceof Map) return copyEntries(value.entries(), budget);
	if (Array.isArray(value) || value instanceof Set) {
		const items: unknown[] = [];
		for (const item of value) {
			// Null, as in JSON, so that the other items keep their positions.
			items.push(copy(item, budget) ?? null);
			if (budget.left < 0) break;
		}
		return items;
	}
	return copyEntries(readEntries(value), budget);
}

/** Reads each property separately, so that one that throws does not hide the others. */
function* readEntries(value: object): Iterable<[string, unknown]> {
	for (const key of Object.keys(value)) {
		let read: unknown;
		try {
			read = (value as Readonly<Record<string, unknown>>)[key];
		} catch {
			read = "[unreadable]";
		}
		yield [key, read];
	}
}

function copyEntries(
	entries: Iterable<[unknown, unknown]>,
	budget: Budget,
): Record<string, unknown> {
	const copied: [string, unknown][] = [];
	for (const [key, value] of entries) {
		const plain = copy(value, budget);
		if (plain !== undefined)
			copied.push([cutText(toText(key), NAME_LENGTH_MAX), plain]);
		if (budget.left < 0) break;
	}
	// fromEntries defines fields instead of assigning them, so that `__proto__` is a field like any other.
	return Object.fromEntries(copied);
}

function toText(value: unknown): string {
	return cutText(String(value), TEXT_LENGTH_MAX);
}
