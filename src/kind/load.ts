import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isRecord } from "../event/is-record.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import type { Source } from "../finding/located.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import { type Inputs, NO_INPUTS } from "../inputs.ts";
import { memo, once } from "../memo.ts";
import { createChecks } from "./checks.ts";
import type { WebhookKeyword } from "./keyword.ts";
import { webhookSchema } from "./keyword.ts";
import type { Kind, KindCatalog } from "./kind.ts";
import { isKindFile, nameOf, readSource } from "./read.ts";
import { createRule, type Origin } from "./rule.ts";
import {
	type Compiled,
	createValidator,
	isKnownDialect,
	type Validator,
} from "./validator.ts";
import { findingAt, toFindings } from "./words.ts";

/** The kinds that were read, and the findings of their files. */
export interface LoadedKinds {
	readonly kinds: KindCatalog;
	readonly findings: readonly Finding[];
}

/** A kind that was read. Undefined if a finding prevents its use. */
export interface LoadedKind {
	readonly kind: Kind | undefined;
	readonly findings: readonly Finding[];
}

/** Options of `loadKinds`. */
export interface LoadKindsOptions {
	/** The folder whose files are not linted. Default none. */
	readonly proven?: string | undefined;
	/** The signature schemes for `signed`. Default the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Hear of the folders and the files that are not proven; default nobody does. */
	readonly inputs?: Inputs | undefined;
}

/**
 * Reads every kind file (`*.json`, `*.yaml`, `*.yml`, not `*.schema.json`) of the folders. A file in a later folder
 * replaces one with the same name in an earlier folder. A missing folder has no kinds. Schemas are not compiled here:
 * `compileKind` does that for the kinds in use. Files of the folder `proven` are not linted, because those of a package
 * were tested before publication. If it is listed twice, it is also the user's folder, and is linted. Default: no folder
 * is proven.
 */
export async function loadKinds(
	folders: readonly string[],
	{ proven, schemes, inputs = NO_INPUTS }: LoadKindsOptions = {},
): Promise<LoadedKinds> {
	const reader = createKindReader(schemes);
	const isOnce = folders.filter((path) => isSame(path, proven)).length === 1;
	const kinds = new Map<string, Kind>();
	const findings: Finding[] = [];
	for (const folder of new Set(folders.map((path) => resolve(path)))) {
		const files = new Map<string, string>();
		const listed = await listFiles(folder);
		if (!isSame(folder, proven)) noteFiles(folder, listed.files, inputs);
		findings.push(...listed.findings);
		const loaded = await Promise.all(
			listed.files.map((file) =>
				reader.read(file, "kind", isOnce && isSame(folder, proven)),
			),
		);
		for (const [index, { kind, findings: found }] of loaded.entries()) {
			findings.push(...found);
			if (kind === undefined) continue;
			const file = listed.files[index] ?? folder;
			const twin = files.get(kind.name);
			if (twin !== undefined) {
				findings.push(twinFinding(file, kind.name, twin));
				continue;
			}
			files.set(kind.name, file);
			kinds.set(kind.name, kind);
		}
	}
	return { kinds, findings };
}

/**
 * Reads the schema of a route that has `schema` but no `kind`: any JSON Schema, as JSON or YAML, with or without the
 * `webhook` keyword. Its replies are not restricted. A reader that is passed in is reused, so that meta-schemas are not
 * compiled again for each file.
 */
export function loadSchemaKind(
	file: string,
	reader: KindReader = createKindReader(),
): Promise<LoadedKind> {
	return reader.read(resolve(file), "schema");
}

/** Reads kind files, and compiles their common parts once. */
export interface KindReader {
	/** Reads the kind of a file. A proven file is not linted. Default: not proven. */
	read(file: string, origin: Origin, isProven?: boolean): Promise<LoadedKind>;
}

/** Creates a reader of kinds, with these signature schemes. */
export function createKindReader({
	names: schemes,
}: Pick<Schemes, "names"> = SCHEMES): KindReader {
	const validator = createValidator();
	let keyword: Compiled | undefined;
	return {
		async read(file, origin, isProven = false) {
			if (isProven) return readProven(file, origin);
			const { source, findings } = await readSource(file);
			if (source === undefined) return { kind: undefined, findings };
			keyword ??= validator.compile(webhookSchema(schemes), {
				explain: true,
				isProven: true,
			});
			return toKind(source, origin, validator, keyword);
		},
	};
}

