import type { Report } from "../../finding/report.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import type { ServerSettings } from "../settings.ts";

/**
 * Refuses several workers for an inbox that only one process can have, and notes that each worker sets plugins up. `auto` is then
 * one worker.
 */
export function checkWorkers(
	workers: ServerSettings["workers"],
	routes: readonly RouteDraft[],
	file: ConfigFile,
	report: Report,
): void {
	if (workers === 1) return;
	const site = new Site(file, ["server", "workers"]);
	// As it is written: a run may have chosen another store, and has one worker then.
	const store = new Site(file, ["inbox", "store"]).value;
	if (store === "memory" || store === "none") {
		if (workers !== "auto")
			report.error(site.at(), {
				what: `\`workers\` is ${workers}, and \`inbox.store\` is \`${store}\`, which processes cannot share`,
				expected: "one worker, or an inbox in SQLite or PostgreSQL",
				todo: "take `workers` out, or write `store: sqlite:./data/inbox.db`",
			});
		return;
	}
	const plugin = routes.find(({ handler }) => handler?.type.name === "plugin");
	if (plugin === undefined) return;
	report.note(site.at(), {
		what: "each worker runs the `setup` of a plugin, so `state` belongs to one worker",
		todo: "keep what all workers share in `store`",
	});
}
