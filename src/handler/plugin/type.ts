import { dirname, isAbsolute, join, resolve } from "node:path";
import type { SchemaPart } from "../../config/handler-spec.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import type { Finding, Wording } from "../../finding/finding.ts";
import type { Inputs } from "../../inputs.ts";
import { memo, once } from "../../memo.ts";
import { createPluginLog } from "../../observe/plugin-log.ts";
import {
	findPlugins,
	findShippedPlugins,
	type PluginFiles,
	resolvePlugin,
} from "../../plugin/loader/find.ts";
import { loadPlugin } from "../../plugin/loader/load.ts";
import type { HandlerProblem } from "../../plugin/loader/options.ts";
import { createPlaceOf } from "../../plugin/loader/trace.ts";
import type { Handler } from "../handler.ts";
import type {
	Built,
	HandlerBuilder,
	HandlerGround,
	HandlerSite,
	HandlerType,
} from "../handler-type.ts";
import { checkPluginRoute } from "./check.ts";
import { type BuiltPlugin, createPluginHandler } from "./plugin.ts";
import { createPluginTables } from "./tables.ts";

/** The plugin that handles the events, and its options. */
export interface PluginSettings extends HandlerSettings {
	readonly type: "plugin";
	/** A bare name for `plugins/`, or an absolute path whose existence is not checked yet. */
	readonly plugin: string;
	readonly options: unknown;
}

interface AuthoredPlugin {
	readonly plugin: string;
	readonly options?: Readonly<Record<string, unknown>>;
}

const KEYS: Readonly<Record<string, SchemaPart>> = {
	plugin: {
		description:
			"A [plugin](plugins.md): the name of a file or folder in `plugins/`, or a path relative to this file.",
		type: "string",
		minLength: 1,
		// Editors suggest the shipped plugins.
		anyOf: [{ enum: ["keywords", "log", "long-sms"] }, {}],
		defaultNote: "none",
		examples: ["log"],
	},
	options: {
		description: "Options of the plugin, validated by the plugin's own schema.",
		type: "object",
		default: {},
		examples: [{ message: "receipt", fields: ["status"] }],
	},
};

/** `plugin`: code of the user, or a shipped plugin. */
export const plugin: HandlerType<PluginSettings, AuthoredPlugin> = {
	name: "plugin",
	schema: { keys: KEYS },
	modes: ["accept", "reply"],
	read({ plugin: name, options = {} }, site) {
		// A bare name is kept for `plugins/`.
		const isPath = /[\\/]/.test(name);
		const found = isPath ? resolve(dirname(site.file.source.file), name) : name;
		return { type: "plugin", plugin: found, options };
	},
	// A bare name is a plugin of `plugins/`, or a shipped one.
	describe: (settings, show) => `plugin ${show(settings.plugin)}`,
	createBuilder,
};

// --- helpers ---

function createBuilder(ground: HandlerGround): HandlerBuilder<PluginSettings> {
	const read = createPluginReader(ground);
	const placeOf = createPlaceOf(ground.folder);
	const tables = once(() => createPluginTables(ground.templates.tables));
	const build = (
		{ plugin, findings }: LoadedPlugin,
		{ options }: PluginSettings,
		site: HandlerSite,
	): Built | Promise<Built> => {
		if (plugin === undefined) return { handler: undefined, findings };
		const { route, kind, mode } = site;
		const { name, level, path = "" } = route;
		const { urls, log, handOn, keeper } = ground;
		const pluginRoute = { name, kind: kind.name, level, mode, path };
		if (log === undefined) {
			const init = { plugin, options, kind, urls, route: pluginRoute };
			const { problems, handsOn } = checkPluginRoute(init);
			return toBuilt({ handler: { ...IDLE, handsOn }, problems });
		}
		const made = createPluginHandler({
			plugin,
			options,
			kind,
			urls,
			tables: tables(),
			route: pluginRoute,
			checker: ground.checkerOf(site),
			handOn,
			keeper,
			placeOf,
			log: createPluginLog(
				log,
				{ plugin: plugin.name, route: name },
				kind.privacy,
			),
		});
		return made instanceof Promise ? made.then(toBuilt) : toBuilt(made);

		function toBuilt({ handler, problems }: BuiltPlugin): Built {
			const found = toFindings(problems, site);
			return { handler, findings: joined(findings, found) };
		}
	};
	return {
		build(settings, site) {
			const found = read(settings.plugin, site);
			return found instanceof Promise
				? found.then((loaded) => build(loaded, settings, site))
				: build(found, settings, site);
		},
	};
}

