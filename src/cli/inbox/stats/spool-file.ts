import { openStore } from "../../../inbox/open.ts";
import { isInboxOpenError } from "../../../inbox/port/open-error.ts";
import { CannotRun } from "../../io.ts";
import { exists } from "../../load.ts";
import { formatTable } from "../../table.ts";
import { toTime } from "../row.ts";
import { describeAge, describeSize } from "./amounts.ts";

/** The content of a spool, as its file has it. */
export interface SpoolFile {
	/** Absolute path. */
	readonly file: string;
	/** The events that are not in the database yet. */
	readonly depth: number;
	/** The arrival of the oldest of them. Undefined if there is none. */
	readonly oldestAt: number | undefined;
	/** The events that the database refused. */
	readonly refused: number;
	readonly sizeBytes: number;
}

/** Reads a spool beside the router that uses it. A file that does not exist is an empty spool. Throws CannotRun. */
export async function readSpoolFile(file: string): Promise<SpoolFile> {
	if (!(await exists(file)))
		return { file, depth: 0, oldestAt: undefined, refused: 0, sizeBytes: 0 };
	try {
		const store = await openStore(
			{ type: "sqlite", file },
			{
				owner: false,
				mustExist: true,
				isReader: true,
				quarantine: { maxCount: 0, maxBytes: 0 },
			},
		);
		try {
			const { byState, oldestUnfinishedAt, sizeBytes } = await store.stats();
			return {
				file,
				depth: byState.received,
				oldestAt: oldestUnfinishedAt,
				refused: byState.dead,
				sizeBytes,
			};
		} finally {
			await store.close();
		}
	} catch (error) {
		if (isInboxOpenError(error))
			throw new CannotRun(`the spool: ${error.message}`);
		throw error;
	}
}

/** Returns a spool as JSON. */
export function toSpoolReport({
	oldestAt,
	...counts
}: SpoolFile): Readonly<Record<string, unknown>> {
	return {
		...counts,
		oldestAt: oldestAt === undefined ? null : toTime(oldestAt),
	};
}

/** Writes the lines of a spool. */
export function describeSpool(
	{ file, depth, oldestAt, refused, sizeBytes }: SpoolFile,
	now: number,
): string[] {
	return formatTable([
		["spool", file],
		["events that wait for the database", String(depth)],
		...(oldestAt === undefined
			? []
			: [
					[
						"oldest of them",
						`${toTime(oldestAt)}, ${describeAge(now - oldestAt)} ago`,
					],
				]),
		...(refused === 0 ? [] : [["refused by the database", String(refused)]]),
		["size", describeSize(sizeBytes)],
	]);
}
