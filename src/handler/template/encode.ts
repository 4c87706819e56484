/** Writes a value at its position in a text, so that it cannot end the position. Throws an UnfitValueError for a value that has no place there. */
export type Encoder = (value: unknown) => string;

/** Thrown for a value that cannot stand where a template writes it. The message contains no value. A retry fails the same way. */
export class UnfitValueError extends Error {
	override readonly name = "UnfitValueError";
}

/** Finds the value that made a template fail because it cannot stand there. Returns undefined for any other failure. */
export function unfitValueOf(error: unknown): UnfitValueError | undefined {
	for (let cause = error; cause instanceof Error; cause = causeOf(cause)) {
		if (cause instanceof UnfitValueError) return cause;
	}
	return undefined;
}

/** Returns the error that LiquidJS wrapped, or the cause. */
export function causeOf(error: Error): unknown {
	return (
		(error as { readonly originalError?: unknown }).originalError ?? error.cause
	);
}

/** Percent-encodes all but unreserved characters (RFC 3986 section 2.3). A lone surrogate becomes U+FFFD. */
export function encodeComponent(text: string): string {
	return encodeURIComponent(Buffer.from(text).toString()).replace(
		/[!'()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** Writes a value into a path, a query or a form. */
export const inComponent: Encoder = (value) => encodeComponent(toText(value));

/** Writes a value into the host or port of a URL. Letters of other scripts are refused, because a URL reads some of them as dots. */
export const inHost: Encoder = (value) => {
	const text = toText(value);
	if (/^[\w.-]+$/.test(text)) return text;
	throw new UnfitValueError(
		text === ""
			? "a value in the host is empty"
			: "a value in the host has characters that a host name cannot have",
	);
};

// --- helpers ---

function toText(value: unknown): string {
	if (value === undefined || value === null) return "";
	if (Array.isArray(value)) return value.map(toText).join("");
	if (typeof value === "object" || typeof value === "function") {
		throw new UnfitValueError("a mapping cannot stand within a text");
	}
	return String(value);
}
