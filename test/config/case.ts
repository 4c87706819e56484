import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Checked, checkConfig } from "../../src/config/check.ts";
import { readConfig } from "../../src/config/read/read.ts";
import { type Finding, formatFinding } from "../../src/finding/finding.ts";
import type { ConfiguredScheme } from "../../src/gate/schemes/scheme.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import type { KindCatalog } from "../../src/kind/kind.ts";
import type { Match } from "../../src/route/conditions/condition.ts";
import { toPlain } from "../../src/route/conditions/show.ts";
import { kinds } from "./kinds.ts";

/** The folder that holds a folder for each case. */
export const CASES = fileURLToPath(new URL("cases/", import.meta.url));

/** What a case's `routes.yaml` comes to, with every path relative to the case's folder. */
export interface Outcome {
	/** The findings as they are printed, one a line. */
	readonly text: string;
	/** The notes, likewise. */
	readonly notes: string;
	/** The settings as JSON holds them; undefined where there are errors. */
	readonly settings: unknown;
}

export function listCases(): string[] {
	return readdirSync(CASES).sort();
}

/** Reads and checks the `routes.yaml` of a folder; its `env.json`, if any, is the environment. */
export async function runCase(folder: string): Promise<Outcome> {
	const env = join(folder, "env.json");
	const read = await readConfig(join(folder, "routes.yaml"), {
		env: existsSync(env) ? JSON.parse(readFileSync(env, "utf8")) : {},
	});
	const { findings, notes, settings } = checkConfig(read, {
		kinds,
		handlerTypes: HANDLER_TYPES,
	});
	const relative = (text: string): string =>
		text.replaceAll(`${folder}/`, "").replaceAll(folder, ".");
	const print = (some: readonly Finding[]): string =>
		some.map((finding) => `${relative(formatFinding(finding))}\n`).join("");
	return {
		text: print(findings),
		notes: print(notes),
		settings:
			settings === undefined
				? undefined
				: JSON.parse(relative(JSON.stringify(settings, mapsToObjects))),
	};
}

/** Checks a text as if it were a file in an empty folder; every file that it names exists, and lists a range. */
export async function checkText(
	text: string,
	env: Readonly<Record<string, string>> = {},
	catalog: KindCatalog = kinds,
): Promise<Checked & { readonly lines: readonly string[] }> {
	const read = await readConfig("/config/routes.yaml", {
		env,
		readFile: async (file) =>
			file === "/config/routes.yaml" ? text : "203.0.113.0/24\n",
	});
	const checked = checkConfig(read, {
		kinds: catalog,
		handlerTypes: HANDLER_TYPES,
		isFile: () => true,
	});
	return { ...checked, lines: checked.findings.map(formatFinding) };
}

/** A value for each variable that a text requires: a secret of every scheme. */
export function environmentOf(text: string): Record<string, string> {
	return Object.fromEntries(
		[...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""], index) => [
			name,
			Buffer.from(`${name} ${index} of the documentation`).toString("base64"),
		]),
	);
}

// --- helpers ---

/** Makes a configuration as plain as JSON is: of a configured scheme its settings say it all. */
function mapsToObjects(key: string, value: unknown): unknown {
	if (key === "signature") {
		return (value as readonly ConfiguredScheme[]).map((one) => one.settings);
	}
	if (key === "match") return value && toPlain(value as Match);
	return value instanceof Map ? Object.fromEntries(value) : value;
}
