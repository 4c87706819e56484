import type { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import type { DeliveryState } from "../../inbox/port/delivery.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { createProgress } from "../terminal.ts";
import {
	CHUNK,
	type ChoiceOptions,
	chooseIds,
	confirm,
	UNASKED_MAX,
	withChoice,
} from "./choice.ts";
import { countOf } from "./count.ts";
import { isUnfiltered, type Picked, withState } from "./filter.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox replay`, which handles dead or delivered ones again. Exit code 1 if some were not replayed. */
export function replayCommand(io: Io): Command {
	const command = createCommand(
		"replay",
		`Replays deliveries: dead ones, or delivered ones named by --state or id. Each keeps its place among those of its order key. Asks before it replays more than ${UNASKED_MAX}.`,
		[
			"inbox replay 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox replay --state dead --route inbound-sms --since 2h",
		],
	).summary("Replays dead or delivered deliveries.");
	return withPlace(
		withChoice(withState(command, ["dead", "delivered"])),
	).action((ids: readonly string[], options: ChangeOptions) =>
		change(io, ids, options, REPLAY),
	);
}

/** Creates `switchhook inbox drop`, which removes deliveries for good. Exit code 1 if some stay. */
export function dropCommand(io: Io): Command {
	const command = createCommand(
		"drop",
		"Removes deliveries for good, except those that a handler is working on. Asks first. A filter must name the states.",
		[
			"inbox drop 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox drop --state quarantined --until 2026-01-31",
		],
	).summary("Removes deliveries for good.");
	return withPlace(withChoice(withState(command, DROPPED))).action(
		(ids: readonly string[], options: ChangeOptions) => {
			if (!isUnfiltered(options) && options.state === undefined) {
				throw new CannotRun(
					"name the states with --state. Without it, unfinished deliveries would be removed too.",
				);
			}
			return change(io, ids, options, DROP);
		},
	);
}

// --- helpers ---

type ChangeOptions = ChoiceOptions & PlaceOptions;

/** A change of the store to many deliveries. */
interface Change {
	readonly verb: string;
	readonly done: "replayed" | "dropped";
	/** The states of a filter without `--state`. */
	readonly states: readonly DeliveryState[];
	readonly unaskedMax: number;
	/** The reason why some may stay unchanged. */
	readonly unless: string;
	/** True if a route must handle them afterwards. */
	readonly isToBeHandled: boolean;
	run(store: Desk, ids: readonly string[]): Promise<number>;
}

const DROPPED: readonly DeliveryState[] = [
	"received",
	"waiting",
	"delivered",
	"dead",
	"quarantined",
];

const REPLAY: Change = {
	verb: "Replay",
	done: "replayed",
	states: ["dead"],
	unaskedMax: UNASKED_MAX,
	unless: "only dead or delivered ones that still have a body can be replayed",
	isToBeHandled: true,
	run: (store, ids) => store.replay({ ids }),
};

const DROP: Change = {
	verb: "Drop",
	done: "dropped",
	states: DROPPED,
	unaskedMax: 0,
	unless: "the inbox does not hold them, or a handler is working on them",
	isToBeHandled: false,
	run: (store, ids) => store.drop({ ids }),
};

function change(
	io: Io,
	named: readonly string[],
	options: ChangeOptions,
	what: Change,
): Promise<void> {
	return withInbox(io, options, async (store, known) => {
		const { settings } = known;
		const { states } = what;
		const gone = new GoneRoutes(what.isToBeHandled ? settings : undefined);
		const ids = await chooseIds(io, store, named, {
			options,
			states,
			known,
			...(gone.isKnown && { onRow: (row) => gone.count(row) }),
		});
		writeLines(io.stderr, gone.describe());
		if (ids.length > what.unaskedMax) {
			const question = `${what.verb} ${countOf(ids.length)}`;
			if (!(await confirm(io, question, options))) return;
		}
		const count = await inChunks(io, store, ids, what);
		const left = ids.length - count;
		if (options.json) {
			writeJson(io.stdout, { chosen: ids.length, [what.done]: count });
		} else {
			writeLines(io.stdout, [`${what.done} ${countOf(count)}`]);
		}
		if (left === 0) return;
		writeLines(io.stderr, [
			`${countOf(left)} not ${what.done}: ${what.unless}`,
		]);
		io.exit(1);
	});
}

/** Changes the oldest first, so that deliveries that share a key stay in order. */
async function inChunks(
	io: Io,
	store: Desk,
	ids: readonly string[],
	{ done, run }: Change,
): Promise<number> {
	const progress = createProgress(io, done, ids.length);
	let count = 0;
	try {
		for (let at = 0; at < ids.length; at += CHUNK) {
			count += await run(store, ids.slice(at, at + CHUNK));
			progress.at(at);
		}
	} finally {
		progress.end();
	}
	return count;
}

/** Counts the replayed deliveries that wait because no route of their name is served. */
class GoneRoutes {
	readonly #served: ReadonlySet<string> | undefined;
	readonly #counts = new Map<string, number>();

	/** @param settings undefined if the served routes are unknown */
	constructor(settings: Pick<Settings, "routes"> | undefined) {
		this.#served = settings && new Set(settings.routes.map(({ name }) => name));
	}

	/** True if the served routes are known. */
	get isKnown(): boolean {
		return this.#served !== undefined;
	}

	/** Counts a delivery that can be replayed. */
	count({ route, state }: Pick<Picked, "route" | "state">): void {
		if (this.#served?.has(route) !== false) return;
		if (state !== "dead" && state !== "delivered") return;
		this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
	}

	/** Writes a line for each missing route. */
	describe(): string[] {
		return [...this.#counts].map(
			([route, count]) =>
				`no route is named ${route}. ${count} of these wait until one is.`,
		);
	}
}
