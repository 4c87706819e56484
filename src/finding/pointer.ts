import type { KeyPath } from "./located.ts";

/** Writes a path as a JSON pointer (RFC 6901). */
export function toPointer(path: KeyPath): string {
	return path
		.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`)
		.join("");
}

/** Splits a JSON pointer (RFC 6901) into keys. Indexes of lists stay text: see `fromPointer`. */
export function parsePointer(pointer: string): string[] {
	return pointer
		.split("/")
		.slice(1)
		.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Splits a pointer into a document: the indexes of its lists become numbers. */
export function fromPointer(pointer: string, document: unknown): KeyPath {
	let value = document;
	return parsePointer(pointer).map((key) => {
		const isIndex = Array.isArray(value);
		value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
		return isIndex ? Number(key) : key;
	});
}

/** Follows a `$ref` inside one file (`#`, `#/$defs/name`, `#anchor`); undefined for any other. */
export function resolvePointer(root: unknown, ref: string): unknown {
	const hash = ref.indexOf("#");
	const id = (root as { $id?: unknown } | undefined)?.$id;
	if (hash === -1 || (hash > 0 && ref.slice(0, hash) !== id)) return undefined;
	const fragment = decodeFragment(ref.slice(hash + 1));
	if (fragment !== "" && !fragment.startsWith("/")) {
		const path = findKey(
			root,
			(key, value) => key === "$anchor" && value === fragment,
		);
		return path === undefined ? undefined : valueAt(root, path.slice(0, -1));
	}
	return valueAt(root, parsePointer(fragment));
}

/** Finds the first key that fits, depth first, and returns the path to it. */
export function findKey(
	value: unknown,
	fits: (key: string, value: unknown) => boolean,
): KeyPath | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	for (const [key, inner] of Object.entries(value)) {
		if (fits(key, inner)) return [key];
		const deeper = findKey(inner, fits);
		if (deeper !== undefined) return [key, ...deeper];
	}
	return undefined;
}

// --- helpers ---

function valueAt(root: unknown, path: KeyPath): unknown {
	let value = root;
	for (const key of path) {
		if (typeof value !== "object" || value === null) return undefined;
		if (!Object.hasOwn(value, key)) return undefined;
		value = (value as Record<string, unknown>)[key];
	}
	return value;
}

function decodeFragment(fragment: string): string {
	try {
		return decodeURIComponent(fragment);
	} catch {
		return fragment;
	}
}
