import { showHidden, showHiddenInLines } from "./plain-text.ts";
import { formatDay } from "./terminal/amounts.ts";
import { layOut } from "./terminal/layout.ts";
import { createPaint } from "./terminal/paint.ts";
import type { Fields } from "./terminal/parts.ts";
import { designPlugin } from "./terminal/plugin.ts";
import {
	designConnection,
	designReload,
	designRouter,
} from "./terminal/router.ts";
import type { Designed, View } from "./terminal/view.ts";
import {
	designDelivery,
	designWebhook,
	subjectRoom,
} from "./terminal/webhook.ts";

/** Options of the log's form for people. */
export interface PrettyOptions {
	readonly colors: boolean;
	/** Columns of the terminal, asked for each line; undefined where there is no end. Default: none has. */
	readonly columns?: () => number | undefined;
	/** The configuration that commands have to be told of; default one that they find. */
	readonly config?: string | undefined;
}

/**
 * Makes a function that turns a JSON line of the log into text for a terminal. The design is chosen by the type of the line,
 * which nobody but the router writes. The day stands in front of the first line of a new one.
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
			// What is longer by far stands out of the column: the others stay near.
			if (subject.length <= SUBJECT_MAX)
				widest = Math.max(widest, subject.length);
			return Math.min(widest, Math.max(0, subjectRoom(columns)));
		},
		config: config === undefined ? "" : ` --config ${quote(config)}`,
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
};

function designOf(line: Fields, view: View): Designed {
	const design = DESIGNS[String(line.line)] ?? designRouter;
	return design(line, view);
}

/** A sender's words, and the names of his fields, must not move the cursor or look like a line of the log; a stack has its own lines. */
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
	// fromEntries defines, it does not assign: `__proto__` is a field like any other.
	return Object.fromEntries(entries);
}

/** Quotes a word for a POSIX shell where it needs it. */
function quote(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word)
		? word
		: `'${word.replaceAll("'", "'\\''")}'`;
}
