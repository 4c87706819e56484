import type { Finding } from "../../finding/finding.ts";
import type { Log } from "../../observe/log.ts";
import { type Io, writeLines } from "../io.ts";
import { describeFindings, toShown } from "../load.ts";
import type { Change } from "../watch/reading.ts";
import type { ReloadListener } from "./reload.ts";
import type { RouteChanges } from "./route-changes.ts";

/**
 * Tells of reloads: a person on standard error, a program in the log.
 *
 * @param known the findings that were shown at the start: they are not repeated.
 */
export function createReloadReport(
	io: Io,
	log: Log,
	known: readonly Finding[],
): ReloadListener {
	const files = (changes: readonly Change[]) =>
		changes.map(({ file, what }) => `${toShown(io.cwd, file)} ${what}`);
	let warned = new Set(describeFindings(io, known));
	/** Warnings that the reload before did not have. */
	const freshWarnings = (findings: readonly Finding[]): string[] => {
		const lines = describeFindings(io, findings);
		const fresh = lines.filter((line) => !warned.has(line));
		warned = new Set(lines);
		return fresh;
	};
	if (io.isTTY) {
		const say = (...lines: string[]) => writeLines(io.stderr, lines);
		return {
			reloaded(reloaded) {
				const { ms, changes, findings, restart } = reloaded;
				say(
					`reloaded in ${Math.round(ms)} ms: ${describeFiles(files(reloaded.files))}; ${describeRoutes(changes)}`,
					...freshWarnings(findings),
					...restart.map(describeRestart),
				);
			},
			refused(findings, changes) {
				say(
					...describeFindings(io, findings),
					`not reloaded: ${describeFiles(files(changes))}. The previous configuration keeps serving.`,
				);
			},
			failed(error) {
				log.error({ err: error }, "the configuration could not be reloaded");
			},
		};
	}
	return {
		reloaded({ routes, changes, files: changed, findings, restart, ms }) {
			log.info(
				{
					routes,
					added: changes.added.length,
					changed: changes.changed.length,
					removed: changes.removed.length,
					files: files(changed),
					ms: Math.round(ms),
				},
				"the configuration was reloaded",
			);
			const warnings = freshWarnings(findings);
			if (warnings.length > 0)
				log.warn({ findings: warnings }, "the configuration has warnings");
			for (const key of restart) log.warn({ key }, describeRestart(key));
		},
		refused(findings, changed) {
			log.error(
				{ files: files(changed), findings: describeFindings(io, findings) },
				"the configuration has errors: the previous one keeps serving",
			);
		},
		failed(error) {
			log.error({ err: error }, "the configuration could not be reloaded");
		},
	};
}

// --- helpers ---

const SHOWN_MAX = 3;

function describeRestart(key: string): string {
	return `\`${key}\` has changed. It takes effect when you restart the router.`;
}

function describeFiles(files: readonly string[]): string {
	if (files.length === 0) return "no file changed";
	const shown = files.slice(0, SHOWN_MAX).join(", ");
	const more = files.length - SHOWN_MAX;
	return more > 0 ? `${shown} and ${more} more` : shown;
}

function describeRoutes({ added, changed, removed }: RouteChanges): string {
	const parts = [
		["added", added],
		["changed", changed],
		["removed", removed],
	] as const;
	const said = parts
		.filter(([, names]) => names.length > 0)
		.map(([word, names]) => `${countRoutes(names)} ${word}`);
	return said.length === 0 ? "no route changed" : said.join(", ");
}

/** Few routes are named, many are counted. */
function countRoutes(names: readonly string[]): string {
	return names.length <= SHOWN_MAX
		? names.map((name) => `\`${name}\``).join(", ")
		: `${names.length} routes`;
}
