/** The values of one row by column, including the key's column. The values of a CSV file are text. */
export type Row = Readonly<Record<string, unknown>>;

/** A file of rows, which `match` and templates look up by key. */
export interface Table {
	/** The name in `tables`. */
	readonly name: string;
	/** The rows by key, which is always text. A look-up costs the same for one row and for 100,000. */
	readonly rows: ReadonlyMap<string, Row>;
	/** The columns of all rows together. */
	readonly columns: ReadonlySet<string>;
}
