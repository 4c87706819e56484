import { type Command, InvalidArgumentError } from "commander";
import {
	OUTCOMES,
	parseOutcome,
	parseTime,
	routesOfLevel,
	toDeskFilter,
} from "../../../desk/criteria.ts";
import { type DeskFilter, findAll } from "../../../desk/filter.ts";
import { createNumberSearch, type NumberSearch } from "../../../desk/number.ts";
import { compileWhere } from "../../../desk/where/compile.ts";
import { pointAt, WhereError } from "../../../desk/where/error.ts";
import { LEVELS, type Level } from "../../../event/webhook.ts";
import { DURATION_FORM } from "../../../finding/units.ts";
import {
	DELIVERY_STATES,
	type DeliveryOutcome,
	type DeliveryRow,
	type DeliveryState,
} from "../../../inbox/port/delivery.ts";
import type { Desk } from "../../../inbox/port/desk.ts";
import { isErrorCode } from "../../../inbox/port/doubt.ts";
import { maskText } from "../../../observe/mask.ts";
import { CannotRun } from "../../io.ts";
import { createPrivacies } from "../privacies.ts";
import type { Known } from "../site.ts";

/** The options that choose deliveries on the command line; each one narrows the choice. */
export interface FilterOptions {
	readonly state?: readonly DeliveryState[];
	readonly route?: string;
	readonly kind?: string;
	readonly key?: string;
	/** Milliseconds since the epoch. */
	readonly since?: number;
	/** Milliseconds since the epoch. */
	readonly until?: number;
	readonly level?: Level;
	readonly outcome?: DeliveryOutcome;
	readonly number?: NumberSearch;
	readonly text?: string;
	readonly where?: string;
}

/** Adds `--state` with these choices. */
export function withState(
	command: Command,
	choices: readonly DeliveryState[] = DELIVERY_STATES,
): Command {
	return command.option(
		"--state <state>",
		`one of ${choices.join(", ")}; repeatable`,
		(text: string, earlier: readonly DeliveryState[] = []) => [
			...earlier,
			...text.split(",").map((one) => readState(one.trim(), choices)),
		],
	);
}

/** Adds the filters besides `--state`. */
export function withFilter(command: Command): Command {
	return command
		.option("--route <name>", "only deliveries of this route")
		.option("--kind <kind>", "only deliveries of this kind")
		.option(
			"--level <level>",
			`only deliveries of routes of this level: ${LEVELS.join(", ")}`,
			readLevel,
		)
		.option(
			"--outcome <outcome>",
			"last attempt: delivered, failed, untried, or an error code such as UPSTREAM_FAILED",
			readOutcome,
		)
		.option(
			"--number <number>",
			"contains this telephone number anywhere, in international form",
			readNumber,
		)
		.option("--text <text>", "contains this text in the payload")
		.option(
			"--where <expression>",
			"compares fields: 'payload.usage.price > 0.1 and status = \"failed\"'",
			readWhere,
		)
		.option(
			"--key <key>",
			"with this order key or dedupe key, as --payloads shows it; for a key of one field its value is enough",
		)
		.option(
			"--since <time>",
			"received since this time: a duration back from now such as 2h, or an ISO time",
			readTime,
		)
		.option(
			"--until <time>",
			"received before this time, written as for --since",
			readTime,
		);
}

/** Reads a count of at least 1. Throws InvalidArgumentError. */
export function readCount(text: string): number {
	const count = /^\d+$/.test(text) ? Number(text) : 0;
	if (count >= 1 && Number.isSafeInteger(count)) return count;
	throw new InvalidArgumentError("Write a whole number, at least 1.");
}

/** Returns true if no option narrows the selection. */
export function isUnfiltered(options: FilterOptions): boolean {
	return FILTERS.every((name) => options[name] === undefined);
}

/** Creates the filter. The inbox determines the type of a key. Throws CannotRun for an invalid time, and for a level without routes. */
export async function toFilter(
	store: Desk,
	options: FilterOptions,
	known: Known,
): Promise<DeskFilter> {
	const { state, level, since, until } = options;
	if (since !== undefined && until !== undefined && since >= until) {
		throw new CannotRun("--since must be before --until");
	}
	const { kindOf } = await createPrivacies(known);
	return toDeskFilter(
		store,
		{
			...options,
			states: state,
			routes: level === undefined ? undefined : routesOf(level, known),
		},
		kindOf,
	);
}

