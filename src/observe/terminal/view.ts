import type { Row } from "./layout.ts";

/** A row without the columns that all lines have. */
export type Designed = Omit<Row, "time">;

/** The circumstances of a terminal that the design of a line asks for. */
export interface View {
	/** Columns for a subject: what the widest of the last ones took, as far as there is room. */
	widthFor(subject: string): number;
	/** The words that a command has to be told the configuration by, with the space in front; empty where it finds it. */
	readonly config: string;
}
