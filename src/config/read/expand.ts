import { createHash, randomUUID } from "node:crypto";
import { dirname, resolve } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import type { Finding, Wording } from "../../finding/finding.ts";
import type { KeyPath, Source } from "../../finding/located.ts";
import { toPointer } from "../../finding/pointer.ts";
import { type ConfigFile, isSecretKey } from "../../finding/site.ts";

/** The source of values for `${…}`. */
export interface Environment {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readFile: (file: string) => Promise<string>;
	/** True if secrets, options and the URL of the inbox may be missing, because their values are not used. Default false. */
	readonly isLenient?: boolean | undefined;
	/** True for a command that calls the platform's APIs: all others leave `platform` as it is written. */
	readonly usesPlatform?: boolean | undefined;
}

/**
 * Replaces `${NAME}` (required), `${NAME:-default}`, `${NAME:?why}` and `${file:path}` (relative to the
 * file, line break at the end cut off) in every text of a parsed file; `$${` is a literal `${`. An empty
 * variable counts as missing. It works on parsed values only, never on keys, and what it puts in stays
 * text: a value can add no YAML.
 *
 * @param label what other findings call the file.
 */
export async function expandSource(
	source: Source,
	label: string,
	environment: Environment,
): Promise<{
	file: ConfigFile;
	findings: readonly Finding[];
	/** Absolute paths of the files that `${file:…}` names. */
	read: readonly string[];
}> {
	const findings: Finding[] = [];
	const secret = new Set<string>();
	const broken = new Set<string>();
	const isLeft = leaves(source.value, environment);
	const files = await readFiles(source, environment, isLeft);
	if (files === undefined) {
		return {
			file: { source, label, value: source.value, secret, broken },
			findings,
			read: [],
		};
	}
	const unset = new Map<string, readonly string[]>();
	const value = mapTexts(source.value, [], (text, path) => {
		if (isLeft(path)) {
			broken.add(toPointer(path));
			return text;
		}
		const expanded = expandText(text, {
			env: environment.env,
			files,
			isSecret: path.some(isSecretKey),
			standIn: environment.isLenient ? standInAt(path) : undefined,
		});
		if (expanded.isSecret) secret.add(toPointer(path));
		if (expanded.missing.length > 0) {
			unset.set(toPointer(path), expanded.missing);
		}
		if (expanded.problems.length > 0) broken.add(toPointer(path));
		for (const problem of expanded.problems) {
			findings.push({ ...source.locate(path), severity: "error", ...problem });
		}
		return expanded.text;
	});
	const folder = dirname(source.file);
	return {
		file: { source, label, value, secret, broken, unset },
		findings,
		read: [...files.keys()].map((path) => resolve(folder, path)),
	};
}

/** Explains why a file could not be read, without its content. */
export function describeReadError(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
	if (code === "EISDIR") return "is a folder";
	if (code === "EACCES" || code === "EPERM") return "may not be read";
	return `cannot be read (${code ?? "unknown reason"})`;
}

// --- helpers ---

interface Expanded {
	readonly text: string;
	readonly isSecret: boolean;
	readonly problems: readonly Wording[];
	/** The missing variables and files that were replaced by a placeholder. */
	readonly missing: readonly string[];
}

/** The context for replacing the references of one string. */
interface Replacing {
	readonly env: Environment["env"];
	readonly files: ReadonlyMap<string, FileText>;
	/** True if the string is under a key of secrets. */
	readonly isSecret: boolean;
	/** The placeholder for a missing value. Undefined if a missing value is an error. */
	readonly standIn: ((names: readonly string[]) => string) | undefined;
}

/** The value of one `${…}`, or the reason why there is none. */
type Found =
	| { readonly text: string; readonly isSecret: boolean }
	| { readonly problem: Wording; readonly missing?: string };

/** A secret file's text, or why there is none. */
type FileText = { readonly text: string } | { readonly problem: string };

/** Matches a literal `$${`, a complete `${…}`, or an unclosed `${`. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::([-?])([\s\S]*))?$/;

const FILE_PREFIX = "file:";

function expandText(text: string, replacing: Replacing): Expanded {
	const { files, standIn } = replacing;
	const problems: Wording[] = [];
	const missing: string[] = [];
	let isSecret = false;
	const expanded = text.replace(
		REFERENCE,
		(reference: string, expression: string | undefined) => {
			if (reference === "$${") return "${";
			if (expression === undefined) {
				problems.push({
					what: "a `${` is never closed",
					expected: `\`\${NAME}\``,
					todo: "write `$${` where the text itself is meant",
				});
				return "";
			}
			const found = expression.startsWith(FILE_PREFIX)
				? fromFile(expression.slice(FILE_PREFIX.length), files)
				: fromVariable(expression, replacing);
			if ("problem" in found) {
				if (standIn === undefined || found.missing === undefined) {
					problems.push(found.problem);
				} else missing.push(found.missing);
				return "";
			}
			isSecret ||= found.isSecret;
			return found.text;
		},
	);
	if (missing.length > 0 && standIn !== undefined) {
		return { text: standIn(missing), isSecret: true, problems, missing };
	}
	return { text: expanded, isSecret, problems, missing };
}

/**
 * Finds what stands in for a text at a place where its value may be missing. For a secret that is a key of every scheme's form,
 * base64 of 24 bytes and more, which nobody can guess from outside and nothing is ever proved by.
 */
