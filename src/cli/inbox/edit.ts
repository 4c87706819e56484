import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Edit } from "../../desk/edit.ts";
import { isRecord } from "../../event/is-record.ts";
import { CannotRun, type Io } from "../io.ts";
import { parseSetting } from "../request/payload.ts";

/** Collects the values of `--edit`. Throws InvalidArgumentError for JSON that cannot be read. */
export function collectEdit(
	text: string,
	earlier: readonly string[],
): readonly string[] {
	if (SETTING.test(text)) parseSetting(text, []);
	return [...earlier, text];
}

/** Reads the values of `--edit`: fields to set, or one file with a payload as JSON or YAML. Undefined for none. Throws CannotRun. */
export async function readEdit(
	{ cwd }: Pick<Io, "cwd">,
	written: readonly string[],
): Promise<Edit | undefined> {
	const [first] = written;
	if (first === undefined) return undefined;
	const files = written.filter((text) => !SETTING.test(text));
	if (files.length === 0)
		return {
			set: written.flatMap((text) => parseSetting(text, [])),
		};
	if (written.length > 1)
		throw new CannotRun(
			"--edit takes one file, or fields such as to=447700900001, not both",
		);
	return { payload: await readPayload(resolve(cwd, first), first) };
}

// --- helpers ---

/** A field and a value. A file whose name contains `=` is written as ./a=b.json. */
const SETTING = /^[^=./][^=]*=/s;

async function readPayload(path: string, shown: string) {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new CannotRun(
			code === "ENOENT"
				? `--edit: there is no file ${shown}. For a field, write field=value.`
				: `--edit: ${shown} cannot be read (${code ?? "unknown error"})`,
		);
	}
	let value: unknown;
	try {
		value = parse(text);
	} catch (error) {
		throw new CannotRun(`--edit: ${shown}: ${(error as Error).message}`);
	}
	if (isRecord(value)) return value;
	throw new CannotRun(
		`--edit: ${shown} must contain a payload: an object of fields`,
	);
}
