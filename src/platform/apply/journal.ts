import { randomUUID } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import {
	type Blind,
	type Change,
	isSameTarget,
	type Target,
} from "../plan/plan.ts";

/** One object that a run wrote, or was about to write. */
export interface Written {
	readonly account: string;
	readonly target: Target;
	readonly changes: readonly Change[];
	readonly blind: readonly Blind[];
	/** The JSON of an application as it was before; undefined for other objects. */
	readonly before?: string | undefined;
	/** False if the run was interrupted before the platform's answer, so that the result is unknown. */
	readonly isDone: boolean;
}

/** One run of `apply` or `apply --undo`. */
export interface Run {
	readonly id: string;
	/** ISO 8601. */
	readonly at: string;
	/** The interrupted run that this one continues. */
	readonly continues?: string | undefined;
	/** The run that this one reverts. */
	readonly undoes?: string | undefined;
	/** The URL of the tunnel that the run points at. It is reverted when the tunnel ends. */
	readonly tunnel?: string | undefined;
	readonly writes: readonly Written[];
	/** False if it was interrupted. */
	readonly isEnded: boolean;
}

/** Records the writes of runs, so that an interrupted run can be reported, continued or undone. */
export interface Journal {
	readonly runs: readonly Run[];
	begin(
		more: Pick<Run, "continues" | "undoes" | "tunnel">,
		now: number,
	): Promise<OpenRun>;
}

/** A run under way. */
export interface OpenRun {
	/** Records a write on the disk before it is sent. */
	intend(write: Omit<Written, "isDone">): Promise<void>;
	/** Records that the platform accepted the last write. */
	done(): Promise<void>;
	/** Records that the run is complete. */
	end(): Promise<void>;
	/** Closes the file. */
	close(): Promise<void>;
}

/** Opens the journal at a path, which need not exist. Only its owner may read it, as URLs may hold tokens. */
export async function openJournal(file: string): Promise<Journal> {
	return {
		runs: toRuns(await readLines(file)),
		async begin(more, now) {
			await mkdir(dirname(file), { recursive: true, mode: 0o700 });
			const handle = await open(file, "a", 0o600);
			const id = randomUUID();
			let step = 0;
			const write = async (line: Line): Promise<void> => {
				// A line that a crash cut off gets a line end, so that the next record is separate.
				await handle.write(`\n${JSON.stringify(line)}\n`);
				await handle.sync();
			};
			await write({
				type: "begin",
				run: id,
				at: new Date(now).toISOString(),
				...more,
			});
			return {
				async intend(intended) {
					step += 1;
					await write({ type: "write", run: id, step, ...intended });
				},
				done: () => write({ type: "done", run: id, step }),
				end: () => write({ type: "end", run: id }),
				close: () => handle.close(),
			};
		},
	};
}

/** Returns the last run if it was interrupted after a write. Undefined if it was complete. */
export function cutRun({ runs }: Pick<Journal, "runs">): Run | undefined {
	const last = runs.at(-1);
	return last === undefined || last.isEnded || last.writes.length === 0
		? undefined
		: last;
}

/** The last run that can be taken back, with those that it goes on with, and the writes that are left; none where all are taken back. */
export function undoable({ runs }: Pick<Journal, "runs">): readonly Run[] {
	const gone = takenBack(runs);
	const last = runs.findLast(
		({ id, undoes, writes }) =>
			undoes === undefined && !gone.has(id) && writes.length > 0,
	);
	return last === undefined ? [] : withoutTakenBack(runs, last.id);
}

/** Returns the run of a tunnel that was interrupted before it was reverted. Undefined if there is none. */
export function openTunnel({ runs }: Pick<Journal, "runs">): Run | undefined {
	const gone = takenBack(runs);
	return runs.findLast(
		({ id, tunnel, writes }) =>
			tunnel !== undefined && !gone.has(id) && writes.length > 0,
	);
}

/** Finds the last sent text for a setting of a number that cannot be read. */
export function lastSentOf(
	{ runs }: Pick<Journal, "runs">,
	account: string,
	msisdn: string,
	setting: string,
): string | undefined {
	for (const write of runs.flatMap(({ writes }) => writes).reverse()) {
		const { target, isDone } = write;
		if (!isDone || write.account !== account || target.type !== "number")
			continue;
		if (target.msisdn !== msisdn) continue;
		const sent = write.blind.find((one) => one.setting === setting);
		return sent?.to ?? undefined;
	}
	return undefined;
}

// --- helpers ---

type Line =
	| ({ readonly type: "begin"; readonly run: string } & Pick<
			Run,
			"at" | "continues" | "undoes" | "tunnel"
	  >)
	| ({
			readonly type: "write";
			readonly run: string;
			readonly step: number;
	  } & Omit<Written, "isDone">)
	| { readonly type: "done"; readonly run: string; readonly step: number }
	| { readonly type: "end"; readonly run: string };

async function readLines(file: string): Promise<Line[]> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
	return text.split("\n").flatMap((line) => {
		try {
			const value: unknown = JSON.parse(line);
			return isRecord(value) ? [value as unknown as Line] : [];
		} catch {
			// A crash cut the line off, so its event did not happen.
			return [];
		}
	});
}

function toRuns(lines: readonly Line[]): Run[] {
	const runs = new Map<string, Run & { writes: Written[] }>();
	for (const line of lines) {
		if (line.type === "begin") {
			const { run: id, at, continues, undoes, tunnel } = line;
			const more = { continues, undoes, tunnel };
			runs.set(id, { id, at, ...more, writes: [], isEnded: false });
			continue;
		}
		const run = runs.get(line.run);
		if (run === undefined) continue;
		if (line.type === "write") {
			const { account, target, changes, blind, before } = line;
			const write = { account, target, changes, blind, before, isDone: false };
			run.writes.push(write);
		} else if (line.type === "done") {
			const last = run.writes.at(-1);
			if (last !== undefined) run.writes.push({ ...last, isDone: true });
			if (last !== undefined) run.writes.splice(-2, 1);
		} else {
			runs.set(line.run, { ...run, isEnded: true });
		}
	}
	return [...runs.values()];
}

function takenBack(runs: readonly Run[]): ReadonlySet<string> {
	const gone = new Set<string>();
	for (const { undoes, isEnded } of runs) {
		if (undoes === undefined || !isEnded) continue;
		for (const run of chainOf(runs, undoes)) gone.add(run.id);
	}
	return gone;
}

/** The chain of a run, without the writes that an undo took back before it was cut or the platform refused a part. */
function withoutTakenBack(runs: readonly Run[], id: string): Run[] {
	const chain = chainOf(runs, id);
	const undone = runs
		.filter(({ undoes }) => undoes === id)
		.flatMap(({ writes }) => writes)
		.filter(({ isDone }) => isDone);
	// The last write of an object goes back first.
	const left = [...chain].reverse().map((run) => ({
		...run,
		writes: [...run.writes]
			.reverse()
			.filter((write) => {
				const at = undone.findIndex(
					({ account, target }) =>
						account === write.account && isSameTarget(target, write.target),
				);
				if (at >= 0) undone.splice(at, 1);
				return at < 0;
			})
			.reverse(),
	}));
	return left.reverse();
}

/** A run and those that it goes on with, the earliest first. */
function chainOf(runs: readonly Run[], id: string): Run[] {
	const run = runs.find((one) => one.id === id);
	if (run === undefined) return [];
	return run.continues === undefined
		? [run]
		: [...chainOf(runs, run.continues), run];
}
