import { shortId } from "../../../event/id.ts";
import { showHidden } from "../../../observe/plain-text.ts";
import { formatTime } from "../../../observe/terminal/amounts.ts";
import type { Paint, Tone } from "../../../observe/terminal/paint.ts";
import { plural } from "../../findings/show.ts";
import { partiesOf } from "../facts.ts";
import { describeSent, toneOfOutcome, toneOfSent } from "../words.ts";
import type { Entry, ListModel, Page } from "./model.ts";

/** The facts of a run that do not change. */
export interface Heading {
	readonly from: string;
	/** Undefined if copies are only shown. */
	readonly to: string | undefined;
	/** The secret of the copies, as the service needs it. */
	readonly secret: string;
}

/** The size of a terminal. */
export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** Draws the list, or the page over it, as one line for each row of the terminal. */
export function draw(
	model: ListModel,
	heading: Heading,
	{ columns, rows, paint }: Size & { readonly paint: Paint },
): string[] {
	const head = [
		cut(toTitle(model, heading), columns, paint),
		cut([{ text: toSubtitle(model, heading), tone: "dim" }], columns, paint),
		"",
	];
	const foot = [cut(toFoot(model), columns, paint)];
	const height = Math.max(1, rows - head.length - foot.length);
	const body =
		model.page === undefined
			? drawList(model, height, columns, paint)
			: drawPage(model.page, height, columns, paint);
	const gap = Array.from({ length: height - body.length }, () => "");
	return [...head, ...body, ...gap, ...foot].slice(0, rows);
}

// --- helpers ---

/** A piece of a line. */
interface Part {
	readonly text: string;
	readonly tone?: Tone | undefined;
}

const ROUTE_WIDTH = 16;
const KIND_WIDTH = 15;
const LEVEL_WIDTH = 8;
const PARTIES_WIDTH = 27;
const OUTCOME_WIDTH = 8;

function toTitle(
	{ connection, total, failed, missed, mayMiss }: ListModel,
	{ from, to }: Heading,
): Part[] {
	const state: Part =
		connection.as === "open"
			? { text: "● listening", tone: "good" }
			: connection.as === "lost"
				? { text: "○ reconnecting", tone: "warn" }
				: { text: "○ connecting", tone: "dim" };
	return [
		{ text: "switchhook listen", tone: "strong" },
		{ text: to === undefined ? `  ${from}` : `  ${from} → ${to}` },
		{ text: "   " },
		state,
		{ text: `  ${plural(total, "event")}`, tone: "dim" },
		...(failed > 0
			? [{ text: `  ${failed} failed`, tone: "bad" as const }]
			: []),
		...(missed > 0 || mayMiss
			? [
					{
						text: `  ${missed > 0 ? missed : "some"} missed`,
						tone: "warn" as const,
					},
				]
			: []),
	];
}

function toSubtitle(
	{ connection, filter }: ListModel,
	{ to, secret }: Heading,
): string {
	const routes =
		connection.as === "open" ? plural(connection.routes.length, "route") : "";
	return [
		routes,
		...(filter === "" ? [] : [`filter: ${showHidden(filter)}`]),
		...(to === undefined ? [] : [`secret: ${secret}`]),
	]
		.filter((text) => text !== "")
		.join("   ");
}

function toFoot({ prompt, notice, page, connection }: ListModel): Part[] {
	if (prompt !== undefined)
		return [
			{ text: `${prompt.label}: `, tone: "strong" },
			{ text: showHidden(prompt.text) },
			{ text: "▏", tone: "name" },
			{ text: "   Enter to accept, Esc to cancel", tone: "dim" },
		];
	if (notice !== "") return [{ text: showHidden(notice), tone: "name" }];
	if (connection.as === "lost")
		return [{ text: showHidden(connection.reason), tone: "warn" }];
	const keys: readonly (readonly [string, string])[] =
		page === undefined ? LIST_KEYS : PAGE_KEYS;
	return keys.flatMap(([key, word], index) => [
		{ text: `${index === 0 ? "" : "  "}${key}`, tone: "name" as const },
		{ text: ` ${word}`, tone: "dim" as const },
	]);
}

const LIST_KEYS = [
	["↑↓", "move"],
	["⏎", "details"],
	["r", "send again"],
	["x", "send to…"],
	["e", "explain"],
	["s", "save as test"],
	["f", "filter"],
	["o", "page"],
	["q", "quit"],
] as const;

