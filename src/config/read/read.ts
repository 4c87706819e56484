import { readFile as readFromDisk, realpath } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { Finding } from "../../finding/finding.ts";
import { type ConfigFile, lineOf, Site } from "../../finding/site.ts";
import { type ParseOptions, parseSteps } from "../../finding/source.ts";
import { type Inputs, NO_INPUTS } from "../../inputs.ts";
import { inTurns } from "../../turns.ts";
import { describeReadError, type Environment, expandSource } from "./expand.ts";
import { findFiles, isPattern } from "./glob.ts";
import { type Lists, readLists } from "./network-list.ts";
import {
	type ReadTableFile,
	readTableFiles,
	type TableFiles,
} from "./table-files.ts";

/** The sources of a configuration. */
export interface ReadOptions {
	/** The variables for `${NAME}`, such as `process.env`. */
	readonly env: Environment["env"];
	/** Reads a file as UTF-8 text; default from disk. */
	readonly readFile?: Environment["readFile"];
	/** Reads the file of a table; default from disk. */
	readonly readTable?: ReadTableFile;
	/** True if the values of secrets are not used and may be missing. Default false. */
	readonly isLenient?: boolean | undefined;
	/** Hear of every file that is read, and of every pattern; default nobody does. */
	readonly inputs?: Inputs | undefined;
	/** True where the values of `platform` are used; default false. */
	readonly usesPlatform?: boolean | undefined;
}

/** The files of a configuration as read, before the check. */
export interface ReadConfig {
	/** Absolute path of the first file. */
	readonly file: string;
	/** Absolute folder of the first file. */
	readonly folder: string;
	/** The first file and the included files, depth first, without those that cannot be parsed. */
	readonly files: readonly ConfigFile[];
	/** The files that its networks name. */
	readonly lists: Lists;
	/** The files that its tables name. */
	readonly tableFiles: TableFiles;
	/** The files that a `${file:…}` names, absolute. */
	readonly secrets: readonly string[];
	/** False if a file is missing or not YAML, so its definitions are unknown. */
	readonly isComplete: boolean;
	/** Lists the problems of reading: missing files and variables, text that is not YAML, include cycles. */
	readonly findings: readonly Finding[];
}

/**
 * Reads a configuration file, its included files, network lists and tables, and inserts the environment. Never throws:
 * problems are findings. Pass the result to `checkConfig`, which repeats these findings.
 */
export async function readConfig(
	file: string,
	{
		env,
		readFile: readText = (path) => readFromDisk(path, "utf8"),
		readTable,
		isLenient,
		inputs = NO_INPUTS,
		usesPlatform,
	}: ReadOptions,
): Promise<ReadConfig> {
	const readFile = (path: string): Promise<string> => {
		inputs.file(path);
		return readText(path);
	};
	const absolute = resolve(file);
	const reading: Reading = {
		root: dirname(absolute),
		environment: { env, readFile, isLenient, usesPlatform },
		parsing: { keepDuplicates: true },
		inputs,
		files: [],
		findings: [],
		secrets: [],
		seen: new Map(),
		isComplete: true,
	};
	try {
		await readOne(reading, absolute, await readFile(absolute), []);
	} catch (error) {
		reading.isComplete = false;
		reading.findings.push({
			file: absolute,
			line: 1,
			column: 1,
			severity: "error",
			what: `the configuration ${describeReadError(error)}`,
			todo: "name another with `--config`, or let `switchhook init` write one",
		});
	}
	return {
		file: absolute,
		folder: reading.root,
		files: reading.files,
		lists: await readLists(reading.files, readFile),
		tableFiles: await readTableFiles(reading.files, inputs, readTable),
		isComplete: reading.isComplete,
		findings: reading.findings,
		secrets: reading.secrets,
	};
}

/** Returns the absolute paths of all files that were read: the first file, includes, lists, tables, secrets. */
export function filesOf({
	file,
	files,
	lists,
	tableFiles,
	secrets,
}: ReadConfig): readonly string[] {
	const own = files.map(({ source }) => source.file);
	return [
		...new Set([
			file,
			...own,
			...lists.keys(),
			...tableFiles.keys(),
			...secrets,
		]),
	];
}

// --- helpers ---

