import { formatMs } from "./amounts.ts";
import { type Cell, GAP, HEAD_WIDTH } from "./layout.ts";
import type { Tone } from "./paint.ts";
import {
	cell,
	cellsOf,
	type Fields,
	fieldCells,
	idCell,
	MS_WIDTH,
	msCell,
	reasonNotes,
	SHORT_ID,
	shortId,
	stackNotes,
} from "./parts.ts";
import type { Designed, View } from "./view.ts";

/** Formats the line of a webhook or of a refused request. */
export function designWebhook(line: Fields, view: View): Designed {
	const { method, path, route, kind, level, client, playedBy } = line;
	const { status, outcome, reason, hint, notShown } = line;
	const { payload, answer } = line;
	const { stack } = (line.err ?? {}) as Fields;
	const tone = toneOf(Number(status));
	const isRefused = Number(status) >= 400;
	const subject = `${method} ${path ?? ""}`.trim();
	return {
		status: { text: String(status), tone },
		word: { text: String(outcome), tone: TONES[String(outcome)] ?? tone },
		cells: [
			{ text: subject, tone: "strong", width: view.widthFor(subject) },
			...tailOf(line),
			...cellsOf([
				cell(route, "name"),
				cell(kind),
				cell(level, "dim"),
				cell(client, "dim"),
				cell(playedBy === undefined ? undefined : `played by the ${playedBy}`),
				cell(
					notShown === undefined ? undefined : `and ${notShown} more like it`,
				),
			]),
		],
		notes: [
			...reasonNotes(reason, {
				hint,
				isAdvised: isRefused && stack === undefined,
			}),
			...commandNotes(line, view),
			...[{ payload }, { answer }].flatMap((shown) =>
				Object.values(shown)[0] === undefined
					? []
					: [fieldCells(shown, PAYLOAD_LENGTH)],
			),
			...stackNotes(stack, reason),
		],
	};
}

/** Formats the line of an attempt to handle an event of the inbox. */
export function designDelivery(line: Fields, view: View): Designed {
	const { route, kind, outcome, attempt, reason, retryInMs, stepsAside } = line;
	const again =
		typeof retryInMs === "number" ? `again in ${formatMs(retryInMs)}` : "";
	const subject = String(route);
	return {
		word: { text: String(outcome), tone: TONES[String(outcome)] },
		cells: [
			{ text: subject, tone: "name", width: view.widthFor(subject) },
			...tailOf(line),
			...cellsOf([
				cell(kind),
				cell(attempt === undefined ? undefined : `try ${attempt}`),
				{ text: again, tone: "warn" },
				cell(stepsAside === true ? "leaves its place in the order" : undefined),
			]),
		],
		notes: [
			...reasonNotes(reason, { isAdvised: false }),
			...stackNotes(line.stack, reason),
			...commandNotes(line, view),
		],
	};
}

/** Returns the columns for a subject, so that time and id still fit on its line. */
export function subjectRoom(columns: number): number {
	return columns - HEAD_WIDTH - GAP - MS_WIDTH - GAP - SHORT_ID;
}

// --- helpers ---

/** The characters of a payload that are shown. The user asked to see it, so the limit is high. */
const PAYLOAD_LENGTH = 4000;

const TONES: Readonly<Record<string, Tone>> = {
	handled: "good",
	received: "good",
	delivered: "good",
	probe: "dim",
	duplicate: "dim",
	returned: "dim",
	waiting: "warn",
	reported: "warn",
	quarantined: "warn",
	dead: "bad",
	failed: "bad",
	fallback: "bad",
};

function toneOf(status: number): Tone {
	if (status >= 500) return "bad";
	if (status >= 400) return "warn";
	return "good";
}

/** Writes milliseconds and id in the same columns in each line. */
function tailOf({ ms, id }: Fields): Cell[] {
	return [msCell(ms), ...cellsOf([idCell(id)])];
}

/** Returns a command for the next step. */
function commandNotes({ outcome, id }: Fields, { config }: View): Cell[][] {
	if (id === undefined) return [];
	const verb = COMMANDS[String(outcome)];
	if (verb === undefined) return [];
	const command = `switchhook inbox ${verb} ${shortId(id)}${config}`;
	return [
		[
			{ text: "→", tone: "dim" },
			{ text: command, tone: "name", gap: 1 },
		],
	];
}

const COMMANDS: Readonly<Record<string, string>> = {
	dead: "show",
	quarantined: "release",
};
