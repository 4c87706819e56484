import type { Command } from "commander";
import type { RouteSettings, Settings } from "../../config/settings.ts";
import type { Setting } from "../../kind/kind.ts";
import { toPlain } from "../../route/conditions/show.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadUsable, toShown } from "../load.ts";
import { formatTable } from "../table.ts";

/** Creates `switchhook routes`, which lists every route with its URL, and where that URL is set at the platform. */
export function routesCommand(io: Io): Command {
	const command = createCommand(
		"routes",
		"Lists the routes: URL, methods, kind, level, handler, and where the URL has to be set at the platform.",
		["routes", "routes --json"],
	);
	return withConfig(command)
		.summary("Lists the routes, and where each URL is set.")
		.option("--json", "print the routes as JSON")
		.action((options: RoutesOptions) => list(io, options));
}

/** A route as it is listed. */
export interface Row {
	readonly name: string;
	readonly url: string;
	readonly methods: readonly string[];
	readonly kind: string;
	readonly level: string;
	readonly mode: string;
	readonly match: Readonly<Record<string, unknown>> | undefined;
	readonly handler: string;
	/** The setting of the platform that takes the URL; undefined where it has none. */
	readonly setting: Setting | undefined;
}

/** Lists the routes of a configuration in the order of its files. */
export function listRoutes(
	settings: Settings,
	runtime: Pick<Runtime, "routes">,
): readonly Row[] {
	const served = new Map(runtime.routes.map((route) => [route.name, route]));
	return settings.routes.flatMap((route) => {
		const known = served.get(route.name);
		return known === undefined ? [] : [toRow(route, known, settings)];
	});
}

// --- helpers ---

interface RoutesOptions extends ConfigOptions {
	readonly json?: true;
}

async function list(io: Io, options: RoutesOptions): Promise<void> {
	const { json } = options;
	const { settings, runtime } = await loadUsable(io, options);
	const rows = listRoutes(settings, runtime);
	if (json) {
		writeJson(io.stdout, rows);
		return;
	}
	writeLines(io.stdout, formatTable([HEAD, ...rows.map(toCells)]));
	const set = rows.filter(({ setting }) => setting !== undefined);
	if (set.length === 0) return;
	writeLines(io.stdout, [
		"",
		"Where each URL is set at the platform:",
		"",
		...formatTable([SETTING_HEAD, ...set.map(toSettingCells)]),
	]);
}

const HEAD = ["NAME", "METHODS", "KIND", "LEVEL", "HANDLER", "URL"];
const SETTING_HEAD = ["NAME", "DASHBOARD", "REST"];

function toRow(
	route: RouteSettings,
	served: ServedRoute,
	{ server, folder }: Settings,
): Row {
	const { kind, methods, level, mode, match } = served;
	return {
		name: route.name,
		url: `${server.publicUrl}${route.path}`,
		methods,
		kind: kindName(route),
		level,
		mode,
		match: match && toPlain(match),
		handler: served.describe("handler", (path) => toShown(folder, path)) ?? "-",
		setting: kind.settings[level],
	};
}

/** Names the kind of a route. One with neither kind nor schema answers everyone the same. */
function kindName({ kind }: RouteSettings): string {
	return kind ?? "-";
}

function toCells(row: Row): string[] {
	const { name, methods, kind, level, handler, url } = row;
	return [name, methods.join(" "), kind, level, handler, url];
}

function toSettingCells({ name, setting }: Row): string[] {
	return [name, setting?.dashboard ?? "-", setting?.rest ?? "-"];
}
