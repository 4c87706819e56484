import fc from "fast-check";

/** One character or byte more, less, or other; where it is, counted around. */
export interface Edit {
	readonly at: number;
	readonly kind: "replace" | "insert" | "delete";
	readonly by: number;
}

export const edits: fc.Arbitrary<Edit> = fc.record({
	at: fc.nat(100_000),
	kind: fc.constantFrom("replace", "insert", "delete"),
	by: fc.nat(255),
});

/** Characters of tokens, digests and base64. */
const LETTERS =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.";

/** Edits a text within the letters that signatures are written in. */
export function editText(text: string, { at, kind, by }: Edit): string {
	const site = at % (text.length + (kind === "insert" ? 1 : 0));
	const letter = LETTERS[by % LETTERS.length] as string;
	return (
		text.slice(0, site) +
		(kind === "delete" ? "" : letter) +
		text.slice(site + (kind === "insert" ? 0 : 1))
	);
}

/** Edits bytes. */
export function editBytes(
	bytes: Uint8Array,
	{ at, kind, by }: Edit,
): Uint8Array {
	const site = at % (bytes.length + (kind === "insert" ? 1 : 0));
	return Buffer.concat([
		bytes.subarray(0, site),
		Buffer.from(kind === "delete" ? [] : [by]),
		bytes.subarray(site + (kind === "insert" ? 0 : 1)),
	]);
}

/** Any body that is not empty. */
export const bodies: fc.Arbitrary<Uint8Array> = fc.oneof(
	fc.uint8Array({ minLength: 1, maxLength: 200 }),
	fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value, null, 2))),
);
