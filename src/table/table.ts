/** The values of one row by column, its key's column among them. Those of a CSV file are text. */
export type Row = Readonly<Record<string, unknown>>;

/** A file of rows, which `match` and templates look up by key. */
export interface Table {
	/** The name in `tables`. */
	readonly name: string;
	/** By key, which is always text. A look-up costs the same for one row and for 100,000. */
	readonly rows: ReadonlyMap<string, Row>;
	/** The columns that any row has. */
	readonly columns: ReadonlySet<string>;
}
