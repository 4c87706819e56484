/** A table's file, and the column of its keys. */
export interface TableSource {
	/** The name in `tables`. */
	readonly name: string;
	/** The column that holds the key. */
	readonly key: string;
	/** Absolute path of the file. */
	readonly file: string;
	/** The path as other findings write it. */
	readonly label: string;
	readonly bytes: Uint8Array;
}

/** A table's file as text. */
export interface TableText extends Omit<TableSource, "bytes"> {
	readonly text: string;
}
