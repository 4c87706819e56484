import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";

/** Describes what a named file is used for. */
export interface FileUse {
	/** Names it in messages: "the `what` file". */
	readonly what: string;
	/** Where a bare name is looked for beside the first file; undefined for nowhere. */
	readonly folder: string | undefined;
	/** The endings that a bare name may go without. */
	readonly endings: readonly string[];
}

/** The file of a schema. */
export const SCHEMA_FILES = {
	what: "schema",
	folder: "schemas",
	endings: [".json", ".yaml", ".yml"],
} as const satisfies FileUse;

/** Finds the files that a configuration names. */
export interface Files {
	/** The absolute path of the file named at `place`; undefined, with a finding, when there is none. */
	find(text: string, site: Site, use: FileUse): string | undefined;
	/** The file of a kind as `schemas/shop.order.json`; undefined when there is none beside the first file. */
	findKind(name: string): string | undefined;
}

/**
 * Paths are relative to the file that names them; a bare name is then looked for in the use's folder
 * beside the first file.
 *
 * @param root absolute folder of the first file.
 */
export function createFiles(
	root: string,
	isFile: (path: string) => boolean,
	report: Report,
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
			report.error(site.at(), {
				what: `the ${what} file ${site.show(text)} does not exist${beside}`,
				expected: "a path relative to this file",
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

/** The name of a route's schema: the file's name without its ending. */
export function schemaName(path: string): string {
	return basename(path).replace(/(?:\.schema)?\.(?:json|ya?ml)$/i, "");
}
