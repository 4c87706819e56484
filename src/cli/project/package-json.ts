import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import { CannotRun } from "../io.ts";
import { exists } from "../load.ts";
import { type Change, orNone } from "./change.ts";

/**
 * Plans the scripts of package.json: `start`, `check` and `test`. Existing ones are kept. If neither this folder nor a parent
 * has a package.json, plans a new one. Throws CannotRun for an unreadable one.
 *
 * @param named the arguments with the configuration, empty for routes.yaml
 */
export async function planScripts(
	folder: string,
	named: string,
): Promise<Change | undefined> {
	const file = join(folder, "package.json");
	const text = await orNone(readFile(file, "utf8"));
	if (text === undefined && (await isInsideProject(folder))) return undefined;
	const before = text === undefined ? { private: true } : parse(text);
	const scripts = isRecord(before.scripts) ? before.scripts : {};
	const added = Object.entries(SCRIPTS).filter(
		([name]) => scripts[name] === undefined || scripts[name] === PLACEHOLDER,
	);
	const type =
		before.type === undefined && !(await hasScriptFiles(folder))
			? { type: "module" }
			: {};
	if (added.length === 0 && type.type === undefined) return undefined;
	const after = {
		...before,
		...type,
		scripts: {
			...scripts,
			...Object.fromEntries(
				added.map(([name, command]) => [name, `${command}${named}`]),
			),
		},
	};
	const indent = /^[{[]\r?\n([ \t]+)/.exec(text ?? "")?.[1] ?? "\t";
	const json = `${JSON.stringify(after, null, indent)}\n`;
	return {
		to: "package.json",
		about: [
			...(added.length === 0
				? []
				: [`scripts ${added.map(([name]) => name).join(", ")}`]),
			...(type.type === undefined ? [] : ['"type": "module"']),
		].join(", "),
		write: () =>
			writeFile(file, json, text === undefined ? { flag: "wx" } : {}),
	};
}

// --- helpers ---

const SCRIPTS = {
	start: "switchhook serve",
	check: "switchhook check",
	test: "switchhook test",
};

/** The default `test` of `npm init` counts as missing. */
const PLACEHOLDER = 'echo "Error: no test specified" && exit 1';

function parse(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
		if (isRecord(value)) return value;
	} catch {
		// The same answer as for a list.
	}
	throw new CannotRun(
		"package.json is not valid JSON, so no scripts can be added. Fix it and run `switchhook init` again.",
	);
}

async function isInsideProject(folder: string): Promise<boolean> {
	const parent = dirname(folder);
	if (parent === folder) return false;
	return (
		(await exists(join(parent, "package.json"))) || isInsideProject(parent)
	);
}

/** Returns true if a `.js` or `.ts` file beside package.json may rely on CommonJS. */
async function hasScriptFiles(folder: string): Promise<boolean> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(
		() => [],
	);
	return entries.some(
		(entry) =>
			(entry.isFile() && /\.[jt]sx?$/.test(entry.name)) ||
			(entry.isDirectory() && /^(src|lib|bin|test|app)$/.test(entry.name)),
	);
}
