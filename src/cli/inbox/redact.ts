import type { Command } from "commander";
import { redactStep } from "../../desk/steps.ts";
import type { DeliveryState } from "../../inbox/port/delivery.ts";
import { createCommand } from "../command.ts";
import type { Io } from "../io.ts";
import {
	type ChoiceOptions,
	type Chosen,
	choose,
	toNote,
	withChoice,
	withReason,
} from "./choose/choice.ts";
import { withState } from "./choose/filter.ts";
import { countOf } from "./count.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";
import { carryOut } from "./work.ts";

/** Creates `switchhook inbox redact`, which removes what webhooks contained. Exit code 1 if some stay. */
export function redactCommand(io: Io): Command {
	const command = createCommand(
		"redact",
		"Removes what webhooks contained, for good: bodies, paths, headers, keys, answers and the texts of failures. With --number also the entries of plugin state that contain the number. The deliveries stay with their route, state and times, so that counts do not change. A repeated webhook is still a duplicate. Takes delivered, dead and quarantined ones, others only with --state: their events then end as dead. Asks first.",
		[
			"inbox redact --number 447700900001 --reason 'request 17'",
			"inbox redact --route inbound-sms --until 2026-01-31",
		],
	).summary("Removes what webhooks contained, for good.");
	return withPlace(withReason(withChoice(withState(command, ALL)))).action(
		(ids: readonly string[], options: ChoiceOptions & PlaceOptions) =>
			redact(io, ids, options),
	);
}

// --- helpers ---

const FINISHED: readonly DeliveryState[] = ["delivered", "dead", "quarantined"];
const ALL: readonly DeliveryState[] = [...FINISHED, "received", "waiting"];

function redact(
	io: Io,
	named: readonly string[],
	options: ChoiceOptions & PlaceOptions,
): Promise<void> {
	return withInbox(io, options, async (store, known) => {
		const found = await choose(io, store, named, {
			options,
			// Also those that are spared, so that the user learns of them.
			states: [...ALL, "leased"],
			known,
		});
		const states = options.state ?? FINISHED;
		const { chosen, spared } = spare(found, states);
		const { number } = options;
		const step = redactStep(store, toNote(io, options), states);
		const sparedInAll = () => spared + step.spared();
		await carryOut(
			io,
			chosen,
			{
				verb: "Redact",
				done: "redacted",
				unaskedMax: number === undefined ? 0 : -1,
				preview: async () => (spared === 0 ? [] : [describeSpared(spared)]),
				step: () => step,
				async finish() {
					const entries =
						number === undefined
							? 0
							: await store.redactState(
									(key, value) => number.isIn(key) || number.isIn(value),
								);
					const left = await store.scrub();
					return [
						...(sparedInAll() === 0 ? [] : [describeSpared(sparedInAll())]),
						...(entries === 0
							? []
							: [`removed ${countOf(entries, "entry")} of plugin state`]),
						...(left === undefined ? [] : [`${left}.`]),
					];
				},
			},
			options,
		);
		if (sparedInAll() > 0) io.exit(1);
	});
}

/** Takes out the named deliveries that only `--state` may redact. */
function spare(
	{ ids, picked, failures }: Chosen,
	states: readonly DeliveryState[],
): { readonly chosen: Chosen; readonly spared: number } {
	const kept = new Set(
		picked.filter(({ state }) => !states.includes(state)).map(({ id }) => id),
	);
	return {
		spared: kept.size,
		chosen: {
			ids: ids.filter((id) => !kept.has(id)),
			picked: picked.filter(({ id }) => !kept.has(id)),
			failures,
		},
	};
}

function describeSpared(count: number): string {
	return `${countOf(count)} not redacted: not handled yet. Name their state with --state to redact these too. Their events then end as dead.`;
}