const PAGE_KEYS = [
	["↑↓", "scroll"],
	["⏎", "back"],
	["r", "send again"],
	["x", "send to…"],
	["e", "explain"],
	["s", "save as test"],
	["o", "page"],
	["q", "quit"],
] as const;

function drawList(
	model: ListModel,
	height: number,
	columns: number,
	paint: Paint,
): string[] {
	const { shown, selected, filter } = model;
	if (shown.length === 0) {
		const lines =
			filter === ""
				? [
						"Nothing has come yet. Events appear here as the router receives them.",
						"",
						"Send one:  switchhook send sms.inbound",
					]
				: ["No event fits the filter. Press f to change it."];
		return lines
			.slice(0, height)
			.map((text) => cut([{ text: `  ${text}`, tone: "dim" }], columns, paint));
	}
	const at =
		selected === undefined ? shown.length - 1 : shown.indexOf(selected);
	// The selected row stays visible, with the newest at the end if there is room.
	const last = Math.min(
		shown.length,
		Math.max(at + 1 + Math.floor(height / 3), height),
	);
	const first = Math.max(0, Math.min(at, last - height));
	return shown
		.slice(first, first + height)
		.map((entry) => drawEntry(entry, entry === selected, columns, paint));
}

function drawEntry(
	entry: Entry,
	isSelected: boolean,
	columns: number,
	paint: Paint,
): string {
	const { facts, sent, isSending, copy } = entry;
	const {
		receivedAt,
		route,
		kind,
		level = "internal",
		outcome,
		payload,
	} = facts;
	const result: Part = isSending
		? { text: "→ …", tone: "dim" }
		: sent === undefined
			? { text: copy.isLate ? "from the inbox" : "", tone: "dim" }
			: { text: showHidden(describeSent(sent)), tone: toneOfSent(sent) };
	const parts: readonly Part[] = [
		{ text: isSelected ? "▶ " : "  ", tone: "name" },
		{
			text: formatTime(new Date(receivedAt)),
			tone: isSelected ? undefined : "dim",
		},
		{
			text: `  ${toWidth(showHidden(route), ROUTE_WIDTH)}`,
			tone: isSelected ? "strong" : undefined,
		},
		{ text: `  ${toWidth(showHidden(kind), KIND_WIDTH)}` },
		{ text: `  ${toWidth(level, LEVEL_WIDTH)}`, tone: "dim" },
		{ text: `  ${toWidth(showHidden(partiesOf(payload)), PARTIES_WIDTH)}` },
		{
			text: `  ${toWidth(outcome, OUTCOME_WIDTH)}`,
			tone: toneOfOutcome(outcome),
		},
		{ text: "  " },
		result,
	];
	return cut(parts, columns, paint);
}

function drawPage(
	page: Page,
	height: number,
	columns: number,
	paint: Paint,
): string[] {
	const lines = page
		.lines()
		.flatMap((line) => wrapLine(showHidden(line), Math.max(20, columns - 2)));
	const most = Math.max(0, lines.length - height + 2);
	page.scroll = Math.min(page.scroll, most);
	const part = lines.slice(page.scroll, page.scroll + height - 2);
	const more =
		lines.length > part.length
			? `  ${page.scroll + 1}–${page.scroll + part.length} of ${lines.length}`
			: "";
	return [
		cut(
			[
				{ text: showHidden(page.title), tone: "strong" },
				{ text: more, tone: "dim" },
			],
			columns,
			paint,
		),
		"",
		...part.map((line) => `  ${line}`),
	];
}

function wrapLine(line: string, columns: number): string[] {
	const letters = [...line];
	if (letters.length <= columns) return [line];
	const parts: string[] = [];
	for (let at = 0; at < letters.length; at += columns)
		parts.push(letters.slice(at, at + columns).join(""));
	return parts;
}

/** Cuts or pads a text to a width. */
function toWidth(text: string, width: number): string {
	const letters = [...text];
	return letters.length > width
		? `${letters.slice(0, width - 1).join("")}…`
		: text.padEnd(width + text.length - letters.length);
}

/** Joins parts, and cuts them at the width of the terminal. */
function cut(parts: readonly Part[], columns: number, paint: Paint): string {
	let left = columns;
	let line = "";
	for (const { text, tone } of parts) {
		const letters = [...text];
		line += paint(letters.slice(0, left).join(""), tone);
		left -= Math.min(left, letters.length);
	}
	return line;
}

/** Names an entry for the title of a page. */
export function nameOf({ facts }: Entry): string {
	return `${facts.kind}  ${facts.route}  ${shortId(facts.id)}`;
}
