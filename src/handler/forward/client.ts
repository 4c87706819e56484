import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Loads the HTTP client when a route forwards. Its hundred files take more CPU than all other imports of a command, and most
 * routes do not forward.
 */
export function loadClient(): typeof import("undici") {
	return require("undici");
}
