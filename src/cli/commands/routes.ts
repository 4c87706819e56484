import type { Command } from "commander";
import type { RouteSettings, Settings } from "../../config/settings.ts";
import { type PauseReport, toPauseReport } from "../../desk/pause-text.ts";
import { formatRate } from "../../finding/rate.ts";
import { toShown } from "../../finding/shown-path.ts";
import { formatDuration } from "../../finding/units.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import type { Setting } from "../../kind/kind.ts";
import { toPlain } from "../../route/conditions/show.ts";
import { hasPath } from "../../route/route.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadUsable } from "../load.ts";
import { peekPauses } from "../pause/read.ts";
import { formatTable } from "../table.ts";

/** Creates `switchhook routes`, which lists every route with its URL, and the platform's setting for that URL. */
export function routesCommand(io: Io): Command {
	const command = createCommand(
		"routes",
		"Lists the routes with URL, methods, kind, level, match, firewall, signature, mode and handler, and where to set each URL at the platform.",
		["routes", "routes --json"],
	);
	return withConfig(command)
		.option("--json", "print everything about each route as JSON")
		.action((options: RoutesOptions) => list(io, options));
}

/** A route in the list. */
export interface Row {
	readonly name: string;
	/** Undefined for an internal route. */
	readonly url: string | undefined;
	readonly methods: readonly string[];
	readonly kind: string;
	/** Undefined for an internal route. */
	readonly level: string | undefined;
	readonly mode: string;
	readonly match: Readonly<Record<string, unknown>> | undefined;
	/** Names of networks, or CIDRs. */
	readonly firewall: readonly string[];
	/** The schemes, of which one must match. `none` if nothing is signed. */
	readonly signature: readonly string[];
	readonly handler: string;
	/** The routes that each get a delivery of an event. Empty unless the route fans out. */
	readonly targets: readonly string[];
	/** The route that fans out to this one, if it is written there. */
	readonly parent: string | undefined;
	readonly fallback: string | undefined;
	readonly timeoutMs: number;
	readonly bodyLimitBytes: number;
	readonly onDenied: string;
	readonly onUnsigned: string;
	readonly onInvalid: string;
	readonly concurrency: number;
	readonly orderBy: readonly string[];
	/** How many handlers start in a time, as `rate` is written. Undefined for no limit. */
	readonly rate: string | undefined;
	readonly delayMs: number | undefined;
	/** Undefined if the route is not paused. */
	readonly paused: PauseReport | undefined;
	/** The position of the route in its file. */
	readonly file: string;
	readonly line: number;
	/** The setting of the platform for the URL. Undefined if there is none. */
	readonly setting: Setting | undefined;
}

/** Lists the routes of a configuration in the order of its files. */
export function listRoutes(
	settings: Settings,
	runtime: Pick<Runtime, "routes">,
	pauses: readonly Pause[] = [],
): readonly Row[] {
	const served = new Map(runtime.routes.map((route) => [route.name, route]));
	return settings.routes.flatMap((route) => {
		const known = served.get(route.name);
		if (known === undefined) return [];
		const pause = pauses.find((one) => one.route === route.name);
		return [toRow(route, known, settings, pause)];
	});
}

// --- helpers ---

interface RoutesOptions extends ConfigOptions {
	readonly json?: true;
}

async function list(io: Io, options: RoutesOptions): Promise<void> {
	const { json } = options;
	const { settings, runtime } = await loadUsable(io, options);
	const { pauses } = await peekPauses(settings);
	const rows = listRoutes(settings, runtime, pauses);
	if (json) {
		writeJson(io.stdout, rows);
		return;
	}
	writeLines(io.stdout, layOut(rows, io.screens?.stdout?.columns));
	const set = rows.filter(({ setting }) => setting !== undefined);
	if (set.length === 0) return;
	const table = formatTable([SETTING_HEAD, ...set.map(toSettingCells)]);
	writeLines(io.stdout, [
		"",
		"Where to set each URL at the platform:",
		"",
		...(fits(table, io.screens?.stdout?.columns)
			? table
			: set.flatMap(toSettingBlock)),
	]);
}

const HEAD = [
	"NAME",
	"METHODS",
	"KIND",
	"LEVEL",
	"MATCH",
	"FIREWALL",
	"SIGNATURE",
	"MODE",
	"PACE",
	"HANDLER",
	"URL",
];
const SETTING_HEAD = ["NAME", "DASHBOARD", "REST"];

/** Stands in place of a URL. */
const INTERNAL = "internal";

