import { readFile as readFromDisk } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Finding } from "../../finding/finding.ts";
import type { Source } from "../../finding/located.ts";
import type { ConfigFile } from "../../finding/site.ts";
import { parseSteps } from "../../finding/source.ts";
import { inTurns } from "../../turns.ts";
import { describeReadError, expandSource } from "../read/expand.ts";
import { findFiles } from "../read/glob.ts";
import type { ReadOptions } from "../read/read.ts";

/** The files of tests, before the check. */
export interface ReadTests {
	/** The files, each as a mapping with the list in `tests`. */
	readonly files: readonly ConfigFile[];
	/** True if a file could not be read or is not YAML. */
	readonly isBroken: boolean;
	readonly findings: readonly Finding[];
}

/**
 * Lists the test files of a configuration: `tests/*.yaml`, `tests/*.yml`, and `tests/*.json` if they begin with `tests`, as those of
 * `inbox show --save` do. Any other JSON file there is data of a test.
 */
export async function findTestFiles(
	folder: string,
): Promise<readonly string[]> {
	const [yaml, yml, json] = await Promise.all(
		["tests/*.yaml", "tests/*.yml", "tests/*.json"].map((pattern) =>
			findFiles(pattern, folder),
		),
	);
	const saved: string[] = [];
	for (const path of json ?? []) if (await isTest(path)) saved.push(path);
	return [...(yaml ?? []), ...(yml ?? []), ...saved].sort();
}

/**
 * Reads files of tests, and puts the environment in. A file is a list of tests, or a mapping with such a list under `tests`. It
 * never throws: what goes wrong is a finding.
 *
 * @param folder absolute folder of the configuration
 */
export async function readTests(
	files: readonly string[],
	folder: string,
	{ env, readFile = (path) => readFromDisk(path, "utf8") }: ReadOptions,
): Promise<ReadTests> {
	const read: ConfigFile[] = [];
	const findings: Finding[] = [];
	let isBroken = false;
	for (const path of files) {
		const text = await readFile(path).catch((error: unknown) => {
			findings.push(unreadable(path, error));
			return undefined;
		});
		const parsed =
			text === undefined ? undefined : await inTurns(parseSteps(text, path));
		findings.push(...(parsed?.findings ?? []));
		if (parsed?.source === undefined) {
			isBroken = true;
			continue;
		}
		const source = asMapping(parsed.source);
		const environment = { env, readFile };
		const label = relative(folder, path) || join(path);
		const expanded = await expandSource(source, label, environment);
		findings.push(...expanded.findings);
		read.push(expanded.file);
	}
	return { files: read, isBroken, findings };
}

// --- helpers ---

/** Returns true for a JSON file that begins with the key `tests`. */
async function isTest(path: string): Promise<boolean> {
	const text = await readFromDisk(path, "utf8").catch(() => "");
	return /^\s*\{\s*"tests"\s*:/.test(text);
}

function unreadable(file: string, error: unknown): Finding {
	return {
		file,
		line: 1,
		column: 1,
		severity: "error",
		what: `the file of tests ${describeReadError(error)}`,
	};
}

/** Converts a list of tests to the long form, a mapping with `tests`. */
function asMapping(source: Source): Source {
	if (!Array.isArray(source.value)) return source;
	return {
		file: source.file,
		value: { tests: source.value },
		locate: ([, ...path], part) => source.locate(path, part),
	};
}
