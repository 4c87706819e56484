import type { Command } from "commander";
import { type Finding, sortFindings } from "../../finding/finding.ts";
import { toShown } from "../../finding/shown-path.ts";
import { loadTests } from "../../testing/load-tests.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { plural, summarize } from "../findings/show.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadConfig, writeFindings } from "../load.ts";

/** Creates `switchhook check`, which prints every finding and note, then one line that sums up. Exit code 1 for an error. */
export function checkCommand(io: Io): Command {
	const command = createCommand(
		"check",
		"Checks the configuration and every file that it names, without starting anything.",
		["check", "check --config staging/routes.yaml --strict"],
	);
	return withConfig(command)
		.option("--no-env", "do not require the variables of secrets")
		.option("--strict", "treat warnings as errors")
		.option("--json", "print the findings as JSON")
		.action((options: CheckOptions) => check(io, options));
}

// --- helpers ---

interface CheckOptions extends ConfigOptions {
	readonly env: boolean;
	readonly strict?: true;
	readonly json?: true;
}

async function check(io: Io, options: CheckOptions): Promise<void> {
	const { strict, json } = options;
	const loaded = await loadConfig(io, options, { isLenient: !options.env });
	const { notes, settings } = loaded;
	const tests = await loadTests(
		{ ...loaded, schemes: io.schemes },
		{ env: io.env },
	);
	const findings = [...loaded.findings, ...tests.findings];
	const errors = count(findings, "error");
	const warnings = count(findings, "warning");
	const routes = settings?.routes.length;
	if (json) {
		const shown = sortFindings([...findings, ...notes]).map((finding) => ({
			...finding,
			file: toShown(io.cwd, finding.file),
		}));
		writeJson(io.stdout, {
			routes,
			errors,
			warnings,
			notes: notes.length,
			findings: shown,
		});
	} else {
		const all = sortFindings([...findings, ...notes]);
		await writeFindings(io, "stdout", all);
		const shown = all.map((one) => ({
			...one,
			file: toShown(io.cwd, one.file),
		}));
		// Routes cannot be counted where the file cannot be read.
		const counted = routes === undefined ? "" : `${plural(routes, "route")}, `;
		writeLines(io.stdout, [`${counted}${summarize(shown)}`]);
	}
	io.exit(errors > 0 || (strict === true && warnings > 0) ? 1 : 0);
}

function count(
	findings: readonly Finding[],
	severity: Finding["severity"],
): number {
	return findings.filter((finding) => finding.severity === severity).length;
}
