import type { Command } from "commander";
import { shortId } from "../../event/id.ts";
import { maskText } from "../../observe/mask.ts";
import { type Ground, release } from "../../runtime/inbox/release.ts";
import { createCommand } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadUsable } from "../load.ts";
import { createProgress } from "../terminal.ts";
import {
	type ChoiceOptions,
	chooseIds,
	confirm,
	UNASKED_MAX,
	withChoice,
} from "./choice.ts";
import { countOf } from "./count.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox release`, which releases quarantined ones. Exit code 1 if some stay. */
export function releaseCommand(io: Io): Command {
	const command = createCommand(
		"release",
		`Releases quarantined deliveries. You override the gate that doubted them. The gates after it check them again with the current configuration. Asks before it releases more than ${UNASKED_MAX}.`,
		[
			"inbox release 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox release --route inbound-sms --since 1d",
		],
	).summary("Releases quarantined deliveries.");
	return withPlace(
		withChoice(command)
			.option("--all", "everything in quarantine")
			.option(
				"--unsigned",
				"also deliveries that the firewall doubted and whose signature was not proved either",
			),
	).action((ids: readonly string[], options: ReleaseOptions) =>
		releaseAll(io, ids, options),
	);
}

// --- helpers ---

interface ReleaseOptions extends ChoiceOptions, PlaceOptions {
	readonly all?: true;
	readonly unsigned?: true;
}

/** The outcome for each of the chosen deliveries, for a program to read. */
interface Outcome {
	readonly released: { readonly id: string; readonly route: string }[];
	/** The deliveries that go to another route than the one they were stored for. */
	readonly moved: {
		readonly id: string;
		readonly from: string;
		readonly to: string;
	}[];
	readonly kept: { readonly id: string; readonly why: string }[];
}

async function releaseAll(
	io: Io,
	named: readonly string[],
	options: ReleaseOptions,
): Promise<void> {
	const { runtime } = await loadUsable(io, options);
	await withInbox(io, options, async (store, known) => {
		const states = ["quarantined"] as const;
		const ids = await chooseIds(io, store, named, {
			options,
			states,
			known,
		});
		if (ids.length > UNASKED_MAX) {
			const question = `Release ${countOf(ids.length)}`;
			if (!(await confirm(io, question, options))) return;
		}
		const outcome = await each(io, store, runtime, { ids, options });
		const { released, moved, kept } = outcome;
		const toName = (id: string) => (io.isTTY ? shortId(id) : id);
		if (options.json) writeJson(io.stdout, { released, kept });
		else {
			writeLines(io.stdout, [
				...moved.map(
					({ id, from, to }) => `${toName(id)} goes to ${to}, not to ${from}`,
				),
				...kept.map(({ id, why }) => `${toName(id)} not released: ${why}`),
				`released ${countOf(released.length)}`,
			]);
		}
		if (kept.length > 0) io.exit(1);
	});
}

interface Chosen {
	readonly ids: readonly string[];
	readonly options: ReleaseOptions;
}

async function each(
	io: Io,
	store: Parameters<typeof release>[0],
	ground: Ground,
	{ ids, options }: Chosen,
): Promise<Outcome> {
	const { unsigned = false } = options;
	const outcome: Outcome = { released: [], moved: [], kept: [] };
	const progress = createProgress(io, "judged", ids.length);
	try {
		for (const [at, id] of ids.entries()) {
			const ruling = await release(store, ground, id, { unsigned });
			if (ruling.as === "kept") {
				outcome.kept.push({ id, why: maskText(ruling.why) });
			} else {
				const { from, to } = ruling;
				outcome.released.push({ id, route: to.route });
				if (from !== to.route) {
					outcome.moved.push({ id, from, to: to.route });
				}
			}
			progress.at(at + 1);
		}
	} finally {
		progress.end();
	}
	return outcome;
}
