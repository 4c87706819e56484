import { formatMs } from "./amounts.ts";
import { type Cell, words } from "./layout.ts";
import type { Tone } from "./paint.ts";
import {
	cell,
	cellsOf,
	type Fields,
	fieldCells,
	idCell,
	reasonNotes,
	stackNotes,
} from "./parts.ts";
import type { Designed } from "./view.ts";

/** Formats a line of the router without its own design: its sentence and fields, and below them the reason. */
export function designRouter(given: Fields): Designed {
	const {
		severity,
		time,
		line,
		msg,
		id,
		reason,
		err,
		stack,
		drift,
		...fields
	} = given;
	const error = (err ?? {}) as Fields;
	const said = `${msg} ${reason}`;
	const isSaid =
		typeof error.message !== "string" || said.includes(error.message);
	return {
		word: severityWord({ severity }),
		cells: [
			...words(typeof msg === "string" ? msg : ""),
			...fieldCells(fields),
			...cellsOf([idCell(id)]),
		],
		notes: [
			...reasonNotes(reason, { isAdvised: false }),
			...driftNotes(drift),
			...(isSaid || error.stack !== undefined
				? []
				: [words(String(error.message))]),
			...stackNotes(error.stack ?? stack, said),
		],
	};
}

/** Formats the line of a reload: the configuration that is now served, and the findings below. */
export function designReload(line: Fields): Designed {
	const { findings, routes, ...rest } = line;
	const isKept = line.severity !== "info";
	const row = designRouter(rest);
	const lines = Array.isArray(findings) ? findings.map(String) : [];
	return {
		...row,
		word: { text: isKept ? "kept" : "reloaded", tone: isKept ? "bad" : "good" },
		cells: [
			...row.cells,
			...cellsOf([
				cell(
					typeof routes === "number"
						? `${routes} ${routes === 1 ? "route" : "routes"}`
						: undefined,
					"dim",
				),
			]),
		],
		// Indented lines show the user's code and keep their columns.
		notes: [
			...row.notes,
			...lines
				.flatMap((each) => each.split("\n"))
				.map((each) => (/^\s/.test(each) ? [{ text: each }] : finding(each))),
		],
	};
}

/** Formats the line of a route that is paused or resumed, and how long the pause lasts or lasted. */
export function designPause(line: Fields): Designed {
	const { outcome, route, since, until, time, reason } = line;
	const isPaused = outcome === "paused";
	const span = isPaused
		? typeof until === "number"
			? `for ${formatMs(until - Number(time))}`
			: "until it is resumed"
		: `after ${formatMs(Number(time) - Number(since))}`;
	return {
		word: { text: String(outcome), tone: isPaused ? "warn" : "good" },
		cells: cellsOf([cell(route, "name"), cell(span)]),
		notes: isPaused ? reasonNotes(reason, { isAdvised: false }) : [],
	};
}

/** Formats the line of a connection or request that was turned away before its path was read. */
export function designConnection(line: Fields): Designed {
	const { client, peer, status, reason, notShown, severity } = line;
	const tone: Tone = severity === "info" ? "dim" : "warn";
	return {
		status: status === undefined ? undefined : { text: String(status), tone },
		word: { text: status === undefined ? "closed" : "refused", tone },
		cells: cellsOf([
			cell(client, "strong"),
			cell(peer === undefined ? undefined : `through ${peer}`),
			cell(notShown === undefined ? undefined : `and ${notShown} more like it`),
		]),
		notes: reasonNotes(reason, { isAdvised: true }),
	};
}

/** Returns the word of a line without an outcome. */
export function severityWord({ severity }: Fields): Cell {
	const text = String(severity);
	return { text, tone: SEVERITY_TONES[text] ?? "dim" };
}

// --- helpers ---

/** Shown of many. */
const DRIFT_SHOWN = 20;

/** A line for each setting at the platform that does not match the routes. */
function driftNotes(drift: unknown): Cell[][] {
	if (!Array.isArray(drift)) return [];
	const more = drift.length - DRIFT_SHOWN;
	return [
		...drift.slice(0, DRIFT_SHOWN).map((each) => words(String(each))),
		...(more > 0 ? [words(`and ${more} more`, "dim")] : []),
	];
}

/** Writes a finding: where, how grave, and what. */
function finding(text: string): Cell[] {
	const [place, ...rest] = words(text);
	return [
		...(place === undefined ? [] : [{ ...place, tone: "name" as const }]),
		...rest.map((word) =>
			word.text === "error:" || word.text === "warning:"
				? { ...word, tone: SEVERITY_TONES[word.text.slice(0, -1)] }
				: word,
		),
	];
}

const SEVERITY_TONES: Readonly<Record<string, Tone>> = {
	warn: "warn",
	warning: "warn",
	error: "bad",
	fatal: "bad",
};
