import { type Command, InvalidArgumentError } from "commander";
import { parseRate, RATE_FORM } from "../../../desk/pace.ts";
import type { DeliveryState, Note } from "../../../inbox/port/delivery.ts";
import type { Desk } from "../../../inbox/port/desk.ts";
import { CannotRun, type Io, writeLines } from "../../io.ts";
import { createProgress } from "../../terminal.ts";
import type { Known } from "../site.ts";
import {
	collectRows,
	Failures,
	type FilterOptions,
	isUnfiltered,
	type Picked,
	readCount,
	toFilter,
	toPicked,
	withFilter,
} from "./filter.ts";
import { completeId, ID_ARGUMENT } from "./ids.ts";
import { unknownNames } from "./unknown-names.ts";

/** The options of a command that changes deliveries. */
export interface ChoiceOptions extends FilterOptions {
	readonly max?: number;
	readonly yes?: true;
	readonly json?: true;
	readonly dryRun?: true;
	/** Deliveries per second. */
	readonly rate?: number;
	readonly reason?: string;
}

/** Adds the ids, the filters, `--max`, `--rate`, `--dry-run`, `--yes` and `--json`. */
export function withChoice(command: Command): Command {
	return withFilter(
		command.argument(
			"[ids...]",
			`ids of deliveries: each in full, ${ID_ARGUMENT}`,
		),
	)
		.option("--max <count>", "at most this many, oldest first", readCount)
		.option(
			"--rate <rate>",
			"at most so many: 50/s, 100/min (default: no limit)",
			readRate,
		)
		.option("--dry-run", "show what would be done, and change nothing")
		.option("-y, --yes", "do not ask")
		.option("--json", "print the result as JSON");
}

/** Adds `--reason`, for a command whose deliveries stay. */
export function withReason(command: Command): Command {
	return command.option(
		"--reason <text>",
		"why, for the history that `inbox show` prints",
	);
}

/** Reads a rate. Throws InvalidArgumentError. */
export function readRate(text: string): number {
	const rate = parseRate(text);
	if (rate !== undefined) return rate;
	throw new InvalidArgumentError(`Write ${RATE_FORM.replaceAll("`", "")}.`);
}

/** Returns what is stored with the deliveries: the user of the command, and the reason. */
export function toNote(
	{ env }: Pick<Io, "env">,
	{ reason }: Pick<ChoiceOptions, "reason">,
): Note {
	return { actor: env.USER ?? env.LOGNAME ?? undefined, reason };
}

/** The deliveries that a command works on. */
export interface Chosen {
	/** Oldest first. For ids that the inbox does not hold, too. */
	readonly ids: readonly string[];
	/** Those that the inbox holds. */
	readonly picked: readonly Picked[];
	readonly failures: Failures;
}

/**
 * Finds the deliveries that a command works on, oldest first: the named ones, or those that match the filter now. Throws
 * CannotRun if neither or both are given.
 *
 * @param states the states of a filter without `--state`
 */
export async function choose(
	io: Io,
	store: Desk,
	named: readonly string[],
	{
		options,
		states,
		known,
	}: {
		readonly options: ChoiceOptions & { readonly all?: true };
		readonly states: readonly DeliveryState[];
		readonly known: Known;
	},
): Promise<Chosen> {
	const isNamed = named.length > 0;
	const isFiltered = !isUnfiltered(options) || options.all === true;
	if (isNamed === isFiltered) {
		throw new CannotRun(
			isNamed
				? "name ids or a filter, not both"
				: "name the deliveries by id, or choose them by a filter such as --route or --since",
		);
	}
	const { max = Number.POSITIVE_INFINITY } = options;
	const failures = new Failures();
	if (isNamed) {
		const whole: string[] = [];
		for (const id of named) whole.push(await completeId(store, id));
		const ids = [...new Set(whole)].slice(0, max);
		const picked: Picked[] = [];
		for (const id of ids) {
			const row = await store.get(id);
			if (row === undefined) continue;
			picked.push(toPicked(row));
			failures.add(row);
		}
		return { ids, picked, failures };
	}
	const progress = createProgress(io, "found");
	try {
		const filter = await toFilter(store, { state: states, ...options }, known);
		const found = await collectRows(store, filter, progress.at, failures);
		if (found.length === 0) writeLines(io.stderr, unknownNames(options, known));
		const picked = found.slice(0, max);
		return { ids: picked.map(({ id }) => id), picked, failures };
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
