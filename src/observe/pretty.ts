import { toShellWord } from "../finding/shell-word.ts";
import { showHidden, showHiddenInLines } from "./plain-text.ts";
import { formatDay } from "./terminal/amounts.ts";
import { layOut } from "./terminal/layout.ts";
import { createPaint } from "./terminal/paint.ts";
import type { Fields } from "./terminal/parts.ts";
import { designPlugin } from "./terminal/plugin.ts";
import {
	designConnection,
	designPause,
	designReload,
	designRouter,
} from "./terminal/router.ts";
import type { Designed, View } from "./terminal/view.ts";
import {
	designDelivery,
	designWebhook,
	subjectRoom,
} from "./terminal/webhook.ts";

/** The options of the text for people. */
export interface PrettyOptions {
	readonly colors: boolean;
	/** Returns the columns of the terminal. Called for each line. Undefined if lines are not wrapped. Default: not wrapped. */
	readonly columns?: () => number | undefined;
	/** The configuration's path for suggested commands. Default: none, because commands find it. */
	readonly config?: string | undefined;
}

/**
 * Creates a function that turns a JSON line of the log into text for a terminal. The type of the line, which only the router
 * writes, decides its design. The first line of a new day is preceded by the date.
 */
export function createPrettifier({
	colors,
	columns: columnsNow = () => undefined,
	config,
}: PrettyOptions): (line: string) => string {
	const paint = createPaint({ colors });
	let widest = 0;
	let columns = Number.POSITIVE_INFINITY;
	let day: string | undefined;
	const view: View = {
		widthFor(subject) {
			// A very long subject extends beyond the column, so that short ones are not pushed far to the right.
			if (subject.length <= SUBJECT_MAX)
				widest = Math.max(widest, subject.length);
			return Math.min(widest, Math.max(0, subjectRoom(columns)));
		},
		config: config === undefined ? "" : ` --config ${toShellWord(config)}`,
	};
	return (json) => {
		const line = cleanFields(JSON.parse(json));
		columns = columnsNow() ?? Number.POSITIVE_INFINITY;
		const time = new Date(Number(line.time));
		const row = { ...designOf(line, view), time };
		const today = formatDay(time);
		const turn =
			day === undefined || day === today ? "" : `${paint(today, "dim")}\n`;
		day = today;
		return turn + layOut(row, { paint, columns });
	};
}

// --- helpers ---

const SUBJECT_MAX = 44;

const DESIGNS: Readonly<
	Record<string, (line: Fields, view: View) => Designed>
> = {
	webhook: designWebhook,
	delivery: designDelivery,
	plugin: designPlugin,
	connection: designConnection,
	reload: designReload,
	pause: designPause,
};

function designOf(line: Fields, view: View): Designed {
	const design = DESIGNS[String(line.line)] ?? designRouter;
	return design(line, view);
}

/**
 * Cleans the texts of a line. Text from a sender and names of fields must not move the cursor or look like a line of the log. A
 * stack keeps its line breaks.
 */
function clean(value: unknown, key = ""): unknown {
	if (typeof value === "string")
		return key === "stack" ? showHiddenInLines(value) : showHidden(value);
	if (Array.isArray(value))
		// Findings may show lines of the user's file.
		return value.map((item) =>
			key === "findings" && typeof item === "string"
				? showHiddenInLines(item)
				: clean(item),
		);
	if (typeof value !== "object" || value === null) return value;
	return cleanFields(value);
}

function cleanFields(fields: object): Fields {
	const entries = Object.entries(fields).map(([key, value]) => [
		showHidden(key),
		clean(value, key),
	]);
	// fromEntries defines fields instead of assigning them, so that `__proto__` is a field like any other.
	return Object.fromEntries(entries);
}
