import type { Ajv } from "ajv";

/**
 * Takes the place of AJV's `uniqueItems`, which holds each item against each other one unless the schema says that
 * they are plain: 30,000 of them fit into 100 KB, and keep the process for seconds.
 */
export function addUniqueItems(ajv: Ajv): void {
	ajv.removeKeyword("uniqueItems");
	ajv.addKeyword({
		keyword: "uniqueItems",
		type: "array",
		schemaType: "boolean",
		error: { message: "must NOT have duplicate items" },
		compile: (isWanted: boolean) => (items: readonly unknown[]) =>
			!isWanted || areUnique(items),
	});
}

// --- helpers ---

function areUnique(items: readonly unknown[]): boolean {
	const seen = new Set<string>();
	for (const item of items) seen.add(textOf(item));
	return seen.size === items.length;
}

/** One text for all values that are equal: the order of an object's keys means nothing. */
function textOf(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(byName))
			: inner,
	);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
