/** A change to a file that a project may have already. */
export interface Change {
	/** The file, relative to the folder. */
	readonly to: string;
	/** A phrase that names the change. */
	readonly about: string;
	write(): Promise<void>;
}

/** Reads a file; undefined where there is none. Throws every other error. */
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
