import type { Position } from "./finding.ts";

/** The way from a document's root to a value. */
export type KeyPath = readonly (string | number)[];

/** A parsed YAML or JSON file that still knows where each value stands. */
export interface Source {
	readonly file: string;
	readonly value: unknown;
	/**
	 * Where the value at `path` stands, or its key with `"key"`; the nearest parent that exists when
	 * the path does not.
	 */
	locate(path: KeyPath, part?: "key" | "value"): Position;
}
