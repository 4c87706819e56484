import type { Command } from "commander";
import { createCopier, readCopyUrl } from "../../desk/copy.ts";
import { type Edit, editDelivery } from "../../desk/edit.ts";
import type { Step } from "../../desk/run.ts";
import { copyStep, editStep, replayStep } from "../../desk/steps.ts";
import type { DeliveryState } from "../../inbox/port/delivery.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { maskText } from "../../observe/mask.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { loadUsable } from "../load.ts";
import {
	type ChoiceOptions,
	type Chosen,
	choose,
	toNote,
	UNASKED_MAX,
	withChoice,
	withReason,
} from "./choose/choice.ts";
import { withState } from "./choose/filter.ts";
import { describeGoneRoutes } from "./choose/gone-routes.ts";
import { collectEdit, readEdit } from "./edit.ts";
import { loadIfUsable } from "./look.ts";
import { plain } from "./row.ts";
import { type Known, type PlaceOptions, withInbox, withPlace } from "./site.ts";
import { carryOut, type Work } from "./work.ts";

/** Creates `switchhook inbox replay`, which handles dead or delivered ones again. Exit code 1 if some were not replayed. */
export function replayCommand(io: Io): Command {
	const command = createCommand(
		"replay",
		`Replays deliveries: dead ones, or delivered ones named by --state or id. Each keeps its place among those of its order key. With --to it sends copies to a service instead, and changes no state. With --edit it makes new events. Asks before it replays more than ${UNASKED_MAX}.`,
		[
			"inbox replay 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox replay --state dead --route inbound-sms --since 2h --rate 50/s",
			"inbox replay 5f0c1c9e --to http://127.0.0.1:3000/sms",
			"inbox replay 5f0c1c9e --edit to=447700900001",
		],
	).summary("Replays dead or delivered deliveries.");
	return withPlace(withReason(withChoice(withState(command, REPLAYED))))
		.option(
			"--to <url>",
			"send a copy to this URL, as a forward would, and change no state",
		)
		.option(
			"--edit <change>",
			"make a new event with another payload: field=value, field:=json, or a file with the payload; repeatable",
			collectEdit,
			[],
		)
		.action((ids: readonly string[], options: ReplayOptions) =>
			replay(io, ids, options),
		);
}

/** Creates `switchhook inbox recover`, which replays dead ones of some time at a gentle pace. */
export function recoverCommand(io: Io): Command {
	const command = createCommand(
		"recover",
		"Replays the dead deliveries of some time, after an outage: shows what it would do, asks, and then replays at 20/s, or at --rate. The same as `inbox replay --state dead` with these defaults.",
		["inbox recover --since 2h --route inbound-sms"],
	).summary("Replays dead deliveries after an outage.");
	return withPlace(withReason(withChoice(command))).action(
		(ids: readonly string[], options: ReplayOptions) => {
			if (ids.length === 0 && options.since === undefined)
				throw new CannotRun(
					"name the time of the outage with --since, such as --since 2h.",
				);
			return replay(io, ids, {
				rate: RECOVERY_RATE,
				...options,
				state: ["dead"],
				edit: [],
				isShownFirst: true,
			});
		},
	);
}

// --- helpers ---

interface ReplayOptions extends ChoiceOptions, PlaceOptions {
	readonly to?: string;
	readonly edit: readonly string[];
	readonly isShownFirst?: boolean;
}

const REPLAYED: readonly DeliveryState[] = [
	"dead",
	"delivered",
	"received",
	"waiting",
	"quarantined",
];

/** Deliveries per second: a service that has just come back is not flooded. */
const RECOVERY_RATE = 20;

async function replay(
	io: Io,
	named: readonly string[],
	options: ReplayOptions,
): Promise<void> {
	const { to, edit: edits, state = [] } = options;
	if (to !== undefined && edits.length > 0)
		throw new CannotRun("--to and --edit cannot be used together");
	const isPlain = to === undefined && edits.length === 0;
	const other = state.find((one) => one !== "dead" && one !== "delivered");
	if (isPlain && other !== undefined)
		throw new CannotRun(
			`--state ${other}: only dead and delivered ones are replayed. ${other === "quarantined" ? "Use `switchhook inbox release`." : "These are handled anyway."}`,
		);
	const edit = await readEdit(io, edits);
	return withInbox(io, options, async (store, known) => {
		const chosen = await choose(io, store, named, {
			options,
			// A copy or a new event is made of what a filter selects, whatever its state.
			states: isPlain ? ["dead"] : REPLAYED,
			known,
		});
		const ground = { io, store, known, chosen, options };
		if (to !== undefined) return copy(ground, to);
		if (edit !== undefined) return makeNew(ground, edit);
		writeLines(io.stderr, describeGoneRoutes(chosen.picked, known.settings));
		return carryOut(
			io,
			chosen,
			{
				verb: "Replay",
				done: "replayed",
				unaskedMax: options.isShownFirst === true ? 0 : UNASKED_MAX,
				isShownFirst: options.isShownFirst === true,
				step: () => replayStep(store, toNote(io, options)),
			},
			options,
		);
	});
}

interface Ground {
	readonly io: Io;
	readonly store: InboxStore;
	readonly known: Known;
	readonly chosen: Chosen;
	readonly options: ReplayOptions;
}

async function copy(
	{ io, store, known, chosen, options }: Ground,
	to: string,
): Promise<void> {
	const url = readCopyUrl(to);
	if (typeof url === "string") throw new CannotRun(`--to: ${url}.`);
	const usable = await loadIfUsable(io, options);
	const publicUrl = known.settings?.server.publicUrl ?? "http://localhost";
	const copier = await createCopier(
		url,
		usable?.runtime.routes ?? [],
		publicUrl,
	);
	try {
		await carryOut(
			io,
			chosen,
			{
				verb: `Send to ${url.origin} a copy of`,
				done: "sent",
				as: ` to ${url.origin}`,
				unaskedMax: UNASKED_MAX,
				step: () => copyStep(store, copier, toNote(io, options)),
			},
			options,
		);
	} finally {
		await copier.close();
	}
}

async function makeNew(
	{ io, store, chosen, options }: Ground,
	edit: Edit,
): Promise<void> {
	const { runtime } = await loadUsable(io, options);
	const note = toNote(io, options);
	const work: Work = {
		verb: "Edit",
		done: "edited",
		unaskedMax: UNASKED_MAX,
		preview: async () => {
			const lines: string[] = [];
			for (const id of chosen.ids.slice(0, PREVIEWED)) {
				const detail = await store.get(id);
				if (detail === undefined) continue;
				const edited = editDelivery(runtime, detail, edit, Date.now());
				lines.push(
					edited.as === "kept"
						? `  ${plain(id)}: ${maskText(edited.why)}`
						: `  ${plain(id)}: a new event for ${plain(edited.delivery.route)}`,
				);
			}
			return lines;
		},
		step: (): Step => editStep(store, runtime, { edit, note }),
	};
	await carryOut(io, chosen, work, options);
}

/** The deliveries whose outcome a dry run shows. */
const PREVIEWED = 10;
