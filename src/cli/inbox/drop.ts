import type { Command } from "commander";
import { dropStep } from "../../desk/steps.ts";
import type { DeliveryState } from "../../inbox/port/delivery.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io } from "../io.ts";
import {
	type ChoiceOptions,
	choose,
	toNote,
	withChoice,
	withReason,
} from "./choose/choice.ts";
import { isUnfiltered, withState } from "./choose/filter.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";
import { carryOut } from "./work.ts";

/** Creates `switchhook inbox drop`, which removes deliveries for good. Exit code 1 if some stay. */
export function dropCommand(io: Io): Command {
	const command = createCommand(
		"drop",
		"Removes deliveries for good, except those that a handler is working on. Asks first. A filter must name the states.",
		[
			"inbox drop 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox drop --state quarantined --until 2026-01-31 --reason 'a scan'",
		],
	).summary("Removes deliveries for good.");
	return withPlace(withReason(withChoice(withState(command, DROPPED)))).action(
		(ids: readonly string[], options: ChoiceOptions & PlaceOptions) => {
			if (!isUnfiltered(options) && options.state === undefined) {
				throw new CannotRun(
					"name the states with --state. Without it, unfinished deliveries would be removed too.",
				);
			}
			return withInbox(io, options, async (store, known) => {
				const chosen = await choose(io, store, ids, {
					options,
					states: DROPPED,
					known,
				});
				await carryOut(
					io,
					chosen,
					{
						verb: "Drop",
						done: "dropped",
						unaskedMax: 0,
						step: () => dropStep(store, toNote(io, options)),
					},
					options,
				);
			});
		},
	);
}

// --- helpers ---

const DROPPED: readonly DeliveryState[] = [
	"received",
	"waiting",
	"delivered",
	"dead",
	"quarantined",
];
