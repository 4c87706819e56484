import { resolve } from "node:path";
import type { Command } from "commander";
import type { NetworkSettings } from "../../config/settings.ts";
import { toShown } from "../../finding/shown-path.ts";
import { BUILT_IN_NETWORKS, type BuiltInNetwork } from "../../gate/networks.ts";
import {
	type ConfigOptions,
	createCommand,
	DEFAULT_CONFIG,
	withConfig,
} from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { exists, loadConfig } from "../load.ts";
import { formatTable } from "../table.ts";

/**
 * Creates `switchhook networks`, which lists the built-in networks with their dates and sources, and the networks of the
 * configuration. Exit code 1 if the configuration has errors, so that its networks are unknown.
 */
export function networksCommand(io: Io): Command {
	const command = createCommand(
		"networks",
		"Prints the networks that a firewall may name: those of the configuration, and the built-in ones with the source of each range and the dates when it was added or withdrawn.",
		["networks", "networks --json"],
	);
	return withConfig(command)
		.summary("Prints the networks that a firewall may name.")
		.option("--json", "print the networks as JSON")
		.action((options: NetworksOptions) => print(io, options));
}

// --- helpers ---

interface NetworksOptions extends ConfigOptions {
	readonly json?: true;
}

type Defined = ReadonlyMap<string, NetworkSettings>;

async function print(io: Io, options: NetworksOptions): Promise<void> {
	const { config, json } = options;
	const builtIn = [...BUILT_IN_NETWORKS.values()];
	const defined = await loadDefined(io, options);
	if (json) {
		const own = [...(defined ?? [])].map(([name, { ranges, file }]) => ({
			name,
			file: toShown(io.cwd, file),
			ranges,
		}));
		writeJson(io.stdout, { builtIn, defined: own });
		return;
	}
	writeLines(io.stdout, builtIn.flatMap(describe).slice(0, -1));
	if (defined === undefined || defined.size === 0) return;
	const rows = [...defined].map(([name, { ranges, file }]) => [
		name,
		String(ranges.length),
		toShown(io.cwd, file),
	]);
	writeLines(io.stdout, [
		"",
		`Defined in ${config}:`,
		...formatTable([["NAME", "RANGES", "FROM"], ...rows]),
	]);
}

/** Loads the networks of the configuration. Undefined if it does not exist or has errors. */
async function loadDefined(
	io: Io,
	options: ConfigOptions,
): Promise<Defined | undefined> {
	const { config } = options;
	const isThere = await exists(resolve(io.cwd, config));
	// The built-in networks are useful before there is a configuration.
	if (!isThere && config === DEFAULT_CONFIG) return undefined;
	const { settings } = await loadConfig(io, options, {
		isLenient: true,
	});
	if (settings !== undefined) return settings.networks;
	writeLines(io.stderr, [
		`${config} has errors, so its networks are left out. Run \`switchhook check\`.`,
	]);
	io.exit(1);
	return undefined;
}

function describe({ name, note, ranges }: BuiltInNetwork): string[] {
	const rows = ranges.map(({ cidr, since, until, source, confirmed }) => [
		cidr,
		since ?? "-",
		until ?? "-",
		confirmed ? source : `${source} (not confirmed by an official text)`,
	]);
	return [`${name}: ${note}`, ...formatTable([HEAD, ...rows]), ""];
}

const HEAD = ["RANGE", "SINCE", "WITHDRAWN", "SOURCE"];
