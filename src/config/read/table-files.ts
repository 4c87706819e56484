import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import type { Inputs } from "../../inputs.ts";
import { TABLE_MAX_BYTES } from "../../table/read.ts";
import { describeReadError } from "./expand.ts";

/** The bytes of a table's file, or the reason why there are none. */
export type TableBytes =
	| { readonly bytes: Uint8Array }
	| { readonly problem: string };

/** The files of tables, by absolute path. */
export type TableFiles = ReadonlyMap<string, TableBytes>;

/** Reads a table's file. Never throws. */
export type ReadTableFile = (path: string) => Promise<TableBytes>;

/** Reads every file of a table in these configuration files once. Never throws. */
export async function readTableFiles(
	files: readonly ConfigFile[],
	inputs: Inputs,
	read: ReadTableFile = readFromDisk,
): Promise<TableFiles> {
	const paths = new Set(files.flatMap(pathsOf));
	const readOne = async (path: string): Promise<[string, TableBytes]> => {
		inputs.file(path);
		return [path, await read(path)];
	};
	return new Map(await Promise.all([...paths].map(readOne)));
}

/** Returns the absolute path of a table's file, which is relative to the file that names it. */
export function tablePath(path: string, file: ConfigFile): string {
	return resolve(dirname(file.source.file), path);
}

// --- helpers ---

/** Reads a file. Checks its size first, so that a file that is too large is not read. */
async function readFromDisk(path: string): Promise<TableBytes> {
	try {
		const file = await open(path);
		try {
			const stats = await file.stat();
			if (!stats.isFile()) return { problem: "is a folder or a device" };
			if (stats.size > TABLE_MAX_BYTES) {
				const megabytes = Math.ceil(stats.size / MEBIBYTE);
				return {
					problem: `is too large: it has ${megabytes} MiB, and a table may have ${TABLE_MAX_BYTES / MEBIBYTE} MiB`,
				};
			}
			return { bytes: await file.readFile() };
		} finally {
			await file.close();
		}
	} catch (error) {
		return { problem: describeReadError(error) };
	}
}

const MEBIBYTE = 1024 * 1024;

/** Returns the table files of a configuration file. The schema checks values that are not strings. */
function pathsOf(file: ConfigFile): string[] {
	if (!isRecord(file.value) || !isRecord(file.value.tables)) return [];
	return Object.entries(file.value.tables).flatMap(([name, table]) => {
		const path = isRecord(table) ? table.file : undefined;
		const site = new Site(file, ["tables", name, "file"]);
		return typeof path === "string" && path !== "" && !site.isBroken()
			? [tablePath(path, file)]
			: [];
	});
}