function toRow(
	route: RouteSettings,
	served: ServedRoute,
	{ server, folder }: Settings,
	pause: Pause | undefined,
): Row {
	const { kind, methods, level, mode, match } = served;
	const show = (path: string): string => toShown(folder, path);
	const { file, line } = route.locate();
	return {
		name: route.name,
		url: hasPath(route) ? `${server.publicUrl}${route.path}` : undefined,
		methods,
		kind: kindName(route),
		level,
		mode,
		match: match && toPlain(match),
		firewall: route.firewall,
		signature: route.signature.map(({ scheme }) => scheme.name),
		handler: served.describe("handler", show) ?? "-",
		targets: served.targets?.map(({ name }) => name) ?? [],
		parent: served.parent,
		fallback: served.describe("fallback", show),
		timeoutMs: served.timeoutMs,
		bodyLimitBytes: route.bodyLimitBytes,
		onDenied: route.onDenied,
		onUnsigned: route.onUnsigned,
		onInvalid: served.onInvalid,
		concurrency: served.concurrency,
		orderBy: route.orderBy,
		rate: route.rate && formatRate(route.rate.intervalMs),
		delayMs: route.delayMs,
		paused: pause && toPauseReport(pause),
		file: show(file),
		line,
		setting: level && kind.settings[level],
	};
}

/** Names the kind of a route. A route with neither kind nor schema gives everyone the same answer. */
function kindName({ kind }: RouteSettings): string {
	return kind ?? "-";
}

/** Writes a table if the terminal is wide enough, otherwise one block for each route. */
function layOut(rows: readonly Row[], columns: number | undefined): string[] {
	const cells = rows.map(toCells);
	// Empty columns are omitted.
	const isUsed = HEAD.map((_, at) => cells.some((row) => row[at] !== "-"));
	const table = formatTable(
		[HEAD, ...cells].map((row) => row.filter((_, at) => isUsed[at])),
	);
	return fits(table, columns) ? table : rows.flatMap(toBlock);
}

function fits(lines: readonly string[], columns: number | undefined): boolean {
	return (
		columns === undefined || lines.every(({ length }) => length <= columns)
	);
}

function toCells(row: Row): string[] {
	const { name, methods, kind, mode, handler, url } = row;
	return [
		name,
		listOf(methods),
		kind,
		levelOf(row),
		describeMatch(row),
		listOf(row.firewall),
		listOf(row.signature),
		mode,
		describePace(row),
		handler,
		url ?? INTERNAL,
	];
}

function toBlock(row: Row): string[] {
	const lines = [
		["", row.url ?? INTERNAL],
		["methods", listOf(row.methods)],
		["kind", row.kind],
		["level", levelOf(row)],
		["match", describeMatch(row)],
		["firewall", listOf(row.firewall)],
		["signature", listOf(row.signature)],
		["mode", row.mode],
		["pace", describePace(row)],
		["handler", row.handler],
		["fallback", row.fallback ?? "-"],
	] as const;
	return [
		row.name,
		...lines
			.filter(([, text]) => text !== "-")
			.map(
				([label, text]) => `  ${label.padEnd(label === "" ? 0 : 11)}${text}`,
			),
	];
}

/** Only webhooks of the platform have a level. */
function levelOf({ kind, level, setting }: Row): string {
	return kind === "-" || setting === undefined ? "-" : (level ?? "-");
}

function listOf(names: readonly string[]): string {
	return names.length === 0 ? "-" : names.join(" ");
}

function describeMatch({ match = {} }: Row): string {
	const parts = Object.entries(match).map(
		([field, accepted]) =>
			`${field}=${Array.isArray(accepted) ? accepted.join("|") : JSON.stringify(accepted)}`,
	);
	return parts.length === 0 ? "-" : parts.join(" ");
}

/** Writes what holds events back: `paused until 2026-01-31T09:30:00.000Z, 10/s, 30s after arrival`. */
function describePace({ paused, rate, delayMs }: Row): string {
	const parts = [
		paused && `paused${paused.until === null ? "" : ` until ${paused.until}`}`,
		rate,
		delayMs && `${formatDuration(delayMs)} after arrival`,
	].filter((part) => part !== undefined);
	return parts.length === 0 ? "-" : parts.join(", ");
}

function toSettingBlock({ name, setting }: Row): string[] {
	return [
		name,
		`  dashboard  ${setting?.dashboard ?? "-"}`,
		`  REST       ${setting?.rest ?? "-"}`,
	];
}

function toSettingCells({ name, setting }: Row): string[] {
	return [name, setting?.dashboard ?? "-", setting?.rest ?? "-"];
}
