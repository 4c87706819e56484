import type { Command } from "commander";
import type { DeliveryState } from "../../inbox/port/delivery.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { createProgress } from "../terminal.ts";
import {
	collectRows,
	type FilterOptions,
	isUnfiltered,
	type Picked,
	readCount,
	toFilter,
	withFilter,
} from "./filter.ts";
import { completeId, ID_ARGUMENT } from "./ids.ts";
import type { Known } from "./site.ts";
import { unknownNames } from "./unknown-names.ts";

/** The options of a command that changes deliveries. */
export interface ChoiceOptions extends FilterOptions {
	readonly max?: number;
	readonly yes?: true;
	readonly json?: true;
}

/** Adds the ids, the filters, `--max`, `--yes` and `--json`. */
export function withChoice(command: Command): Command {
	return withFilter(
		command.argument(
			"[ids...]",
			`ids of deliveries: each in full, ${ID_ARGUMENT}`,
		),
	)
		.option("--max <count>", "at most this many, oldest first", readCount)
		.option("-y, --yes", "do not ask")
		.option("--json", "print the result as JSON");
}

/**
 * Lists the ids that a command works on, oldest first: the named ones, or those that match the filter now. Throws CannotRun if
 * neither or both are given.
 *
 * @param states the states of a filter without `--state`
 */
export async function chooseIds(
	io: Io,
	store: Desk,
	ids: readonly string[],
	{
		options,
		states,
		known,
		onRow,
	}: {
		readonly options: ChoiceOptions & { readonly all?: true };
		readonly states: readonly DeliveryState[];
		readonly known: Known;
		/** Called with the number that was found. */
		readonly onRow?: (row: Picked) => void;
	},
): Promise<readonly string[]> {
	const isNamed = ids.length > 0;
	const isFiltered = !isUnfiltered(options) || options.all === true;
	if (isNamed === isFiltered) {
		throw new CannotRun(
			isNamed
				? "name ids or a filter, not both"
				: "name the deliveries by id, or choose them by a filter such as --route or --since",
		);
	}
	const { max = Number.POSITIVE_INFINITY } = options;
	if (isNamed) {
		const whole: string[] = [];
		for (const id of ids) whole.push(await completeId(store, id));
		const named = [...new Set(whole)].slice(0, max);
		if (onRow === undefined) return named;
		for (const id of named) {
			const row = await store.get(id);
			if (row !== undefined) onRow(row);
		}
		return named;
	}
	const progress = createProgress(io, "found");
	try {
		const filter = await toFilter(store, { state: states, ...options });
		const found = await collectRows(store, filter, progress.at);
		if (found.length === 0) writeLines(io.stderr, unknownNames(options, known));
		const chosen = found.slice(0, max);
		for (const row of chosen) onRow?.(row);
		return chosen.map(({ id }) => id);
	} finally {
		progress.end();
	}
}

/**
 * Asks the user. Returns false if the answer is no: nothing was changed, and the exit code is 1. Throws CannotRun if nobody can
 * be asked and `--yes` is missing.
 *
 * @param what such as `Drop 3 deliveries`
 */
export async function confirm(
	io: Io,
	what: string,
	{ yes }: Pick<ChoiceOptions, "yes">,
): Promise<boolean> {
	if (yes) return true;
	if (io.ask === undefined) {
		throw new CannotRun(
			`${what}? Without a terminal, confirm with --yes. Nothing was changed.`,
		);
	}
	const answer = await io.ask(`${what}? [y/N] `);
	if (/^\s*y(?:es)?\s*$/i.test(answer)) return true;
	writeLines(io.stderr, ["Nothing was changed."]);
	io.exit(1);
	return false;
}

/** The most deliveries that are replayed or released without a question. */
export const UNASKED_MAX = 10;

/** The number of deliveries that a command changes at once, between two updates of the progress. */
export const CHUNK = 500;
