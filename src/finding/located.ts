import type { Position } from "./finding.ts";

/** The path from a document's root to a value. */
export type KeyPath = readonly (string | number)[];

/** A parsed YAML or JSON file that still knows where each value stands. */
export interface Source {
	readonly file: string;
	readonly value: unknown;
	/**
	 * Returns the position of the value at `path`, or of its key with `"key"`; that of the nearest parent
	 * when the path does not exist.
	 */
	locate(path: KeyPath, part?: "key" | "value"): Position;
}
