import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatFinding } from "../../src/finding/finding.ts";
import type { Kind } from "../../src/kind/kind.ts";
import {
	compileKind,
	type LoadedKinds,
	loadKinds,
	loadSchemaKind,
} from "../../src/kind/load.ts";

/** The repository's own kinds. */
export const SCHEMAS = fileURLToPath(new URL("../../schemas", import.meta.url));

/** Without the schemas of single routes, which may be kept in the same folder. */
export function ownKinds({ kinds }: LoadedKinds): ReadonlyMap<string, Kind> {
	return new Map(
		[...kinds].filter(
			([, { schema, isOwn }]) => schema.webhook !== undefined && !isOwn,
		),
	);
}

/** True for a kind that any payload is of: it carries no marks, and is asked last. */
export function isUnmarked(kind: Pick<Kind, "recognizes">): boolean {
	return kind.recognizes({});
}

/** Writes files into a new temporary folder, and takes it away when `use` is done. */
export async function withFolder<T>(
	files: Readonly<Record<string, string | object>>,
	use: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-kind-"));
	try {
		for (const [name, content] of Object.entries(files)) {
			const file = join(folder, name);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(
				file,
				typeof content === "string"
					? content
					: JSON.stringify(content, undefined, "\t"),
			);
		}
		return await use(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Findings of a folder with these files, compiled, as `file:line:column: severity: text`. */
export function findingsOf(
	files: Readonly<Record<string, string | object>>,
): Promise<string[]> {
	return withFolder(files, async (folder) => {
		const { kinds, findings } = await loadKinds([folder]);
		const all = [...findings, ...[...kinds.values()].flatMap(compileKind)];
		return all.map((finding) =>
			formatFinding(finding).replaceAll(`${folder}/`, ""),
		);
	});
}

/** A kind made of a schema, as a file dropped into `schemas/`. */
export function kindOf(schema: object): Promise<Kind> {
	return withFolder({ "own.kind.json": schema }, async (folder) => {
		const { kinds, findings } = await loadKinds([folder]);
		const [kind] = kinds.values();
		if (kind === undefined) throw new Error(JSON.stringify(findings));
		return kind;
	});
}

/** A kind made of a route's own schema. */
export function schemaKindOf(
	name: string,
	content: string | object,
): Promise<Kind> {
	return withFolder({ [name]: content }, async (folder) => {
		const { kind, findings } = await loadSchemaKind(join(folder, name));
		if (kind === undefined) throw new Error(JSON.stringify(findings));
		return kind;
	});
}

let own: Promise<ReadonlyMap<string, Kind>> | undefined;

/** One of the repository's own kinds. */
export async function ownKind(name: string): Promise<Kind> {
	own ??= loadKinds([SCHEMAS]).then(({ kinds }) => kinds);
	const kind = (await own).get(name);
	if (kind === undefined) throw new Error(`no kind ${name}`);
	return kind;
}
