import { fileURLToPath } from "node:url";

/** Absolute path of a file of this package; `src/cli` and `dist/cli` are equally deep in it. */
export function packageFile(path: string): string {
	return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
