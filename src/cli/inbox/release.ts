import type { Command } from "commander";
import { releaseStep } from "../../desk/steps.ts";
import { maskText } from "../../observe/mask.ts";
import { ruleOn } from "../../runtime/inbox/release.ts";
import { createCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { loadUsable } from "../load.ts";
import {
	type ChoiceOptions,
	choose,
	toNote,
	UNASKED_MAX,
	withChoice,
	withReason,
} from "./choose/choice.ts";
import { plain } from "./row.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";
import { carryOut } from "./work.ts";

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
		withReason(withChoice(command))
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

async function releaseAll(
	io: Io,
	named: readonly string[],
	options: ReleaseOptions,
): Promise<void> {
	const { runtime } = await loadUsable(io, options);
	const { unsigned = false } = options;
	await withInbox(io, options, async (store, known) => {
		const chosen = await choose(io, store, named, {
			options,
			states: ["quarantined"],
			known,
		});
		await carryOut(
			io,
			chosen,
			{
				verb: "Release",
				done: "released",
				unaskedMax: UNASKED_MAX,
				toReport: ({ made, kept }) => ({
					released: made.map(({ id, route }) => ({ id, route })),
					kept: kept.map(({ id, why }) => ({ id, why: maskText(why) })),
				}),
				async preview() {
					const lines: string[] = [];
					for (const id of chosen.ids.slice(0, PREVIEWED)) {
						const detail = await store.get(id);
						if (detail === undefined) continue;
						const ruling = ruleOn(runtime, detail, { unsigned });
						lines.push(
							ruling.as === "kept"
								? `  ${plain(id)}: ${maskText(ruling.why)}`
								: `  ${plain(id)}: goes to ${plain(ruling.to.route)}`,
						);
					}
					return lines;
				},
				step: () =>
					releaseStep(store, runtime, {
						unsigned,
						note: toNote(io, options),
					}),
			},
			options,
		);
	});
}

/** The deliveries whose outcome a dry run shows. */
const PREVIEWED = 10;
