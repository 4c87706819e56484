import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import type { Steps } from "../../turns.ts";
import { checkShape, type Shape } from "../read/shape.ts";
import type { AuthoredRoute } from "./authored/authored.ts";
import type { Definition } from "./definitions.ts";
import { type Authored, withoutBad } from "./route/draft.ts";

/** A file and the findings of the schema. */
export interface Part {
	readonly file: ConfigFile;
	readonly shape: Shape;
}

/** Checks each file against the schema. */
export function* checkShapes(
	{ files }: { readonly files: readonly ConfigFile[] },
	schema: Parameters<typeof checkShape>[2],
	report: Report,
): Steps<readonly Part[]> {
	const parts: Part[] = [];
	for (const [index, file] of files.entries()) {
		const role = index > 0 ? "included" : "first";
		parts.push({ file, shape: checkShape(file, role, schema, report) });
		yield;
	}
	return parts;
}

/** Returns a section of the first file, without the parts that the schema rejects. */
export function section<T extends object>(
	part: Part,
	key: string,
): Authored<T> {
	const value = sectionOf(part, key);
	const site = new Site(part.file, [key]);
	return withoutBad((isRecord(value) ? value : {}) as T, site, part.shape);
}

/** Lists the definitions in a section of a file. One that the schema rejects has no value. */
export function definitionsOf<T>(part: Part, section: string): Definition<T>[] {
	const definitions = sectionOf(part, section);
	if (!isRecord(definitions)) return [];
	return Object.entries(definitions).map(([name, value]) => ({
		name,
		value: part.shape.isBad(section, name) ? undefined : (value as T),
		site: new Site(part.file, [section, name]),
	}));
}

/** Lists the routes of a file, without the parts that the schema rejects. */
export function routesOf(part: Part): Authored<AuthoredRoute>[] {
	const routes = sectionOf(part, "routes");
	if (!Array.isArray(routes)) return [];
	return routes.flatMap((route: unknown, index) => {
		const site = new Site(part.file, ["routes", index]);
		return isRecord(route)
			? [withoutBad(route as AuthoredRoute, site, part.shape)]
			: [];
	});
}

/** Returns a section as it is written. */
export function sectionOf({ file }: Part, key: string): unknown {
	return isRecord(file.value) ? file.value[key] : undefined;
}
