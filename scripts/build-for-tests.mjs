// Compiles src/ for a whole run, file by file: for the processes that tests start, and for the process of the tests
// (test/use-build.mjs). So no process compiles it again, and coverage counts one text of each source.
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";

/** Imports of other sources. */
const SPECIFIER = /((?:from|import) ?\(?"\.[^"]*)\.ts"/g;

/** Compiles the sources of a repository to a folder, which is emptied before. */
export function buildForTests(root, folder) {
	const sources = join(root, "src");
	const { compilerOptions } = JSON.parse(
		readFileSync(join(root, "tsconfig.json"), "utf8"),
	);
	rmSync(folder, { recursive: true, force: true });
	for (const name of readdirSync(sources, { recursive: true })) {
		if (!name.endsWith(".ts")) continue;
		const file = join(sources, name);
		const { code } = transformSync(readFileSync(file, "utf8"), {
			loader: "ts",
			format: "esm",
			target: `node${process.versions.node}`,
			sourcefile: file,
			tsconfigRaw: { compilerOptions },
		});
		const compiled = join(folder, name.replace(/ts$/, "js"));
		mkdirSync(dirname(compiled), { recursive: true });
		writeFileSync(compiled, code.replaceAll(SPECIFIER, '$1.js"'));
	}
}
