/** The fields that differ between two payloads, by their paths. A sentence if the difference cannot be written so. */
export type Changes =
	| { readonly set: Readonly<Record<string, unknown>> }
	| { readonly why: string };

/** Finds what somebody changed in a payload with masks. A value that was not touched is not sent, so that its mask is not either. */
export function changesBetween(before: unknown, after: unknown): Changes {
	const set: Record<string, unknown> = {};
	try {
		compare(before, after, [], set);
	} catch (error) {
		if (error instanceof Unwritable) return { why: error.message };
		throw error;
	}
	return { set };
}

// --- helpers ---

class Unwritable extends Error {}

function compare(
	before: unknown,
	after: unknown,
	path: readonly string[],
	set: Record<string, unknown>,
): void {
	if (
		!isBranch(before) ||
		!isBranch(after) ||
		isList(before) !== isList(after)
	) {
		if (JSON.stringify(before) !== JSON.stringify(after))
			write(path, after, set);
		return;
	}
	for (const name of Object.keys(before))
		if (!Object.hasOwn(after, name))
			throw new Unwritable(
				`\`${[...path, name].join(".")}\` was removed. Reveal the payload first to remove a field.`,
			);
	for (const [name, value] of Object.entries(after)) {
		const inner = [...path, name];
		if (Object.hasOwn(before, name)) compare(before[name], value, inner, set);
		else write(inner, value, set);
	}
}

function write(
	path: readonly string[],
	value: unknown,
	set: Record<string, unknown>,
): void {
	if (path.length > 1 && path.some((name) => name.includes(".")))
		throw new Unwritable(
			`\`${path.join(".")}\` has a dot in its name. Reveal the payload first to change it.`,
		);
	Object.defineProperty(set, path.join("."), {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null;
}

function isList(value: object): boolean {
	return Array.isArray(value);
}
