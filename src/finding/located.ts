import type { Position } from "./finding.ts";

/** The path from a document's root to a value. */
export type KeyPath = readonly (string | number)[];

/** A parsed YAML or JSON file with the positions of its values. */
export interface Source {
	readonly file: string;
	readonly value: unknown;
	/**
	 * Returns the position of the value at `path`, or of its key with `"key"`. If the path does not exist, returns the position
	 * of the nearest parent.
	 */
	locate(path: KeyPath, part?: "key" | "value"): Position;
}
