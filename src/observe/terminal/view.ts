import type { Row } from "./layout.ts";

/** A row without the columns that all lines share. */
export type Designed = Omit<Row, "time">;

/** The state of a terminal that the design of a line depends on. */
export interface View {
	/** The columns for a subject: the width of the widest recent one, as far as there is room. */
	widthFor(subject: string): number;
	/** The arguments that give a command the configuration's path, with a leading space. Empty if the command finds it. */
	readonly config: string;
}
