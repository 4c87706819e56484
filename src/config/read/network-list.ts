import { dirname, relative, resolve } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import { parseJson } from "../../finding/json.ts";
import type { KeyPath, Source } from "../../finding/located.ts";
import type { Report } from "../../finding/report.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import type {
	AuthoredNetwork,
	TextOrList,
} from "../parts/authored/authored.ts";
import { describeReadError, type Environment } from "./expand.ts";

/** The text of a file, or the reason why it cannot be read. */
export type ListText = { readonly text: string } | { readonly problem: string };

/** The files of networks, by absolute path. */
export type Lists = ReadonlyMap<string, ListText>;

/** Ranges as strings, and the position of their list. */
export interface FoundRanges {
	readonly items: TextOrList;
	readonly site: Site;
}

/** Reads every file of a network in these configuration files once. Never throws. */
export async function readLists(
	files: readonly ConfigFile[],
	readFile: Environment["readFile"],
): Promise<Lists> {
	const paths = new Set(files.flatMap(pathsOf));
	const read = async (path: string): Promise<[string, ListText]> => {
		try {
			return [path, { text: await readFile(path) }];
		} catch (error) {
			return [path, { problem: describeReadError(error) }];
		}
	};
	return new Map(await Promise.all([...paths].map(read)));
}

/**
 * Returns the ranges of a network, from the configuration or from its file. A file has one range per line and comments
 * after `#`, or is JSON: a list of strings, or a mapping with exactly one such list, as platforms publish them. Returns
 * undefined, with a finding, if there are none.
 */
export function findRanges(
	network: AuthoredNetwork,
	site: Site,
	lists: Lists,
	report: Report,
): FoundRanges | undefined {
	if (typeof network === "string" || !("file" in network)) {
		return { items: network, site };
	}
	const at = site.in("file");
	const path = pathOf(network.file, site.file);
	const list = lists.get(path);
	if (list === undefined || "problem" in list) {
		report.error(at.at(), {
			what: `the list of networks ${at.show(network.file)} ${list?.problem ?? "cannot be read"}`,
			todo: "create it, or correct its path; it is relative to this file",
		});
		return undefined;
	}
	const text = list.text.replace(/^\uFEFF/, "");
	const isJson = /^\s*[[{]/.test(text);
	const source = isJson ? readJson(text, path, report) : readLines(text, path);
	if (source === undefined) return undefined;
	const folder = dirname(site.file.source.file);
	const found = findList(source, relative(folder, path), report);
	if (found?.items.length === 0) {
		report.error(at.at(), {
			what: `the list of networks ${at.show(network.file)} is empty and admits nobody`,
			todo: "write a CIDR a line into it",
		});
		return undefined;
	}
	return found;
}

// --- helpers ---

function pathOf(path: string, file: ConfigFile): string {
	return resolve(dirname(file.source.file), path);
}

/** Returns the list files of a configuration file. The schema checks values that are not strings. */
function pathsOf(file: ConfigFile): string[] {
	if (!isRecord(file.value) || !isRecord(file.value.networks)) return [];
	return Object.entries(file.value.networks).flatMap(([name, network]) => {
		const path = isRecord(network) ? network.file : undefined;
		const site = new Site(file, ["networks", name, "file"]);
		return typeof path === "string" && path !== "" && !site.isBroken()
			? [pathOf(path, file)]
			: [];
	});
}

/** Returns the non-empty lines with their positions. */
function readLines(text: string, file: string): Source {
	const items: string[] = [];
	const sites: { line: number; column: number }[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		const item = line.replace(/#.*$/s, "").trim();
		if (item === "") continue;
		items.push(item);
		sites.push({ line: index + 1, column: line.indexOf(item) + 1 });
	}
	return {
		file,
		value: items,
		locate: ([index]) => ({
			file,
			...(sites[Number(index)] ?? { line: 1, column: 1 }),
		}),
	};
}

function readJson(
	text: string,
	file: string,
	report: Report,
): Source | undefined {
	const { source, findings } = parseJson(text, file);
	for (const { what, todo, ...at } of findings)
		report.error(at, { what, todo });
	return source;
}

function findList(
	source: Source,
	label: string,
	report: Report,
): { readonly items: readonly string[]; readonly site: Site } | undefined {
	const file: ConfigFile = {
		source,
		label,
		value: source.value,
		secret: new Set(),
		broken: new Set(),
	};
	const site = new Site(file, []);
	const keys = isRecord(source.value)
		? Object.entries(source.value).flatMap(([key, value]) =>
				Array.isArray(value) ? [key] : [],
			)
		: undefined;
	// Several lists may be of several sorts, and joining them would let in more than was meant.
	if (keys !== undefined && keys.length !== 1) {
		report.error(site.at(), {
			what:
				keys.length === 0
					? "the mapping has no list"
					: `the mapping has several lists: ${keys.map((key) => `\`${key}\``).join(", ")}`,
			expected: "a list of CIDRs, or a mapping with one such list in it",
		});
		return undefined;
	}
	const path: KeyPath = keys ?? [];
	const [key] = keys ?? [];
	const list: unknown =
		key !== undefined && isRecord(source.value)
			? source.value[key]
			: source.value;
	if (!Array.isArray(list)) return undefined;
	return toTexts(list, site.in(...path), report);
}

function toTexts(
	list: readonly unknown[],
	site: Site,
	report: Report,
): { readonly items: readonly string[]; readonly site: Site } | undefined {
	const strange = list.flatMap((item, index) =>
		typeof item === "string" ? [] : [index],
	);
	for (const index of strange) {
		report.error(
			site.at(index),
			{
				what: "an entry of the list is not text",
				expected: 'a CIDR in quotes, such as `"203.0.113.0/24"`',
			},
			`no text ${site.file.source.file}`,
		);
	}
	return strange.length > 0
		? undefined
		: { items: list as readonly string[], site };
}
