import { showHidden } from "../../observe/plain-text.ts";
import { formatMs } from "../../observe/terminal/amounts.ts";
import { type Cell, words, wrap } from "../../observe/terminal/layout.ts";
import type { Paint } from "../../observe/terminal/paint.ts";
import { groupBy } from "../../route/group.ts";
import type {
	InboxReport,
	RouteReport,
	StartReport,
	UrlReport,
} from "./report.ts";

/** The terminal that shows URLs. */
export interface UrlView {
	readonly paint: Paint;
	/** The columns of the terminal. Infinity for no limit. */
	readonly columns: number;
}

/** The options that the lines of a start depend on. */
export interface StartView extends UrlView {
	/** True where the log masks personal data. */
	readonly isMasked: boolean;
	/** The hint about keys, such as `press h for help`. Default: none. */
	readonly hint?: string | undefined;
}

/** Writes the start for a person: name, version and time; where it listens; the inbox; each URL with its routes. */
export function describeStart(report: StartReport, view: StartView): string[] {
	const { version, readyInMs, addresses, publicUrl, workers } = report;
	const { paint, isMasked, hint } = view;
	const fact = (label: string, cells: readonly Cell[]): string[] =>
		describeFact(label, cells, view);
	return [
		"",
		`  ${paint("switchhook", "strong")} ${paint(`v${version}`, "good")}  ${paint(`ready in ${formatMs(readyInMs)}`, "dim")}`,
		"",
		...addresses.flatMap((address) =>
			fact("listens on", [{ text: address, tone: "name" }]),
		),
		...(report.isPublicUrlWritten
			? fact("public URL", [{ text: publicUrl, tone: "name" }])
			: []),
		...(workers === undefined
			? []
			: fact("workers", [{ text: String(workers) }])),
		...fact("inbox", inboxCells(report.inbox)),
		...(report.inbox.paused === undefined
			? []
			: fact("paused", pausedCells(report.inbox.paused))),
		...describeAdmin(report, view),
		"",
		...describeServed(report, view),
		"",
		...(isMasked
			? wrapped(
					words(
						"texts and numbers are masked; --log-payloads shows them",
						"dim",
					),
					view,
				)
			: []),
		...(hint === undefined ? [] : wrapped(words(hint), view)),
		"",
	];
}

/** Writes the address of the admin listener, and each URL with its routes. */
export function describeUrls(report: UrlReport, view: UrlView): string[] {
	const admin = describeAdmin(report, view);
	return [
		...(admin.length === 0 ? [] : [...admin, ""]),
		...describeServed(report, view),
	];
}

// --- helpers ---

const LABEL_WIDTH = 11;

function describeFact(
	label: string,
	cells: readonly Cell[],
	view: UrlView,
): string[] {
	return wrapped(
		[{ text: label, tone: "dim", width: LABEL_WIDTH }, ...cells],
		view,
	);
}

function describeAdmin({ admin }: UrlReport, view: UrlView): string[] {
	if (admin === undefined) return [];
	return describeFact("admin", [{ text: admin.pageUrl, tone: "name" }], view);
}

function describeServed(
	{ publicUrl, routes, shown }: UrlReport,
	view: UrlView,
): string[] {
	const more = routes - shown.length;
	const rest = `and ${more} more: see switchhook routes`;
	return [
		...describeRoutes(shown, publicUrl, view),
		...(more > 0 ? [`  ${view.paint(rest, "dim")}`] : []),
	];
}

function wrapped(
	cells: readonly Cell[],
	{ paint, columns }: UrlView,
	indent = 2,
): string[] {
	const head = " ".repeat(indent);
	// Text that does not fit beside a label or a name is indented below it.
	// Names and paths come from the user, and possibly from a generated file.
	const clean = cells.map((cell) => ({ ...cell, text: showHidden(cell.text) }));
	return wrap(clean, {
		head,
		used: indent,
		indent: indent + 2,
		columns,
		paint,
	}).map((line) => line.trimEnd());
}

function inboxCells({ store, earlier }: InboxReport): Cell[] {
	if (store === "none")
		return [{ text: "none (events are not stored)", tone: "warn" }];
	const { waiting = 0, dead = 0, quarantined = 0 } = earlier ?? {};
	const count = (value: number, text: string, tone: Cell["tone"]): Cell[] =>
		value === 0 ? [] : [{ text: `${value} ${text}`, tone }];
	return [
		{ text: store },
		...count(waiting, "waiting from an earlier run", "warn"),
		...count(dead, "dead", "bad"),
		...count(quarantined, "in quarantine", "warn"),
	];
}

/** The paused routes that a start names; `switchhook pauses` has all. */
const PAUSED_SHOWN = 5;

function pausedCells(paused: readonly string[]): Cell[] {
	const more = paused.length - PAUSED_SHOWN;
	return [
		...paused
			.slice(0, PAUSED_SHOWN)
			.map((text): Cell => ({ text, tone: "warn" })),
		...(more > 0 ? words(`and ${more} more`) : []),
		...words("see switchhook pauses", "dim"),
	];
}

function describeRoutes(
	routes: readonly RouteReport[],
	publicUrl: string,
	view: UrlView,
): string[] {
	const widthOf = (text: (route: RouteReport) => string): number =>
		Math.max(0, ...routes.map((route) => text(route).length));
	const widths = {
		name: widthOf(({ name }) => name),
		methods: widthOf(methodsOf),
		kind: widthOf(({ kind }) => kind),
		level: widthOf(({ level = "" }) => level),
	};
	const line = (route: RouteReport): string[] =>
		wrapped(
			[
				{ text: methodsOf(route), tone: "dim", width: widths.methods },
				{ text: route.name, tone: "name", width: widths.name },
				{ text: route.kind, width: widths.kind },
				{ text: route.level ?? "", tone: "dim", width: widths.level },
				{ text: route.handler },
			],
			view,
			4,
		);
	return [...groupBy(routes, ({ path }) => path)].flatMap(([path, group]) => [
		path === undefined
			? `  ${view.paint("internal", "dim")}`
			: `  ${view.paint(showHidden(publicUrl), "dim")}${showHidden(path)}`,
		...group.flatMap(line),
	]);
}

function methodsOf({ methods }: RouteReport): string {
	return methods.join(" ");
}
