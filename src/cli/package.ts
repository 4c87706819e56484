import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Returns the absolute path of a file of this package. `src/cli` and `dist/cli` have the same depth. */
export function packageFile(path: string): string {
	return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Reads the version of this package. */
export async function readVersion(): Promise<string> {
	const text = await readFile(packageFile("package.json"), "utf8");
	const { version } = JSON.parse(text) as { readonly version: string };
	return version;
}
