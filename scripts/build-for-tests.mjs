// Compiles src/ for a run of all or the quick tests, file by file: for the processes that tests start, and for the process of the tests
// (test/use-build.mjs). So no process compiles it again, and coverage counts one text of each source.
import { createHash } from "node:crypto";
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { transformSync, version } from "esbuild";

/** Imports of other sources. */
const SPECIFIER = /((?:from|import) ?\(?"\.[^"]*)\.ts"/g;

/** The file of a build with the digest of each source that it was compiled from. */
const DIGESTS = "digests.json";

/** Compiles the sources of a repository to a folder: those that changed since it was last done. */
export function buildForTests(root, folder) {
	const sources = join(root, "src");
	const { compilerOptions } = JSON.parse(
		readFileSync(join(root, "tsconfig.json"), "utf8"),
	);
	const options = {
		loader: "ts",
		format: "esm",
		target: `node${process.versions.node}`,
		tsconfigRaw: { compilerOptions },
	};
	const key = JSON.stringify([version, sources, options]);
	const before = readDigests(folder);
	// Until it is complete, so that what is left of half a build is not taken for one.
	rmSync(join(folder, DIGESTS), { force: true });
	const digests = {};
	for (const name of readdirSync(sources, { recursive: true })) {
		if (!name.endsWith(".ts")) continue;
		const sourcefile = join(sources, name);
		const text = readFileSync(sourcefile, "utf8");
		const compiled = name.replace(/ts$/, "js");
		digests[compiled] = digestOf(key + text);
		if (digests[compiled] === before[compiled]) continue;
		const { code } = transformSync(text, { ...options, sourcefile });
		const file = join(folder, compiled);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, code.replaceAll(SPECIFIER, '$1.js"'));
	}
	for (const compiled of Object.keys(before)) {
		if (!(compiled in digests)) rmSync(join(folder, compiled), { force: true });
	}
	writeFileSync(join(folder, DIGESTS), JSON.stringify(digests));
}

/** Reads what a folder was built from. One that does not tell is emptied. */
function readDigests(folder) {
	try {
		return JSON.parse(readFileSync(join(folder, DIGESTS), "utf8"));
	} catch {
		rmSync(folder, { recursive: true, force: true });
		return {};
	}
}

function digestOf(text) {
	return createHash("sha256").update(text).digest("base64url");
}
