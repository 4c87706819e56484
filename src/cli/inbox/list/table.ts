import type {
	DeliveryRow,
	DeliveryState,
} from "../../../inbox/port/delivery.ts";
import type { Io } from "../../io.ts";
import { formatTable } from "../../table.ts";
import { shortIds } from "../choose/ids.ts";
import { plain, type Show, toTime } from "../row.ts";

/** Writes deliveries as a table. A terminal gets short ids and times, and a program gets them whole. */
export function toTable(
	{ isTTY, env }: Pick<Io, "isTTY" | "env">,
	rows: readonly DeliveryRow[],
	show: Show,
): string[] {
	const ids = isTTY ? shortIds(rows) : rows.map(({ id }) => id);
	const lines = formatTable([
		HEAD,
		...rows.map((row, at) =>
			toCells(row, {
				id: ids[at] ?? row.id,
				at: row.receivedAt,
				isTTY,
				show,
			}),
		),
	]);
	if (!isTTY || isColorless(env)) return lines;
	return lines.map((line, at) => paint(line, rows[at - 1]?.state));
}

/** The column widths of an endless list. */
const WIDTHS = [18, 11, 16, 16, 20, 5];

/** Writes one delivery as a line of an endless list. */
export function toRow(
	{ isTTY, env }: Pick<Io, "isTTY" | "env">,
	row: DeliveryRow,
	id: string,
	show: Show,
): string {
	const cells = toCells(row, { id, at: row.updatedAt, isTTY, show });
	const line = toLine(cells);
	return isTTY && !isColorless(env) ? paint(line, row.state) : line;
}

/** Writes the head of an endless list. Its time is the time of the change. */
export function toRowHead(): string {
	return toLine(HEAD.map((cell) => (cell === "RECEIVED" ? "CHANGED" : cell)));
}

// --- helpers ---

const HEAD = ["ID", "STATE", "ROUTE", "KIND", "RECEIVED", "TRIES", "NOTE"];
const NOTE_LENGTH = 100;

function toLine(cells: readonly string[]): string {
	const padded = cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0));
	return padded.join("  ").trimEnd();
}

/** The way in which one delivery is shown. */
interface Look {
	readonly id: string;
	/** The time that is shown, milliseconds since the epoch. */
	readonly at: number;
	readonly isTTY: boolean;
	readonly show: Show;
}

function toCells(row: DeliveryRow, { id, at, isTTY, show }: Look): string[] {
	const { state, route, kind, attempts } = row;
	const time = toTime(at);
	return [
		id,
		state,
		route,
		kind,
		// A person reads no milliseconds.
		isTTY ? time.replace(/\.\d{3}Z$/, "Z") : time,
		String(attempts),
		noteOf(row, show),
	].map(plain);
}

function noteOf(
	{ isBlocked, state, dueAt, reason }: DeliveryRow,
	show: Show,
): string {
	if (isBlocked) return "waits for an earlier one with its order key";
	const due =
		state === "waiting" && dueAt !== undefined
			? `next attempt ${toTime(dueAt)}: `
			: "";
	const note = due + (reason === undefined ? "" : show(reason));
	return note.length > NOTE_LENGTH ? `${note.slice(0, NOTE_LENGTH)}…` : note;
}

/** SGR parameters (ECMA-48) of the states that a person looks for. */
const COLORS: Readonly<Partial<Record<DeliveryState, number>>> = {
	delivered: 32,
	dead: 31,
	waiting: 33,
	quarantined: 35,
	leased: 36,
};

/** The convention of no-color.org. */
function isColorless({ NO_COLOR }: Io["env"]): boolean {
	return NO_COLOR !== undefined && NO_COLOR !== "";
}

/** Colors the state between blanks, which no id can contain. */
function paint(line: string, state: DeliveryState | undefined): string {
	if (state === undefined) return line;
	const color = COLORS[state];
	return color === undefined
		? line
		: line.replace(` ${state} `, ` \u001b[${color}m${state}\u001b[39m `);
}
