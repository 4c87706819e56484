import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Finding } from "../../../finding/finding.ts";
import { formatPretty, formatYaml } from "./format.ts";
import { type ReadState, readState } from "./read.ts";
import type { PlatformState } from "./state.ts";
import { toStateJson } from "./to-json.ts";

/** The state file of a mock: read at the start and after an edit, written after each change. */
export interface StateFile {
	/** Reads the file. Undefined if it does not exist yet. */
	read(): Promise<ReadState | undefined>;
	/** Reads the file again after an edit. A file with mistakes changes nothing. */
	refresh(state: PlatformState): Promise<Refreshed>;
	/** Writes the file, unless it has mistakes, because a person is editing it. */
	save(state: PlatformState): Promise<void>;
}

/** The outcome of a look at the file. */
export interface Refreshed {
	readonly isChanged: boolean;
	readonly findings: readonly Finding[];
}

/** Opens a state file, which need not exist: YAML, or JSON where its name says so. */
export function openStateFile(file: string): StateFile {
	let known = "";
	let stamp = "";
	let isBroken = false;
	let saved: Promise<void> = Promise.resolve();
	const write = async (text: string): Promise<void> => {
		// A program that reads it at this moment gets the old or the new file.
		const draft = `${file}.${process.pid}.tmp`;
		await writeFile(draft, text, { mode: 0o600 });
		await rename(draft, file);
		known = text;
		stamp = await stampOf(file);
	};
	const read = async (): Promise<ReadState | undefined> => {
		const seen = await stampOf(file);
		if (seen === "") return undefined;
		const text = await readFile(file, "utf8");
		stamp = seen;
		known = text;
		const found = readState(text, file);
		isBroken = found.accounts === undefined;
		return found;
	};
	const save = (state: PlatformState): Promise<void> => {
		if (isBroken) return saved;
		const text = formatState(state, file);
		// One that failed does not stop the next.
		saved = saved.catch(() => {}).then(() => write(text));
		return saved;
	};
	return {
		read,
		save,
		async refresh(state) {
			await saved.catch(() => {});
			const seen = await stampOf(file);
			if (seen === stamp || seen === "") return UNCHANGED;
			const before = known;
			const found = await read();
			if (found === undefined || known === before) return UNCHANGED;
			const { accounts, findings, lacksIds } = found;
			if (accounts === undefined) return { isChanged: false, findings };
			state.replace(accounts);
			if (lacksIds) await save(state);
			return { isChanged: true, findings };
		},
	};
}

// --- helpers ---

const UNCHANGED: Refreshed = { isChanged: false, findings: [] };

function formatState(state: PlatformState, file: string): string {
	const json = toStateJson(state, { secrets: true });
	if (extname(file).toLowerCase() === ".json") return `${formatPretty(json)}\n`;
	return `${HEAD}\n${formatYaml(json)}\n`;
}

const HEAD =
	"# The platform as `switchhook platform mock` plays it. An edit here is an edit in the dashboard.";

/** Identifies a state of a file. Empty if there is no file. */
async function stampOf(file: string): Promise<string> {
	try {
		const { mtimeNs, size, ino } = await stat(file, { bigint: true });
		return `${mtimeNs} ${size} ${ino}`;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
		throw error;
	}
}