function standInAt(path: KeyPath): Replacing["standIn"] {
	// Only who calls the platform reads these, and needs them.
	if (path[0] === "platform") return undefined;
	if (toPointer(path) === "/inbox/store") {
		return () => "postgres://localhost/not-set";
	}
	const isSpare = path.some((key) => isSecretKey(key) || SPARE_KEYS.has(key));
	if (!isSpare) return undefined;
	return (names) =>
		createHash("sha256")
			.update(`not set: ${names.join(" ")} ${randomUUID()}`)
			.digest("base64");
}

/** The keys beside those of secrets whose values a check does not use. */
const SPARE_KEYS: ReadonlySet<string | number> = new Set([
	"options",
	"headers",
	"environment",
]);

function fromVariable(
	expression: string,
	{ env, isSecret }: Pick<Replacing, "env" | "isSecret">,
): Found {
	const parts = VARIABLE.exec(expression);
	if (parts === null) {
		return {
			problem: {
				what: `\`\${${expression}}\` is not a reference to a variable`,
				expected: `\`\${NAME}\`, \`\${NAME:-default}\`, \`\${NAME:?why}\` or \`\${file:path}\``,
				todo: "write `$${` where the text itself is meant",
			},
		};
	}
	const [, name = "", operator, operand = ""] = parts;
	const found = env[name];
	// An object may inherit something under the name; only text is a variable.
	if (typeof found === "string" && found !== "") {
		return { text: found, isSecret: true };
	}
	// A default is the file's own text, and may be shown.
	if (operator === "-") return { text: operand, isSecret: false };
	const state = found === "" ? "is empty" : "is not set";
	const why = operator === "?" && operand !== "" ? `: ${operand}` : "";
	const other = isSecret
		? `or take it from a file: \`"\${file:/run/secrets/${name.toLowerCase()}}"\``
		: `or write \`\${${name}:-default}\``;
	return {
		missing: name,
		problem: {
			what: `the environment variable \`${name}\` ${state}${why}`,
			todo: `set it in the environment or in \`.env\`, ${other}`,
		},
	};
}

function fromFile(path: string, files: ReadonlyMap<string, FileText>): Found {
	const found = files.get(path);
	if (found !== undefined && "text" in found) {
		return { text: found.text.replace(/\r?\n$/, ""), isSecret: true };
	}
	return {
		missing: path,
		problem: {
			what: `the file \`${path}\` of \`\${file:${path}}\` ${found?.problem ?? "cannot be read"}`,
			todo: "create it, or correct its path",
		},
	};
}

/**
 * Tells the texts whose `${…}` stay: nobody uses what they stand for, so that it may be missing. A router that looks for drift
 * calls the platform by itself.
 */
function leaves(
	root: unknown,
	{ usesPlatform, isLenient }: Environment,
): (path: KeyPath) => boolean {
	const platform = isRecord(root) ? root.platform : undefined;
	const drifts = isRecord(platform) && platform.drift !== undefined;
	const isUsed = usesPlatform === true || (drifts && isLenient !== true);
	return ([section]) => section === "platform" && !isUsed;
}

/** Reads every file that a `${file:…}` names, each once; undefined where no text has any `${…}`. */
async function readFiles(
	source: Source,
	{ readFile }: Environment,
	isLeft: (path: KeyPath) => boolean,
): Promise<ReadonlyMap<string, FileText> | undefined> {
	if (!holdsReference(source.value)) return undefined;
	const paths = new Set<string>();
	mapTexts(source.value, [], (text, path) => {
		if (isLeft(path)) return text;
		for (const [, expression] of text.matchAll(REFERENCE)) {
			if (expression?.startsWith(FILE_PREFIX)) {
				paths.add(expression.slice(FILE_PREFIX.length));
			}
		}
		return text;
	});
	const folder = dirname(source.file);
	const read = async (path: string): Promise<[string, FileText]> => {
		try {
			return [path, { text: await readFile(resolve(folder, path)) }];
		} catch (error) {
			return [path, { problem: describeReadError(error) }];
		}
	};
	return new Map(await Promise.all([...paths].map(read)));
}

/** Copies a value and replaces every string with `${`. Parts without such strings are shared, not copied. */
function mapTexts(
	value: unknown,
	path: KeyPath,
	replace: (text: string, path: KeyPath) => string,
): unknown {
	if (typeof value === "string") {
		return value.includes("${") ? replace(value, path) : value;
	}
	if (Array.isArray(value)) {
		let changed = false;
		const items = value.map((item: unknown, index) => {
			const mapped = holdsReference(item)
				? mapTexts(item, [...path, index], replace)
				: item;
			changed ||= mapped !== item;
			return mapped;
		});
		return changed ? items : value;
	}
	if (typeof value === "object" && value !== null) {
		let changed = false;
		const entries = Object.entries(value).map(([key, item]) => {
			const mapped = holdsReference(item)
				? mapTexts(item, [...path, key], replace)
				: (item as unknown);
			changed ||= mapped !== item;
			return [key, mapped] as const;
		});
		// fromEntries defines own properties, so that a key `__proto__` stays a key.
		return changed ? Object.fromEntries(entries) : value;
	}
	return value;
}

/** Spares a copy and a path for each of the 100,000 plain values that a file may hold. */
function holdsReference(value: unknown): boolean {
	if (typeof value === "string") return value.includes("${");
	if (typeof value !== "object" || value === null) return false;
	if (Array.isArray(value)) return value.some(holdsReference);
	for (const key in value) {
		if (holdsReference((value as Readonly<Record<string, unknown>>)[key])) {
			return true;
		}
	}
	return false;
}
