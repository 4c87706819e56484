import { type Command, InvalidArgumentError } from "commander";
import { DURATION_FORM, parseDuration } from "../../finding/units.ts";
import {
	DELIVERY_STATES,
	type DeliveryFilter,
	type DeliveryRow,
	type DeliveryState,
} from "../../inbox/port/delivery.ts";
import type { Desk } from "../../inbox/port/desk.ts";
import { CannotRun } from "../io.ts";

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

/** Adds `--route --kind --key --since --until`. */
export function withFilter(command: Command): Command {
	return command
		.option("--route <name>", "only deliveries of this route")
		.option("--kind <kind>", "only deliveries of this kind")
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
	const { state, route, kind, key, since, until } = options;
	return [state, route, kind, key, since, until].every(
		(value) => value === undefined,
	);
}

/** Creates the filter. The inbox determines the type of a key. Throws CannotRun for an invalid time. */
export async function toFilter(
	store: Desk,
	{ state, route, kind, key, since, until }: FilterOptions,
): Promise<DeliveryFilter> {
	if (since !== undefined && until !== undefined && since >= until) {
		throw new CannotRun("--since must be before --until");
	}
	return {
		...(state && { states: state }),
		...(route !== undefined && { route }),
		...(kind !== undefined && { kind }),
		...(since !== undefined && { from: since }),
		...(until !== undefined && { to: until }),
		...(key !== undefined && (await toKeyFilter(store, key))),
	};
}

/** The facts of a delivery for a command that changes it. */
export type Picked = Pick<DeliveryRow, "id" | "route" | "state">;

/** Collects all matching deliveries, oldest first. */
export async function collectRows(
	store: Desk,
	filter: DeliveryFilter,
	onPage: (count: number) => void,
): Promise<readonly Picked[]> {
	const found: Picked[] = [];
	let after: string | undefined;
	do {
		const page = await store.list(filter, {
			...(after !== undefined && { after }),
			max: PAGE,
		});
		for (const { id, route, state } of page.rows) {
			found.push({ id, route, state });
		}
		after = page.next;
		onPage(found.length);
	} while (after !== undefined);
	return found.reverse();
}

// --- helpers ---

const PAGE = 1000;

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
	const ago = parseDuration(text);
	if (ago !== undefined) return Date.now() - ago;
	const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
	const isZoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(text);
	const time = /^\d{4}-\d\d-\d\d/.test(text)
		? Date.parse(isDate || isZoned ? text : `${text}Z`)
		: Number.NaN;
	if (!Number.isNaN(time)) return time;
	throw new InvalidArgumentError(
		`Write ${DURATION_FORM}, back from now, or a time such as 2026-01-31T09:30Z.`,
	);
}

/**
 * Determines whether a key is a dedupe key or an order key. Looks for a dedupe key first, because it has an index. If a route
 * has both keys over the same fields, the order key matches more deliveries.
 */
async function toKeyFilter(store: Desk, text: string): Promise<DeliveryFilter> {
	const isWhole = text.startsWith("[") || text.startsWith("sha256:");
	const key = isWhole ? text : JSON.stringify([text]);
	const { rows } = await store.list({ dedupeKey: key }, { max: 1 });
	const isDedupe = rows.length > 0 && rows[0]?.orderKey !== key;
	return isDedupe ? { dedupeKey: key } : { orderKey: key };
}