/** The facts of a delivery for a command that changes it. */
export type Picked = Pick<DeliveryRow, "id" | "route" | "state" | "receivedAt">;

/** Returns these facts, without the rest of a row: a selection may have a million. */
export function toPicked({ id, route, state, receivedAt }: Picked): Picked {
	return { id, route, state, receivedAt };
}

/** Counts the failures of deliveries by their code, or by their text. */
export class Failures {
	readonly #counts = new Map<string, number>();

	add({
		state,
		attempts,
		reason,
	}: Pick<DeliveryRow, "state" | "attempts" | "reason">): void {
		if (reason === undefined || (state !== "dead" && attempts === 0)) return;
		const name = codeOf(reason) ?? shorten(reason);
		const count = this.#counts.get(name);
		// Texts may all differ, and the first ones show enough.
		if (count === undefined && this.#counts.size >= NAMES_MAX) return;
		this.#counts.set(name, (count ?? 0) + 1);
	}

	/** Lists the most frequent ones. */
	top(max: number): readonly (readonly [name: string, count: number])[] {
		return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, max);
	}
}

/** Collects all matching deliveries, oldest first. */
export async function collectRows(
	store: Desk,
	filter: DeskFilter,
	onPage: (count: number) => void,
	failures: Failures,
): Promise<readonly Picked[]> {
	const found: Picked[] = [];
	for await (const rows of findAll(store, filter)) {
		for (const row of rows) {
			found.push(toPicked(row));
			failures.add(row);
		}
		onPage(found.length);
	}
	return found.reverse();
}

// --- helpers ---

const FILTERS = [
	"state",
	"route",
	"kind",
	"key",
	"since",
	"until",
	"level",
	"outcome",
	"number",
	"text",
	"where",
] as const satisfies readonly (keyof FilterOptions)[];

const NAMES_MAX = 100;

/** Copies the beginning of a reason, masked, and without the number of attempts. */
function shorten(reason: string): string {
	const text = maskText(reason).replace(/ \(after \d+ attempts?\)$/, "");
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Returns the first error code of a reason. */
function codeOf(reason: string): string | undefined {
	return reason.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g)?.find(isErrorCode);
}

function routesOf(level: Level, { settings }: Known): readonly string[] {
	if (settings === undefined)
		throw new CannotRun(
			"--level needs the configuration, whose routes have the levels. Name it with --config.",
		);
	return routesOfLevel(level, settings);
}

function readLevel(text: string): Level {
	const level = LEVELS.find((one) => one === text);
	if (level !== undefined) return level;
	throw new InvalidArgumentError(`Write one of: ${LEVELS.join(", ")}.`);
}

function readOutcome(text: string): DeliveryOutcome {
	const outcome = parseOutcome(text);
	if (outcome !== undefined) return outcome;
	throw new InvalidArgumentError(
		`Write ${OUTCOMES.join(", ")}, or an error code such as HANDLER_FAILED.`,
	);
}

function readNumber(text: string): NumberSearch {
	const search = createNumberSearch(text);
	if (search !== undefined) return search;
	throw new InvalidArgumentError(
		"Write a number in international form, such as 447700900001.",
	);
}

/** Checks an expression early, and keeps it as it is written. */
function readWhere(text: string): string {
	try {
		compileWhere(text);
		return text;
	} catch (error) {
		if (!(error instanceof WhereError)) throw error;
		const lines = pointAt(text, error).map((line) => `    ${line}`);
		throw new CannotRun([`--where: ${error.message}`, "", ...lines].join("\n"));
	}
}

function readState(
	text: string,
	choices: readonly DeliveryState[],
): DeliveryState {
	const state = choices.find((choice) => choice === text);
	if (state !== undefined) return state;
	throw new InvalidArgumentError(`Write one of: ${choices.join(", ")}.`);
}

/** Parses a time. Without an offset it is UTC, like all printed times. */
function readTime(text: string): number {
	const time = parseTime(text, Date.now());
	if (time !== undefined) return time;
	throw new InvalidArgumentError(
		`Write ${DURATION_FORM}, back from now, or a time such as 2026-01-31T09:30Z.`,
	);
}
