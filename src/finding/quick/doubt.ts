/** Thrown for a text that the quick parser leaves to the reference parser: a mistake, or anything that they could read differently. */
export class Doubt extends Error {}

/** Leaves the text to the reference parser. */
export function decline(): never {
	throw new Doubt();
}
