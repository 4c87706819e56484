import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { listWords, nearest } from "../../finding/suggest.ts";

/** Describes what a named file is used for. */
export interface FileUse {
	/** The name in messages: "the `what` file". */
	readonly what: string;
	/** The folder beside the first file in which a bare name is searched. Undefined for none. */
	readonly folder: string | undefined;
	/** The extensions that a bare name can omit. */
	readonly endings: readonly string[];
}

/** The file of a schema. */
export const SCHEMA_FILES = {
	what: "schema",
	folder: "schemas",
	endings: [
		".json",
		".yaml",
		".yml",
		".schema.json",
		".schema.yaml",
		".schema.yml",
	],
} as const satisfies FileUse;

/** Finds the files that a configuration names. */
export interface Files {
	/** Returns the absolute path of the file named at `place`. Undefined, with a finding, if there is none. */
	find(text: string, site: Site, use: FileUse): string | undefined;
	/** Returns the file of a kind as `schemas/shop.order.json`. Undefined if there is none beside the first file. */
	findKind(name: string): string | undefined;
}

/**
 * Creates the finder. Paths are relative to the file that contains them. A bare name is then searched in the folder of its
 * use, beside the first file.
 *
 * @param root absolute folder of the first file.
 */
export function createFiles(
	root: string,
	isFile: (path: string) => boolean,
	report: Report,
	listFiles: (folder: string) => readonly string[] = listFilesOnDisk,
): Files {
	const known = new Map<string, boolean>();
	const exists = (path: string): boolean => {
		const hit = known.get(path);
		if (hit !== undefined) return hit;
		const found = isFile(path);
		known.set(path, found);
		return found;
	};
	return {
		find(text, site, use) {
			const { what, folder, endings } = use;
			const here = resolve(dirname(site.file.source.file), text);
			const isBare = folder !== undefined && !/[\\/]/.test(text);
			const bases = isBare ? [here, join(root, folder, text)] : [here];
			const paths = isBare
				? bases.flatMap((base) => ["", ...endings].map((end) => base + end))
				: bases;
			const found = paths.find(exists);
			if (found !== undefined) return found;
			const beside = isBare ? `, nor in \`${folder}/\`` : "";
			const isEndless = isBare && !/\.\w+$/.test(text);
			const names = [here, ...bases.slice(1)].flatMap((place) =>
				listFiles(dirname(place)),
			);
			report.error(site.at(), {
				what: `the ${what} file ${site.show(text)} does not exist${beside}`,
				expected: isEndless
					? `a path relative to this file, or a name without its ending ${listWords(endings)}`
					: "a path relative to this file",
				todo: site.isSecret()
					? undefined
					: didYouMeanFile(text, names, isEndless),
			});
			return undefined;
		},
		findKind(name) {
			if (!/^[\w-]+(\.[\w-]+)+$/.test(name)) return undefined;
			const { folder, endings } = SCHEMA_FILES;
			return endings
				.map((end) => join(folder, name + end))
				.find((path) => exists(join(root, path)));
		},
	};
}

/** True for a regular file on the disk. */
export function isFileOnDisk(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Suggests the file with the most similar name, without its extension. */
function didYouMeanFile(
	text: string,
	names: readonly string[],
	isEndless: boolean,
): string | undefined {
	const byStem = new Map(names.map((name) => [schemaName(name), name]));
	const stem = nearest(schemaName(text), byStem.keys());
	if (stem === undefined) return undefined;
	return `did you mean \`${isEndless ? stem : byStem.get(stem)}\`?`;
}

/** Lists the names of the files in a folder. Empty if there is no folder. */
function listFilesOnDisk(folder: string): readonly string[] {
	try {
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => !entry.isDirectory())
			.map(({ name }) => name);
	} catch {
		return [];
	}
}

/** Returns the name of a route's schema: the name of its file without the extension. */
export function schemaName(path: string): string {
	return basename(path).replace(/(?:\.schema)?\.(?:json|ya?ml)$/i, "");
}
