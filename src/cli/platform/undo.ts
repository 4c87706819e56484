import {
	lastSentOf,
	type OpenRun,
	undoable,
	type Written,
} from "../../platform/apply/journal.ts";
import { describeUndo, undoRuns } from "../../platform/apply/undo.ts";
import { PlatformFault } from "../../platform/fault.ts";
import { renderObject } from "../../platform/plan/render.ts";
import { plural } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { createProgress } from "../terminal.ts";
import { confirm } from "./confirm.ts";
import type { PlatformGround } from "./ground.ts";
import { writePlanLines } from "./show.ts";

/** Reverts the writes of the last run of `apply`, and of the runs that it continued. */
export async function undo(
	io: Io,
	ground: PlatformGround,
	options: { readonly yes?: true },
): Promise<void> {
	const runs = undoable(ground.journal);
	const last = runs.at(-1);
	if (last === undefined) {
		throw new CannotRun(
			"There is nothing to undo: no run of `apply` is in the journal, or each is taken back.",
		);
	}
	const total = runs.flatMap(({ writes }) => writes).length;
	if (total > 0) {
		writePlanLines(
			io,
			describeUndo(runs).flatMap(({ account, ...object }) =>
				renderObject(
					{ ...object, blind: [] },
					ground.platform.isNamed ? account : undefined,
				),
			),
		);
		const question = `Take back ${plural(total, "object")} of the run of ${last.at}`;
		if (!(await confirm(io, question, options))) return;
	}
	const open = await ground.journal.begin({ undoes: last.id }, Date.now());
	const { count, left, canRepeat } = await takeBack(io, ground, open, total);
	writeLines(io.stdout, [`${plural(count, "object")} taken back.`]);
	if (left.length === 0) return;
	writeLines(io.stderr, [
		"Stays as it is:",
		...left.map((one) => `  ${one}`),
		...(canRepeat
			? [
					"The platform saves only URLs that answer 200 to a GET. Run `apply --undo` again once they do.",
				]
			: []),
	]);
	io.exit(1);
}

// --- helpers ---

async function takeBack(
	io: Io,
	ground: PlatformGround,
	open: OpenRun,
	total: number,
): Promise<Awaited<ReturnType<typeof undoRuns>>> {
	const { journal, session } = ground;
	const runs = undoable(journal);
	const own = new Set(runs.map(({ id }) => id));
	const earlier = { runs: journal.runs.filter(({ id }) => !own.has(id)) };
	const progress = createProgress(io, "taken back", total);
	let done = 0;
	try {
		return await undoRuns(runs, {
			clients: session.clients,
			run: open,
			sentBefore: ({ account, target }: Written, setting) =>
				target.type === "number"
					? lastSentOf(earlier, account, target.msisdn, setting)
					: undefined,
			onWritten: (count) => {
				done = count;
				progress.at(count);
			},
		});
	} catch (error) {
		progress.end();
		const isAborted = (error as Error).name === "AbortError";
		if (!isAborted && !(error instanceof PlatformFault)) throw error;
		throw new CannotRun(
			`${isAborted ? "The run was ended early." : (error as Error).message}\n${done} of ${plural(total, "object")} taken back. Run \`switchhook platform apply --undo\` again for the rest.`,
		);
	} finally {
		progress.end();
		await open.close();
	}
}
