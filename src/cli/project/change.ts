/** A change of a file that a project may already have. */
export interface Change {
	/** The file, relative to the folder. */
	readonly to: string;
	/** A phrase that names the change. */
	readonly about: string;
	write(): Promise<void>;
}

/** Reads a file. Returns undefined if it does not exist. Throws every other error. */
export async function orNone(
	reading: Promise<string>,
): Promise<string | undefined> {
	try {
		return await reading;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOENT" || code === "ENOTDIR") return undefined;
		throw error;
	}
}
