import type { Site } from "../../finding/site.ts";
import {
	findHeaderTemplates,
	type HeaderTemplate,
} from "../template/header-values.ts";
import { findOutsideTexts, type OutsideTexts } from "../template/outside.ts";

/** The templates of a static answer. */
export interface StaticTemplates {
	readonly headers: readonly HeaderTemplate[];
	/** The body that is a template or contains some. */
	readonly body: "text" | "json" | undefined;
	/** The texts of the body from the environment. */
	readonly outside: OutsideTexts;
}

interface Authored {
	readonly headers?: Readonly<Record<string, string>>;
	readonly text?: string;
	readonly json?: unknown;
}

/** Finds the templates of an answer. Returns undefined if there are none. */
export function findStaticTemplates(
	{ headers = {}, text, json }: Authored,
	site: Site,
): StaticTemplates | undefined {
	const body = json === undefined ? "text" : "json";
	const outside = findOutsideTexts(json ?? text, site.in(body));
	const found = findHeaderTemplates(headers, site.in("headers"));
	const { hasTemplate } = outside;
	return hasTemplate || found.length > 0
		? { headers: found, body: hasTemplate ? body : undefined, outside }
		: undefined;
}
