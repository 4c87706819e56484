import { groupsOf } from "../../desk/groups.ts";
import { type Progress, runPaced, type Step } from "../../desk/run.ts";
import { shortId } from "../../event/id.ts";
import { formatDuration } from "../../finding/units.ts";
import { maskText } from "../../observe/mask.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { formatTable } from "../table.ts";
import { createProgress } from "../terminal.ts";
import { type ChoiceOptions, type Chosen, confirm } from "./choose/choice.ts";
import { countOf } from "./count.ts";
import { plain, toTime } from "./row.ts";

/** Something that a command does to the chosen deliveries. */
export interface Work {
	/** Such as `Replay`. */
	readonly verb: string;
	/** Such as `replayed`. */
	readonly done: string;
	/** Follows the number of deliveries in the summary, such as ` as new events`. Default: nothing. */
	readonly as?: string;
	/** The most deliveries that are worked on without a question. */
	readonly unaskedMax: number;
	/** Shows the choice before it asks. */
	readonly isShownFirst?: boolean;
	/** Returns the lines that a dry run adds to the summary of the choice. */
	preview?(): Promise<readonly string[]>;
	/** Makes the report of `--json`. Default: the numbers. */
	toReport?(progress: Progress): Readonly<Record<string, unknown>>;
	step(): Promise<Step> | Step;
	/** Called after the last part. Returns lines for the user. */
	finish?(progress: Progress): Promise<readonly string[]>;
}

/**
 * Does a work to the chosen deliveries, oldest first, at the pace of the options. Asks before if there are many, shows the progress on a
 * terminal, and stops at Ctrl-C. Exit code 1 if some were not done.
 */
export async function carryOut(
	io: Io,
	chosen: Chosen,
	work: Work,
	options: ChoiceOptions,
): Promise<void> {
	const { ids, picked } = chosen;
	if (options.dryRun) return showDryRun(io, chosen, work, options);
	if (work.isShownFirst && picked.length > 0 && !options.json)
		writeLines(io.stderr, await describeDryRun(chosen, work, options));
	if (ids.length > work.unaskedMax) {
		const question = `${work.verb} ${countOf(ids.length)}`;
		if (!(await confirm(io, question, options))) return;
	}
	const progress = await run(io, ids, work, options);
	const told = (await work.finish?.(progress)) ?? [];
	const { done, at, made, kept } = progress;
	const left = ids.length - at;
	if (options.json) {
		const report = work.toReport?.(progress) ?? {
			chosen: ids.length,
			[work.done]: done,
			...(made.length > 0 && { made }),
			...(kept.some(({ id }) => id !== undefined) && { kept }),
		};
		writeJson(io.stdout, { ...report, ...(left > 0 && { left }) });
	} else {
		writeLines(io.stdout, describeProgress(io, progress, work));
	}
	writeLines(io.stderr, [...describeKept(progress, work), ...told]);
	if (left > 0)
		writeLines(io.stderr, [
			`Stopped: ${countOf(left)} left. Run the command again for the rest.`,
		]);
	if (done < ids.length) io.exit(1);
}

// --- helpers ---

async function run(
	io: Io,
	ids: readonly string[],
	{ done, step }: Work,
	{ rate }: ChoiceOptions,
): Promise<Progress> {
	const progress = createProgress(io, done, ids.length);
	try {
		return await runPaced(ids, await step(), {
			rate,
			signal: io.interrupted?.(),
			onProgress: ({ at }) => progress.at(at),
		});
	} finally {
		progress.end();
	}
}

/** A terminal gets short ids. */
function nameOf({ isTTY }: Pick<Io, "isTTY">, id: string): string {
	return plain(isTTY ? shortId(id) : id);
}

function describeProgress(
	io: Io,
	{ made, kept, done }: Progress,
	work: Work,
): string[] {
	const moved = made.flatMap(({ id, from, route, event }) => {
		const name = nameOf(io, id);
		if (event !== undefined)
			return [`${name} is ${plain(event)} now, for ${plain(route)}`];
		return from === route
			? []
			: [`${name} goes to ${plain(route)}, not to ${plain(from)}`];
	});
	const stayed = kept.flatMap(({ id, why }) =>
		id === undefined
			? []
			: [`${nameOf(io, id)} not ${work.done}: ${maskText(why)}`],
	);
	return [...moved, ...stayed, `${work.done} ${countOf(done)}${work.as ?? ""}`];
}

/** Names the deliveries of which only the number is known. */
function describeKept({ kept }: Progress, { done }: Work): string[] {
	const counts = new Map<string, number>();
	for (const { id, count, why } of kept)
		if (id === undefined) counts.set(why, (counts.get(why) ?? 0) + count);
	return [...counts].map(
		([why, count]) => `${countOf(count)} not ${done}: ${why}`,
	);
}

async function showDryRun(
	io: Io,
	chosen: Chosen,
	work: Work,
	options: ChoiceOptions,
): Promise<void> {
	const { ids, picked } = chosen;
	if (options.json) {
		writeJson(io.stdout, {
			chosen: ids.length,
			dryRun: true,
			missing: ids.length - picked.length,
			byRoute: groupsOf(picked).map(({ route, state, count }) => ({
				route,
				state,
				count,
			})),
		});
		return;
	}
	writeLines(io.stdout, [
		...(await describeDryRun(chosen, work, options)),
		"Nothing was changed.",
	]);
}

async function describeDryRun(
	{ ids, picked, failures }: Chosen,
	{ verb, preview }: Work,
	{ rate }: ChoiceOptions,
): Promise<string[]> {
	const missing = ids.length - picked.length;
	const last = picked.at(-1);
	const [first] = picked;
	return [
		`Would ${verb.toLowerCase()} ${countOf(picked.length)}${describePace(picked.length, rate)}.`,
		...(missing === 0
			? []
			: [`The inbox does not hold ${missing} of the ids.`]),
		...formatTable([
			...groupsOf(picked).map(({ route, state, count }) => [
				`  ${plain(route)}`,
				state,
				String(count),
			]),
		]),
		...(first === undefined || last === undefined
			? []
			: [
					`  received from ${toTime(first.receivedAt)} to ${toTime(last.receivedAt)}`,
				]),
		...failures
			.top(FAILURES_SHOWN)
			.map(([name, count]) => `  ${count} failed: ${plain(name)}`),
		...((await preview?.()) ?? []),
	];
}

/** Describes a pace, and the time that it takes. */
function describePace(count: number, rate: number | undefined): string {
	if (rate === undefined) return "";
	const pace = rate >= 1 ? `${rate}/s` : `${Math.round(rate * 60)}/min`;
	const seconds = Math.ceil(count / rate);
	const time =
		seconds > 1 ? `, which takes about ${formatDuration(seconds * 1000)}` : "";
	return ` at ${pace}${time}`;
}

const FAILURES_SHOWN = 5;
