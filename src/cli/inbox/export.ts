import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { contentOf, type DeskFilter } from "../../desk/filter.ts";
import { toLine } from "../../desk/line.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, type Output, writeLines } from "../io.ts";
import { createProgress } from "../terminal.ts";
import {
	type FilterOptions,
	readCount,
	toFilter,
	withFilter,
	withState,
} from "./choose/filter.ts";
import { unknownNames } from "./choose/unknown-names.ts";
import { countOf } from "./count.ts";
import { type Known, type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox export`, which writes deliveries as lines of JSON, whole and unmasked. */
export function exportCommand(io: Io): Command {
	const command = createCommand(
		"export",
		"Writes deliveries as JSON Lines, oldest first: complete and unmasked, with bodies in base64. `inbox import` reads them into another inbox, also one of another store.",
		[
			"inbox export --out inbox.jsonl",
			"inbox export --state dead --since 7d | gzip > dead.jsonl.gz",
		],
	).summary("Writes deliveries as JSON Lines.");
	return withPlace(withFilter(withState(command)))
		.option("--max <count>", "at most this many, oldest first", readCount)
		.option("--out <file>", "write to a new file instead of standard output")
		.action((options: ExportOptions) =>
			withInbox(io, options, (store, known) =>
				exportTo(io, store, options, known),
			),
		);
}

// --- helpers ---

interface ExportOptions extends FilterOptions, PlaceOptions {
	readonly max?: number;
	readonly out?: string;
}

async function exportTo(
	io: Io,
	store: Desk,
	options: ExportOptions,
	known: Known,
): Promise<void> {
	const filter = await toFilter(store, options, known);
	const { out, max = Number.POSITIVE_INFINITY } = options;
	if (out === undefined) {
		const count = await writeAll(io, store, filter, {
			max,
			write: (text) => writeTo(io.stdout, text),
		});
		writeLines(io.stderr, [`exported ${countOf(count)}`]);
		if (count === 0) writeLines(io.stderr, unknownNames(options, known));
		return;
	}
	const file = await create(resolve(io.cwd, out), out);
	try {
		const count = await writeAll(io, store, filter, {
			max,
			write: (text) => writeToFile(file, text, out),
		});
		await file.sync();
		writeLines(io.stdout, [`exported ${countOf(count)} to ${out}`]);
		if (count === 0) writeLines(io.stderr, unknownNames(options, known));
	} finally {
		await file.close();
	}
}

interface Writing {
	readonly max: number;
	write(text: string): Promise<void>;
}

/** The number of characters that are gathered before they are written. */
const GATHERED = 256 * 1024;

async function writeAll(
	io: Io,
	store: Desk,
	{ rows, tests }: DeskFilter,
	{ max, write }: Writing,
): Promise<number> {
	const progress = createProgress(io, "exported");
	let count = 0;
	let gathered = "";
	try {
		for await (const one of store.export(rows)) {
			if (!tests.every((test) => test(contentOf(one)))) continue;
			gathered += `${toLine(one)}\n`;
			count += 1;
			if (gathered.length >= GATHERED) {
				await write(gathered);
				gathered = "";
			}
			progress.at(count);
			if (count >= max) break;
		}
		if (gathered !== "") await write(gathered);
	} finally {
		progress.end();
	}
	return count;
}

/** Writes, and waits until the stream is ready for more: a slow reader must not fill the memory. */
async function writeTo(output: Output, text: string): Promise<void> {
	const wantsMore = output.write(text);
	if (wantsMore !== false || output.once === undefined) return;
	await new Promise<void>((drained) => output.once?.("drain", drained));
}

async function writeToFile(
	file: FileHandle,
	text: string,
	shown: string,
): Promise<void> {
	try {
		await file.writeFile(text);
	} catch (error) {
		throw new CannotRun(`${shown}: ${(error as Error).message}`);
	}
}

/** Creates a file that only its owner can read, because it contains personal messages. Never overwrites a file. */
async function create(path: string, shown: string): Promise<FileHandle> {
	try {
		return await open(path, "wx", 0o600);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new CannotRun(
			code === "EEXIST"
				? `${shown} already exists. Name a new file.`
				: `${shown} cannot be created: ${message}`,
		);
	}
}
