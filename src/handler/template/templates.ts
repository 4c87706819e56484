import type { Finding } from "../../finding/finding.ts";
import { once } from "../../memo.ts";
import type { Table } from "../../table/table.ts";
import { createDoubts, type Doubts } from "./doubts.ts";
import { createTemplateEngine, type TemplateEngine } from "./engine.ts";
import type { RouteUrls } from "./urls.ts";

/** The parts that all templates of a configuration share. */
export interface Templates {
	readonly urls: RouteUrls;
	readonly tables: ReadonlyMap<string, Table>;
	/** Made when the first template asks for it. */
	readonly engine: () => TemplateEngine;
	/** The names that routes lack, in the templates that they use. */
	readonly doubts: Doubts;
}

/** Creates them. */
export function createTemplates(
	urls: RouteUrls,
	tables: ReadonlyMap<string, Table>,
): Templates & { readonly findings: () => readonly Finding[] } {
	const doubts = createDoubts();
	return {
		urls,
		tables,
		engine: once(() => createTemplateEngine(urls, tables)),
		doubts,
		findings: doubts.list,
	};
}
