import { createRequire } from "node:module";
import { once } from "./memo.ts";

/**
 * Returns the function that loads a package, the first time that it is called. For packages that most configurations do not
 * need, because loading one takes longer than loading twenty of our files.
 *
 * @example const yaml = lazyPackage<typeof import("yaml")>("yaml");
 */
export function lazyPackage<Package>(name: string): () => Package {
	return once(() => require(name) as Package);
}

// --- helpers ---

const require = createRequire(import.meta.url);
