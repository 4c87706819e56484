import { parseEnv } from "node:util";
import type { Finding } from "../../finding/finding.ts";
import { describeReadError } from "./expand.ts";

/** The variables of a process, which files can extend. */
export type Variables = Record<string, string | undefined>;

/** A file of variables. */
export interface EnvFile {
	/** Absolute path. */
	readonly path: string;
	/** True if it was requested by name. Then it must exist. */
	readonly isRequired: boolean;
}

/** Files of variables that are read again at each load. */
export interface EnvFiles {
	/** Absolute paths. */
	readonly paths: readonly string[];
	/**
	 * Adds their variables to the environment. Variables that existed before are not changed. Variables from an earlier
	 * read that are no longer in the files are removed.
	 */
	read(): Promise<readonly Finding[]>;
}

/**
 * Reads files in the format of Node's `--env-file` into an environment that plugins see too.
 *
 * @param files the last one wins
 * @param env such as `process.env`; it is changed
 */
export function createEnvFiles(
	files: readonly EnvFile[],
	env: Variables,
	readFile: (file: string) => Promise<string>,
): EnvFiles {
	const own = new Map<string, string>();
	return {
		paths: files.map(({ path }) => path),
		async read() {
			const findings: Finding[] = [];
			const next = new Map<string, string>();
			for (const file of files) {
				const { text, problem } = await readOne(file, readFile);
				if (problem !== undefined) findings.push(problem);
				if (text === undefined) continue;
				findings.push(...findSlips(text, file.path));
				for (const [name, value] of Object.entries(parseEnv(text))) {
					if (value !== undefined) next.set(name, value);
				}
			}
			for (const [name, value] of own) {
				// One that a plugin has set since is no longer ours.
				if (!next.has(name) && env[name] === value) delete env[name];
				if (env[name] !== value) own.delete(name);
			}
			for (const [name, value] of next) {
				if (env[name] !== undefined && !own.has(name)) continue;
				env[name] = value;
				own.set(name, value);
			}
			return findings;
		},
	};
}

// --- helpers ---

async function readOne(
	{ path, isRequired }: EnvFile,
	readFile: (file: string) => Promise<string>,
): Promise<{ text: string | undefined; problem: Finding | undefined }> {
	try {
		return { text: await readFile(path), problem: undefined };
	} catch (error) {
		const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
		if (isMissing && !isRequired)
			return { text: undefined, problem: undefined };
		return {
			text: undefined,
			problem: {
				...{ file: path, line: 1, column: 1, severity: "error" },
				what: `the environment file ${describeReadError(error)}`,
				todo: "correct the path, or write `--no-env-file`",
			},
		};
	}
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*/;

/** Finds lines that Node ignores silently, and unclosed quotes. No finding contains a value. */
function findSlips(text: string, file: string): Finding[] {
	const findings: Finding[] = [];
	const first = new Map<string, number>();
	const lines = text.split(/\r?\n/);
	for (let index = 0; index < lines.length; index += 1) {
		const line = lines[index] as string;
		const at = { file, line: index + 1, column: line.search(/\S|$/) + 1 };
		if (/^\s*(?:#|$)/.test(line)) continue;
		const [head, name] = ASSIGNMENT.exec(line) ?? [];
		if (head === undefined || name === undefined) {
			findings.push({
				...at,
				severity: "warning",
				what: "this line is not a variable and is ignored",
				expected: "`NAME=value`",
				todo: "put a value of several lines in quotes",
			});
			continue;
		}
		const before = first.get(name);
		if (before !== undefined) {
			findings.push({
				...at,
				severity: "warning",
				what: `\`${name}\` is set twice, first in line ${before}`,
				todo: "take one of the two out: the last one counts",
			});
		}
		first.set(name, before ?? at.line);
		const quote = /^["'`]/.exec(line.slice(head.length))?.[0];
		if (quote === undefined) continue;
		const rest = [line.slice(head.length + 1), ...lines.slice(index + 1)];
		const closing = rest.findIndex((part) => part.includes(quote));
		if (closing >= 0) {
			index += closing;
			continue;
		}
		findings.push({
			...{ file, line: at.line, column: head.length + 1 },
			severity: "error",
			what: `the quote that opens here is never closed`,
			todo: `end the value with \`${quote}\``,
		});
	}
	return findings;
}
