import { resolve } from "node:path";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import { load } from "../../runtime/load.ts";
import type { ConfigOptions } from "../command.ts";
import type { Io } from "../io.ts";
import { exists, loadConfig } from "../load.ts";
import { filesOf } from "../serve/reload/serving-files.ts";
import { createReading, type Reading } from "../watch/reading.ts";
import type { InboxConfiguration } from "./inbox-router.ts";

/**
 * Loads the configuration for looking at an inbox. If it is missing or has errors, the result has no routes: everything is then
 * masked, and nothing can be explained. Its findings say why.
 *
 * @param reading gets the files that it is read from
 */
export async function loadToLook(
	io: Io,
	options: ConfigOptions,
	reading: Reading = createReading(),
): Promise<InboxConfiguration> {
	const file = resolve(io.cwd, options.config);
	reading.file(file);
	const files = () => filesOf(reading);
	if (!(await exists(file)))
		return { ...(await loadEmpty(io, options)), findings: [], files };
	const { settings, runtime, findings, notes } = await loadConfig(io, options, {
		isLenient: true,
		inputs: reading,
	});
	const found = [...findings, ...notes];
	if (settings === undefined || runtime === undefined || hasErrors(findings))
		return { ...(await loadEmpty(io, options)), findings: found, files };
	return { settings, runtime, findings: found, files };
}

/** Checks the configuration on disk. Nothing is found in one that does not exist. */
export async function checkToLook(
	io: Io,
	options: ConfigOptions,
): Promise<readonly Finding[]> {
	// Plugins read the environment of the process. Another check must not find the variables of this one there.
	const fresh = { ...io, env: { ...io.env } };
	const { runtime, findings } = await loadToLook(fresh, options);
	await runtime.close();
	return findings;
}

// --- helpers ---

async function loadEmpty(
	io: Io,
	{ config }: ConfigOptions,
): Promise<Pick<InboxConfiguration, "settings" | "runtime">> {
	const { settings, runtime } = await load({
		configFile: resolve(io.cwd, config),
		env: {},
		readFile: async () => "version: 1\n",
		schemes: io.schemes,
		isLenient: true,
		setup: false,
	});
	if (settings === undefined || runtime === undefined)
		throw new Error("the configuration without routes has errors");
	return { settings, runtime };
}
