import type { Finding } from "../../../finding/finding.ts";
import { toShown } from "../../../finding/shown-path.ts";
import { joinWords } from "../../../finding/suggest.ts";
import type { Log } from "../../../observe/log.ts";
import { showHidden } from "../../../observe/plain-text.ts";
import { formatMs } from "../../../observe/terminal/amounts.ts";
import {
	createPaint,
	type Tone,
	wantsColor,
} from "../../../observe/terminal/paint.ts";
import { type Io, writeLines } from "../../io.ts";
import { describeFindings, writeFindings } from "../../load.ts";
import type { Change } from "../../watch/reading.ts";
import type { ReloadListener } from "./reload.ts";
import type { RouteChanges } from "./route-changes.ts";

/**
 * Reports reloads: to the user on standard error, to programs in the log.
 *
 * @param known the findings that were shown at the start, which are not repeated.
 */
export function createReloadReport(
	io: Io,
	log: Log,
	known: readonly Finding[],
): ReloadListener {
	const files = (changes: readonly Change[]) =>
		changes.map(({ file, what }) => `${toShown(io.cwd, file)} ${what}`);
	const describe = (changes: readonly Change[]) =>
		describeFiles(
			changes.map(({ file, what }) => ({ what, file: toShown(io.cwd, file) })),
		);
	const keyOf = ({ file, line, column, what }: Finding) =>
		`${file}:${line}:${column}: ${what}`;
	let warned = new Set(known.map(keyOf));
	/** The warnings that the previous reload did not have. */
	const freshOf = (findings: readonly Finding[]): readonly Finding[] => {
		const fresh = findings.filter((finding) => !warned.has(keyOf(finding)));
		warned = new Set(findings.map(keyOf));
		return fresh;
	};
	const lines = log.of("reload");
	const failed = (error: unknown) =>
		lines.error({ err: error }, "the configuration could not be reloaded");
	if (io.isTTY) {
		const say = (...texts: string[]) => writeLines(io.stderr, texts);
		const tell = createTeller(io);
		return {
			async reloaded({ ms, changes, findings, files: changed, restart }) {
				tell(
					"reloaded",
					"good",
					` in ${formatMs(ms)}: ${describe(changed)}; ${describeRoutes(changes)}`,
				);
				await writeFindings(io, "stderr", freshOf(findings));
				say(...restart.map(describeRestart));
			},
			async refused(findings, changed) {
				say("");
				await writeFindings(io, "stderr", findings);
				tell(
					"not reloaded",
					"bad",
					`: ${describe(changed)}. The previous configuration keeps serving.`,
				);
			},
			failed,
		};
	}
	return {
		async reloaded({ routes, changes, files: changed, findings, restart, ms }) {
			lines.info(
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
			const warnings = await describeFindings(io, freshOf(findings));
			if (warnings.length > 0)
				lines.warn({ findings: warnings }, "the configuration has warnings");
			for (const key of restart) lines.warn({ key }, describeRestart(key));
		},
		async refused(findings, changed) {
			lines.error(
				{
					files: files(changed),
					findings: await describeFindings(io, findings),
				},
				"the configuration has errors. The previous one keeps serving",
			);
		},
		failed,
	};
}

// --- helpers ---

/** Writes lines that begin with the outcome in colour. */
function createTeller({ stderr, env, isTTY }: Io) {
	const paint = createPaint({ colors: wantsColor(env, isTTY) });
	return (outcome: string, tone: Tone, rest: string): void => {
		stderr.write(`${paint(outcome, tone)}${showHidden(rest)}\n`);
	};
}

const SHOWN_MAX = 3;

function describeRestart(key: string): string {
	return `\`${key}\` has changed. It takes effect when you restart the router.`;
}

/** Writes `a, b changed, c created`: files with the same change are combined. */
function describeFiles(files: readonly Change[]): string {
	if (files.length === 0) return "no file changed";
	const shown = files.slice(0, SHOWN_MAX);
	const said = [...new Set(shown.map(({ what }) => what))].map((what) => {
		const names = shown.filter((one) => one.what === what);
		return `${joinWords(
			names.map(({ file }) => file),
			"and",
		)} ${what}`;
	});
	const more = files.length - SHOWN_MAX;
	return [...said, ...(more > 0 ? [`${more} more`] : [])].join(", ");
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

/** Names a few routes, and counts many. */
function countRoutes(names: readonly string[]): string {
	return names.length <= SHOWN_MAX
		? names.map((name) => `\`${name}\``).join(", ")
		: `${names.length} routes`;
}
