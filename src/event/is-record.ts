/** Returns true for a value with fields: an object that is neither null nor a list. */
export function isRecord(
	value: unknown,
): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the value if it has fields, otherwise an empty record. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
	return isRecord(value) ? value : {};
}
