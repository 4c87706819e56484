/**
 * Hears of everything that a configuration is read from, while it is read: what watches the files
 * learns here which ones count.
 */
export interface Inputs {
	/**
	 * Takes a file by its absolute path, also one that was looked for and is not there. It MUST be called before the file
	 * is read, so that a change in between is noticed.
	 *
	 * @param usedBy the name of the thing that needs it: another file, a plugin as a route names it, or a kind.
	 */
	file(path: string, usedBy?: string): void;
	/** Takes the text of a file of the configuration, as it was read: routes.yaml and what it includes. Default: nobody wants it. */
	text?(path: string, text: string): void;
	/** Takes a choice of files, such as those that a pattern finds. */
	choice(choice: Choice): void;
}

/** A choice among the files of folders, which another file may join later. */
export interface Choice {
	/** Absolute path or pattern. Two choices of one name are the same. */
	readonly name: string;
	/** The names that were found. */
	readonly found: readonly string[];
	/** Finds them again, and names every folder that is looked into. */
	find(look: (folder: string) => void): Promise<readonly string[]>;
}

/** Hears nothing: for a configuration that nobody watches. */
export const NO_INPUTS: Inputs = { file() {}, choice() {} };
