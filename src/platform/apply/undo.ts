import type { Client } from "../client.ts";
import { PlatformFault } from "../fault.ts";
import { type Blind, type Change, nameTarget } from "../plan/plan.ts";
import type { OpenRun, Run, Written } from "./journal.ts";
import { PlatformRace, writeObject } from "./write.ts";

/** The result of an undo. */
export interface Undone {
	/** Objects that were written. */
	readonly count: number;
	/** A sentence for each object that is not changed. */
	readonly left: readonly string[];
	/** True if the platform refused a part, so that a retry may succeed. */
	readonly canRepeat: boolean;
}

/** The parts that an undo needs besides the runs. */
export interface UndoGround {
	/** By the name of the account. */
	readonly clients: ReadonlyMap<string, Client>;
	readonly run: OpenRun;
	readonly onWritten?: (count: number) => void;
	/** The text that was sent for a blind setting before these runs. */
	readonly sentBefore: (write: Written, setting: string) => string | undefined;
}

/** Reverts the writes of runs, the last one first. A value that was changed since then is kept, and so is the rest of its object. */
export async function undoRuns(
	runs: readonly Run[],
	{ clients, run, onWritten, sentBefore }: UndoGround,
): Promise<Undone> {
	const left: string[] = [];
	let count = 0;
	let canRepeat = false;
	for (const write of runs.flatMap(({ writes }) => writes).reverse()) {
		const { account, target, before } = write;
		const client = clients.get(account);
		if (client === undefined) {
			left.push(
				`${nameTarget(target)} stays: \`platform\` has no account ${account}.`,
			);
			continue;
		}
		const inverse = {
			target,
			changes: write.changes.map(invert).reverse(),
			blind: write.blind.map((one) => revert(one, write, sentBefore)),
		};
		try {
			const ground = { client, account, run, original: before };
			if (await writeObject(inverse, ground)) count += 1;
		} catch (error) {
			// The others can still be reverted. One cause is an old URL that no longer answers, which the platform refuses to save.
			const isRefused =
				error instanceof PlatformFault &&
				(error.code === "refused" || error.code === "missing");
			if (!(error instanceof PlatformRace) && !isRefused) throw error;
			left.push(error.message);
			canRepeat ||= isRefused;
		}
		onWritten?.(count);
	}
	if (!canRepeat) await run.end();
	return { count, left, canRepeat };
}

/** Lists what an undo would change, the last write first. */
export function describeUndo(
	runs: readonly Run[],
): readonly Pick<Written, "account" | "target" | "changes">[] {
	return runs
		.flatMap(({ writes }) => writes)
		.reverse()
		.map(({ account, target, changes }) => ({
			...{ account, target },
			changes: changes.map(invert).reverse(),
		}));
}

// --- helpers ---

function invert({ setting, path, from, to }: Change): Change {
	const action = from === null ? "clear" : to === null ? "set" : "update";
	return {
		...{ action, setting, from: to, to: from, because: [] },
		...(path && { path }),
	};
}

function revert(
	{ setting, to }: Blind,
	write: Written,
	sentBefore: UndoGround["sentBefore"],
): Blind {
	// How SMS URLs are called was never readable: the other value is not known.
	if (setting === "httpForwardMethod") return { setting, to };
	return { setting, to: sentBefore(write, setting) ?? null };
}
