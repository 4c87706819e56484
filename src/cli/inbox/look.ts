import { resolve } from "node:path";
import type { ConfigOptions } from "../command.ts";
import { CannotRun, type Io } from "../io.ts";
import { exists, loadUsable, type Usable } from "../load.ts";

/** Loads the configuration. Undefined if it does not exist or has errors. */
export async function loadIfUsable(
	io: Io,
	options: ConfigOptions,
): Promise<Usable | undefined> {
	if (!(await exists(resolve(io.cwd, options.config)))) return undefined;
	try {
		// Its errors are left to `check`, because the inbox can be read without it.
		return await loadUsable({ ...io, stderr: { write: () => {} } }, options);
	} catch (error) {
		if (error instanceof CannotRun) return undefined;
		throw error;
	}
}