/** Compiles a kind that is in use before its first webhook, and returns the findings of its file. */
export function compileKind(kind: Kind): readonly Finding[] {
	return kind.compile?.() ?? [];
}

// --- helpers ---

/**
 * The proven kinds of this process, by origin and file. They are files of the package, the same for every configuration, so that a
 * reload neither reads nor compiles them again.
 */
const PROVEN = new Map<string, Promise<LoadedKind>>();

const provenValidator = once(createValidator);

async function readProven(file: string, origin: Origin): Promise<LoadedKind> {
	const key = `${origin} ${file}`;
	const loaded = await memo(PROVEN, key, async () => {
		const { source, findings } = await readSource(file);
		if (source === undefined) return { kind: undefined, findings };
		return toKind(source, origin, provenValidator(), undefined);
	});
	// What could not be read may be there the next time.
	if (loaded.kind === undefined) PROVEN.delete(key);
	return loaded;
}

function isSame(path: string, other: string | undefined): boolean {
	return other !== undefined && resolve(path) === resolve(other);
}

/** Creates a kind from a file. Without a check of the `webhook` keyword, the file is proven. */
function toKind(
	source: Source,
	origin: Origin,
	validator: Validator,
	keyword: Compiled | undefined,
): LoadedKind {
	const schema = source.value;
	if (!isRecord(schema)) {
		const finding = findingAt(source, [], {
			what: "the file is not a JSON Schema",
			expected: "an object with `type`, `properties` and so on",
		});
		return { kind: undefined, findings: [finding] };
	}
	const { $id, $schema, webhook = {} } = schema;
	const findings: Finding[] = [];
	if (!isKnownDialect($schema)) {
		findings.push(
			findingAt(source, ["$schema"], {
				what: "`$schema` names a dialect that is not known",
				expected: "https://json-schema.org/draft/2020-12/schema",
			}),
		);
	}
	keyword?.validate(webhook);
	findings.push(
		...toFindings(keyword?.validate.errors ?? [], source, ["webhook"]),
	);
	if (hasErrors(findings)) return { kind: undefined, findings };
	const rule = webhook as WebhookKeyword;
	findings.push(...strayLevels(rule, source));
	const kind: Kind = {
		...createRule(nameOf(source.file, $id), schema, rule, origin),
		...createChecks(source, rule.recognize, validator, keyword === undefined),
	};
	return { kind, findings };
}

/** Finds settings for levels that the kind does not have. One of the two is a mistake. */
function strayLevels(rule: WebhookKeyword, source: Source): Finding[] {
	const { levels, settings = {} } = rule;
	if (levels === undefined) return [];
	return Object.keys(settings)
		.filter((level) => !(levels as readonly string[]).includes(level))
		.map((level) =>
			findingAt(
				source,
				["webhook", "settings", level],
				{
					what: `\`webhook.settings\` has the level \`${level}\`, which is not in \`webhook.levels\``,
					expected: `one of ${levels.join(", ")}`,
				},
				"key",
			),
		);
}

function noteFiles(
	folder: string,
	found: readonly string[],
	inputs: Inputs,
): void {
	inputs.choice({
		name: folder,
		found,
		async find(look) {
			look(folder);
			return (await listFiles(folder)).files;
		},
	});
	for (const file of found) inputs.file(file, nameOf(file, undefined));
}

function twinFinding(file: string, name: string, twin: string): Finding {
	return {
		file,
		line: 1,
		column: 1,
		severity: "error",
		what: `the kind \`${name}\` is also in ${twin}`,
		todo: "rename one of the two, or take it away",
	};
}

async function listFiles(
	folder: string,
): Promise<{ files: readonly string[]; findings: readonly Finding[] }> {
	try {
		const names = await readdir(folder);
		const files = names.filter(isKindFile).sort();
		return { files: files.map((name) => join(folder, name)), findings: [] };
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOENT") return { files: [], findings: [] };
		const what = `the folder cannot be read (${code ?? "unknown error"})`;
		const finding: Finding = {
			file: folder,
			line: 1,
			column: 1,
			severity: "error",
			what,
		};
		return { files: [], findings: [finding] };
	}
}
