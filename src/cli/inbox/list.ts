import type { Command } from "commander";
import type { DeliveryRow } from "../../inbox/port/delivery.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { formatTable } from "../table.ts";
import {
	type FilterOptions,
	readCount,
	toFilter,
	withFilter,
	withState,
} from "./filter.ts";
import {
	PAYLOADS_OPTION,
	plain,
	type Show,
	showBy,
	toRowReport,
	toTime,
} from "./row.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox list`, which lists the deliveries that fit, the newest first. */
export function listCommand(io: Io): Command {
	const command = createCommand(
		"list",
		"Lists deliveries, the newest first. Telephone numbers are masked.",
		[
			"inbox list --state dead --since 2h",
			"inbox list --key 447700900001 --json",
		],
	).summary("Lists deliveries, the newest first.");
	return withPlace(withFilter(withState(command)))
		.option("--max <count>", "at most so many", readCount, 50)
		.option("--after <cursor>", "go on where the last list ended")
		.option(...PAYLOADS_OPTION)
		.option("--json", "print them as JSON")
		.action((options: ListOptions) => list(io, options));
}

// --- helpers ---

interface ListOptions extends FilterOptions, PlaceOptions {
	readonly max: number;
	readonly after?: string;
	readonly payloads?: true;
	readonly json?: true;
}

function list(io: Io, options: ListOptions): Promise<void> {
	const { max, after, json } = options;
	if (after !== undefined && !/^\d{1,15}$/.test(after)) {
		throw new CannotRun("--after is no cursor that a list has printed");
	}
	const show = showBy(options);
	return withInbox(io, options, async (store) => {
		const filter = await toFilter(store, options);
		const { rows, next } = await store.list(filter, {
			...(after !== undefined && { after }),
			max,
		});
		if (json) {
			const deliveries = rows.map((row) => toRowReport(row, show));
			writeJson(io.stdout, { deliveries, next: next ?? null });
			return;
		}
		if (rows.length === 0) {
			writeLines(io.stderr, ["nothing fits"]);
			return;
		}
		const cells = rows.map((row) => toCells(row, show));
		writeLines(io.stdout, formatTable([HEAD, ...cells]));
		if (next !== undefined) {
			writeLines(io.stderr, [`there are more: --after ${next}`]);
		}
	});
}

const HEAD = ["ID", "STATE", "ROUTE", "KIND", "RECEIVED", "TRIES", "NOTE"];
const NOTE_LENGTH = 100;

function toCells(row: DeliveryRow, show: Show): string[] {
	const { id, state, route, kind, receivedAt, attempts } = row;
	return [
		id,
		state,
		route,
		kind,
		toTime(receivedAt),
		String(attempts),
		noteOf(row, show),
	].map(plain);
}

function noteOf(
	{ isBlocked, state, dueAt, reason }: DeliveryRow,
	show: Show,
): string {
	if (isBlocked) return "behind another of its order key";
	const due =
		state === "waiting" && dueAt !== undefined
			? `again at ${toTime(dueAt)}: `
			: "";
	const note = due + (reason === undefined ? "" : show(reason));
	return note.length > NOTE_LENGTH ? `${note.slice(0, NOTE_LENGTH)}…` : note;
}
