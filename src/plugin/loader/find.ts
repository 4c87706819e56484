import { type Dirent, existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Wording } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";

/** Plugins of a folder: name to absolute file. */
export type PluginFiles = ReadonlyMap<string, string>;

/** The file endings of a plugin. If two files have the same name, the earlier ending counts. */
export const PLUGIN_ENDINGS = [".ts", ".mjs", ".js"] as const;

/**
 * Lists the plugins of a folder: its `.ts`, `.mjs` and `.js` files by their names without the ending,
 * and its folders that have an `index` file. A folder that is not there has none.
 */
export async function findPlugins(folder: string): Promise<PluginFiles> {
	const found = new Map<string, string>();
	const entries = await readFolder(folder);
	for (const ending of PLUGIN_ENDINGS) {
		for (const entry of entries) {
			const name = nameOf(entry, ending);
			if (name === undefined || found.has(name)) continue;
			const path = join(folder, entry.name);
			const file =
				extname(path) === ending ? path : join(path, `index${ending}`);
			if (file === path || existsSync(file)) found.set(name, file);
		}
	}
	return found;
}

/** Lists the plugins that come with Switchhook. */
export function findShippedPlugins(): Promise<PluginFiles> {
	return findPlugins(SHIPPED);
}

/** The file of a plugin, or the reason why there is none. */
export type PluginPlace =
	| { readonly file: string }
	| ({ readonly file: undefined } & Wording);

/**
 * Finds the plugin of `handler: { plugin: … }`: a plugin of the plugins folder by its bare name, otherwise a shipped plugin, or
 * a file or folder by its path, relative to `folder` (the folder of routes.yaml).
 */
export async function resolvePlugin(
	reference: string,
	folder: string,
	plugins: PluginFiles,
	shipped: PluginFiles = new Map(),
): Promise<PluginPlace> {
	const named = plugins.get(reference) ?? shipped.get(reference);
	if (named !== undefined) return { file: named };
	if (isPath(reference)) {
		const path = resolve(folder, reference);
		const file = await fileAt(path);
		if (file !== undefined) return { file };
		return {
			file: undefined,
			what: `there is no plugin at \`${reference}\``,
			expected: "a .ts, .mjs or .js file, or a folder with an index",
			todo: `paths start from ${folder}`,
		};
	}
	const names = [...new Set([...plugins.keys(), ...shipped.keys()])].sort();
	return {
		file: undefined,
		what: `unknown plugin \`${reference}\``,
		expected:
			names.length === 0
				? undefined
				: `${names.length === 1 ? "" : "one of "}${listWords(names)}`,
		todo:
			didYouMean(reference, names) ??
			`make the file plugins/${reference}.ts, or write a path such as \`../${reference}.ts\``,
	};
}

// --- helpers ---

/** `src/plugin` and `dist/plugin` are equally deep in the package. */
const SHIPPED = fileURLToPath(
	new URL("../../../plugins/shipped", import.meta.url),
);

async function readFolder(folder: string): Promise<readonly Dirent[]> {
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch {
		return [];
	}
}

/** Returns the plugin's name for an entry. A link may be a file or a folder. */
function nameOf(entry: Dirent, ending: string): string | undefined {
	const { name } = entry;
	if (name.startsWith(".") || name === "node_modules") return undefined;
	const isFile = !entry.isDirectory() && extname(name) === ending;
	if (isFile && name.endsWith(`.d${ending}`)) return undefined;
	if (isFile) return name.slice(0, -ending.length);
	return entry.isFile() ? undefined : name;
}

function isPath(reference: string): boolean {
	return (
		reference.startsWith(".") ||
		isAbsolute(reference) ||
		/[/\\]/.test(reference) ||
		PLUGIN_ENDINGS.some((ending) => reference.endsWith(ending))
	);
}

async function fileAt(path: string): Promise<string | undefined> {
	const found = await stat(path).catch(() => undefined);
	if (found?.isFile()) return path;
	if (!found?.isDirectory()) return undefined;
	return PLUGIN_ENDINGS.map((ending) => join(path, `index${ending}`)).find(
		(file) => existsSync(file),
	);
}
