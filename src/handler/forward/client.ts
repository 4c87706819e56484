import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Loads the HTTP client when a route forwards: its hundred files take more CPU than all else that a command
 * imports, and most routes forward nothing.
 */
export function loadClient(): typeof import("undici") {
	return require("undici");
}
