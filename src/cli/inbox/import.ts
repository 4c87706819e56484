import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Command } from "commander";
import { fromLine, LineError } from "../../desk/line.ts";
import type { ExportedDelivery } from "../../inbox/port/delivery.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { createProgress, type Progress } from "../terminal.ts";
import { countOf } from "./count.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox import`, which reads an export. Exit code 1 at the first invalid line. */
export function importCommand(io: Io): Command {
	const command = createCommand(
		"import",
		"Imports what `inbox export` wrote. Deliveries whose id or dedupe key already exists are skipped, so you can run an interrupted import again. Unfinished deliveries are handled here: drop them from the other inbox.",
		[
			"inbox import inbox.jsonl --store postgres://user@host/database",
			"inbox import - < dead.jsonl",
		],
	).summary("Imports what `inbox export` wrote.");
	return withPlace(
		command.argument("<file>", "a file of JSON Lines; - for standard input"),
	)
		.option("--json", "print the result as JSON")
		.action((file: string, options: ImportOptions) =>
			withInbox(io, options, (store) => take(io, store, file, options), true),
		);
}

// --- helpers ---

interface ImportOptions extends PlaceOptions {
	readonly json?: true;
}

/** The most deliveries of one transaction, and about the most characters of their lines. */
const BATCH = 200;
const BATCH_LENGTH = 4_000_000;

/** The counts of an import. */
interface Taken {
	/** The number of deliveries that were read. */
	readonly read: number;
	/** The number of new ones. */
	readonly taken: number;
	/** The invalid line, and the reason. */
	readonly bad?: { readonly line: number; readonly why: string };
}

async function take(
	io: Io,
	store: Desk,
	file: string,
	{ json }: ImportOptions,
): Promise<void> {
	const progress = createProgress(io, "read");
	let result: Taken;
	try {
		const input = open(io, file);
		result = await takeAll(store, input, progress);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		// An error of the file. Errors of the inbox have their own codes.
		if (!code?.startsWith("E")) throw error;
		throw new CannotRun(
			code === "ENOENT"
				? `there is no file ${file}`
				: `${file} cannot be read: ${message}`,
		);
	} finally {
		progress.end();
	}
	const { read, taken, bad } = result;
	const known = read - taken;
	if (json) writeJson(io.stdout, { taken, known, bad: bad ?? null });
	else {
		const skipped = known === 0 ? "" : `, skipped ${known} known ones`;
		writeLines(io.stdout, [`imported ${countOf(taken)}${skipped}`]);
	}
	if (bad === undefined) return;
	writeLines(io.stderr, [
		`${file}:${bad.line}: ${bad.why}. The lines before it are imported. Fix the line and run the import again: it skips known deliveries.`,
	]);
	io.exit(1);
}

function open(io: Io, file: string): AsyncIterable<Uint8Array> {
	if (file !== "-") return createReadStream(resolve(io.cwd, file));
	if (io.readInput !== undefined) return io.readInput();
	throw new CannotRun("standard input cannot be read here");
}

async function takeAll(
	store: Desk,
	input: AsyncIterable<Uint8Array>,
	progress: Progress,
): Promise<Taken> {
	let line = 0;
	let read = 0;
	let taken = 0;
	let length = 0;
	let batch: ExportedDelivery[] = [];
	const flush = async () => {
		if (batch.length > 0) taken += await store.import(batch);
		batch = [];
		length = 0;
	};
	try {
		for await (const text of readTextLines(input)) {
			line += 1;
			if (text.trim() === "") continue;
			batch.push(fromLine(text));
			read += 1;
			length += text.length;
			if (batch.length >= BATCH || length >= BATCH_LENGTH) await flush();
			progress.at(read);
		}
	} catch (error) {
		const isTooLong = error instanceof RangeError;
		if (!isTooLong && !(error instanceof LineError)) throw error;
		await flush();
		const bad = isTooLong ? line + 1 : line;
		return { read, taken, bad: { line: bad, why: error.message } };
	}
	await flush();
	return { read, taken };
}

/**
 * Reads UTF-8 text line by line, without the line breaks. Throws RangeError for a line longer than `lengthMax` characters,
 * default 128 Mi, so that a file without line breaks does not fill the memory.
 */
async function* readTextLines(
	input: AsyncIterable<Uint8Array>,
	lengthMax = 128 * 1024 * 1024,
): AsyncGenerator<string> {
	const decoder = new StringDecoder("utf8");
	let parts: string[] = [];
	let length = 0;
	for await (const bytes of input) {
		const [first = "", ...others] = decoder
			.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
			.split("\n");
		parts.push(first);
		length += first.length;
		for (const next of others) {
			yield withoutReturn(parts.join(""));
			parts = [next];
			length = next.length;
		}
		if (length > lengthMax) throw new RangeError("the line is too long");
	}
	const last = parts.join("") + decoder.end();
	if (last !== "") yield withoutReturn(last);
}

function withoutReturn(line: string): string {
	return line.endsWith("\r") ? line.slice(0, -1) : line;
}
