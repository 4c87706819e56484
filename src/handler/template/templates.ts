import type { Finding } from "../../finding/finding.ts";
import { once } from "../../memo.ts";
import type { Table } from "../../table/table.ts";
import { createTableUsage, type TableUsage } from "../../table/usage.ts";
import type { Read } from "./analysis.ts";
import { createDoubts, type Doubts } from "./doubts.ts";
import { createTemplateEngine, type TemplateEngine } from "./engine.ts";
import type { RouteUrls } from "./urls.ts";

/** The parts that all templates of a configuration share. */
export interface Templates {
	readonly urls: RouteUrls;
	readonly tables: ReadonlyMap<string, Table>;
	/** Created when the first template needs it. */
	readonly engine: () => TemplateEngine;
	/** The names that routes lack, in the templates that they use. */
	readonly doubts: Doubts;
	readonly usage: TableUsage;
}

/** Creates the shared parts. */
export function createTemplates(
	urls: RouteUrls,
	tables: ReadonlyMap<string, Table>,
): Templates & { readonly findings: () => readonly Finding[] } {
	const doubts = createDoubts();
	const usage = createTableUsage();
	return {
		usage,
		urls,
		tables,
		engine: once(() => createTemplateEngine(urls, tables)),
		doubts: {
			...doubts,
			add(reads, route) {
				for (const { read } of reads) noteTables(read, usage);
				doubts.add(reads, route);
			},
		},
		findings: doubts.list,
	};
}

// --- helpers ---

/** A key that is only known at run time is also a name: `customers[numbers[payload.to].customer]`. */
function noteTables([root, ...path]: Read, usage: TableUsage): void {
	usage.use(String(root));
	for (const key of path) if (Array.isArray(key)) noteTables(key, usage);
}