/** Joins two lists. Both are empty for most routes, which then share one. */
function joined<T>(some: readonly T[], more: readonly T[]): readonly T[] {
	return more.length === 0 ? some : [...some, ...more];
}

/** Replaces a plugin that is not set up. */
const IDLE: Handler = {
	handle() {
		throw new Error("this plugin was only checked, not set up");
	},
};

/** Loads the plugins of routes, each file once. Returns no promise for one that another route has loaded. */
function createPluginReader({
	folder,
	inputs,
	templates,
}: Pick<HandlerGround, "folder" | "inputs" | "templates">) {
	const folders = once(() =>
		Promise.all([
			findOwnPlugins(join(folder, "plugins"), inputs),
			findShippedPlugins(),
		]),
	);
	const byFile = new Map<string, ReturnType<typeof loadPlugin>>();
	const byName = new Map<string, Promise<FoundPlugin>>();
	const loaded = new Map<string, LoadedPlugin>();
	const noted = new Set<string>();
	const find = async (name: string): Promise<FoundPlugin> => {
		const [files, shipped] = await folders();
		const found = await resolvePlugin(name, folder, files, shipped);
		if (found.file === undefined) {
			// The path does not exist yet, but the file may be created.
			if (isAbsolute(name)) inputs.file(name);
			const { what, expected, todo } = found;
			const mistake = { what, expected, todo };
			return { plugin: undefined, findings: [], mistake };
		}
		const { file } = found;
		inputs.file(file, name);
		// The shipped plugins use no table.
		if (shipped.get(name) !== file) templates.usage.useAll();
		const read = await memo(byFile, file, () => loadPlugin(file, { inputs }));
		const isHiding = files.get(name) === file && shipped.has(name);
		if (isHiding) return { ...read, note: hidden(name) };
		loaded.set(name, read);
		return read;
	};
	const findFor = async (
		name: string,
		{ route, key }: HandlerSite,
	): Promise<LoadedPlugin> => {
		const found = await memo(byName, name, () => find(name));
		const { plugin, findings, mistake, note } = found;
		if (mistake !== undefined) {
			const at = route.locate(key, "plugin");
			return { plugin, findings: [{ ...at, severity: "error", ...mistake }] };
		}
		if (note === undefined || noted.has(name)) return found;
		noted.add(name);
		const at = route.locate(key, "plugin");
		return {
			plugin,
			findings: [...findings, { ...at, severity: "note", ...note }],
		};
	};
	return (name: string, site: HandlerSite) =>
		loaded.get(name) ?? findFor(name, site);
}

type LoadedPlugin = Awaited<ReturnType<typeof loadPlugin>>;

/** The plugin of a name. */
interface FoundPlugin extends LoadedPlugin {
	/** The reason why there is none. */
	readonly mistake?: Wording;
	/** A note for the first route that names it. */
	readonly note?: Wording;
}

function hidden(name: string): Wording {
	return {
		what: `\`${name}\` in \`plugins/\` takes the place of the plugin of that name that Switchhook ships`,
		todo: "rename the file to use the shipped one",
	};
}

/** Lists the plugins of the user's folder, and tells the inputs that others may be added. */
async function findOwnPlugins(
	folder: string,
	inputs: Inputs,
): Promise<PluginFiles> {
	const list = (plugins: PluginFiles) => [...plugins.values()];
	const plugins = await findPlugins(folder);
	inputs.choice({
		name: folder,
		found: list(plugins),
		async find(look) {
			look(folder);
			return list(await findPlugins(folder));
		},
	});
	return plugins;
}

function toFindings(
	problems: readonly HandlerProblem[],
	{ route, key }: HandlerSite,
): Finding[] {
	return problems.map(({ keys, ...words }) => ({
		...route.locate(key, ...keys),
		severity: "error",
		...words,
	}));
}