interface Reading {
	readonly root: string;
	readonly environment: Environment;
	readonly parsing: ParseOptions;
	readonly inputs: Inputs;
	readonly files: ConfigFile[];
	readonly findings: Finding[];
	readonly secrets: string[];
	/** Real paths of the files read so far, and who included them; undefined for the first. */
	readonly seen: Map<string, Site | undefined>;
	isComplete: boolean;
}

/** Parses one file and then reads its includes. `trail` has the real paths of the including files. */
async function readOne(
	reading: Reading,
	path: string,
	text: string,
	trail: readonly string[],
	includedBy?: Site,
): Promise<void> {
	const real = await toReal(path);
	reading.seen.set(real, includedBy);
	reading.inputs.text?.(path, text);
	const { source, findings } = await inTurns(
		parseSteps(text, path, reading.parsing),
	);
	reading.findings.push(...findings);
	if (source === undefined) {
		reading.isComplete = false;
		return;
	}
	const expanded = await expandSource(
		source,
		relative(reading.root, path),
		reading.environment,
	);
	reading.findings.push(...expanded.findings);
	reading.secrets.push(...expanded.read);
	reading.files.push(expanded.file);
	for (const { pattern, at } of includesOf(expanded.file)) {
		for (const next of await resolveInclude(reading, pattern, at)) {
			await includeOne(reading, next, [...trail, real], at);
		}
	}
}

async function includeOne(
	reading: Reading,
	path: string,
	trail: readonly string[],
	at: Site,
): Promise<void> {
	const name = at.isSecret()
		? "the file"
		: `\`${relative(reading.root, path)}\``;
	const real = await toReal(path);
	if (trail.includes(real)) {
		const realRoot = dirname(trail[0] ?? real);
		const names = [...trail.slice(trail.indexOf(real)), real];
		fail(reading, at, {
			what: at.isSecret()
				? "this includes a file that leads back here"
				: `this includes a file that leads back here: ${names.map((file) => relative(realRoot, file)).join(" → ")}`,
			todo: "take one of them out of `include`",
		});
		return;
	}
	if (reading.seen.has(real)) {
		const first = reading.seen.get(real);
		const where = first === undefined ? "" : `, first in ${lineOf(first)}`;
		fail(reading, at, {
			what: `${name} is included twice${where}`,
			todo: "include it once",
		});
		return;
	}
	let text: string;
	try {
		text = await reading.environment.readFile(path);
	} catch (error) {
		fail(reading, at, {
			what: `${name} ${describeReadError(error)}`,
			todo: "correct the path; it is relative to the file that includes",
		});
		return;
	}
	await readOne(reading, path, text, trail, at);
}

async function resolveInclude(
	reading: Reading,
	pattern: string,
	at: Site,
): Promise<readonly string[]> {
	const folder = dirname(at.file.source.file);
	if (!isPattern(pattern)) return [resolve(folder, pattern)];
	const find = (look?: (folder: string) => void) =>
		findFiles(pattern, folder, look);
	const found = await find();
	reading.inputs.choice({ name: resolve(folder, pattern), found, find });
	if (found.length === 0) {
		fail(reading, at, {
			what: `the pattern ${at.show(pattern)} finds no file`,
			todo: "correct it, or take it out; it is relative to the file that includes",
		});
	}
	return found;
}

/** Returns the strings of `include`. The schema checks other values. */
function includesOf(file: ConfigFile): { pattern: string; at: Site }[] {
	const root = file.value as { readonly include?: unknown } | null | undefined;
	const include = typeof root === "object" ? root?.include : undefined;
	const site = new Site(file, ["include"]);
	const items = Array.isArray(include)
		? include.map((item: unknown, index) => ({ item, at: site.in(index) }))
		: [{ item: include, at: site }];
	return items.flatMap(({ item, at }) =>
		typeof item === "string" && item !== "" && !at.isBroken()
			? [{ pattern: item, at }]
			: [],
	);
}

function fail(
	reading: Reading,
	at: Site,
	wording: { readonly what: string; readonly todo: string },
): void {
	reading.isComplete = false;
	reading.findings.push({ ...at.at(), severity: "error", ...wording });
}

/** Returns the real path, so that two names of one file are equal. */
async function toReal(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch {
		return path;
	}
}
