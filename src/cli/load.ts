import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
	createEnvFiles,
	type EnvFiles,
	type Variables,
} from "../config/read/env-file.ts";
import type { Settings } from "../config/settings.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import { toShown } from "../finding/shown-path.ts";
import { readSources } from "../frame/sources.ts";
import type { Inputs } from "../inputs.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { loadKinds } from "../kind/load.ts";
import { type Loaded, load } from "../runtime/load.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ConfigOptions } from "./command.ts";
import { plural, showFindings } from "./findings/show.ts";
import { CannotRun, type Io, type Screen } from "./io.ts";
import { packageFile } from "./package.ts";

/** A configuration without errors. */
export interface Usable {
	readonly kinds: KindCatalog;
	readonly settings: Settings;
	readonly runtime: Runtime;
}

/** A configuration without errors, and its missing secrets. */
export interface LoadedUsable extends Usable {
	/** The schemes with missing secrets, and the names of the missing values. */
	readonly unset: Loaded["unset"];
	/** True if the URL of the inbox is missing. */
	readonly isStoreUnset: boolean;
}

/** The values of secrets that a command needs. */
export interface Needs {
	/** True for a command that uses no secret. Default false. */
	readonly isLenient?: boolean;
	/** True for a command that calls the platform's APIs. Default false. */
	readonly usesPlatform?: boolean;
	/** Gets the path of each file before it is read. Default: none. */
	readonly inputs?: Inputs;
}

/** Loads a configuration without setting plugins up. Throws CannotRun if the file does not exist. */
export async function loadConfig(
	io: Io,
	options: ConfigOptions,
	{ isLenient = false, usesPlatform = false, inputs }: Needs = {},
): Promise<Loaded> {
	const { config } = options;
	await requireFile(io, config);
	const configFile = resolve(io.cwd, config);
	const { env, schemes } = io;
	const envFiles = envFilesOf(io, options);
	return load({
		configFile,
		env,
		envFiles,
		isLenient,
		usesPlatform,
		schemes,
		inputs,
		setup: false,
	});
}

/** Finds the files of variables of a configuration: the named ones, otherwise the `.env` beside it. */
export function envFilesOf(
	{ cwd, env }: Pick<Io, "cwd" | "env">,
	{ config, envFile }: ConfigOptions,
): EnvFiles | undefined {
	if (envFile === false) return undefined;
	const beside = join(dirname(resolve(cwd, config)), ".env");
	const files = Array.isArray(envFile)
		? envFile.map((path) => ({ path: resolve(cwd, path), isRequired: true }))
		: [{ path: beside, isRequired: false }];
	// Plugins read the environment of the process, so this one is changed.
	return createEnvFiles(files, env as Variables, (path) =>
		readFile(path, "utf8"),
	);
}

/** Throws CannotRun if the configuration does not exist. */
export async function requireFile(io: Io, config: string): Promise<void> {
	if (await exists(resolve(io.cwd, config))) return;
	throw new CannotRun(
		`there is no file ${config}. Name another with --config, or create one with \`switchhook init\`.`,
	);
}

/**
 * Loads a configuration that must have no errors. Warnings are left to `check`. Secrets may be missing, and are listed in
 * `unset`. Throws CannotRun.
 */
export async function loadUsable(
	io: Io,
	options: ConfigOptions,
	{ usesPlatform = false }: Pick<Needs, "usesPlatform"> = {},
): Promise<LoadedUsable> {
	const { config } = options;
	const { findings, kinds, settings, runtime, unset, isStoreUnset } =
		await loadConfig(io, options, { isLenient: true, usesPlatform });
	if (settings !== undefined && runtime !== undefined && !hasErrors(findings)) {
		return { kinds, settings, runtime, unset, isStoreUnset };
	}
	const errors = findings.filter(({ severity }) => severity === "error");
	await writeFindings(io, "stderr", errors);
	throw new CannotRun(
		`${config} has ${plural(errors.length, "error")}. Fix ${errors.length === 1 ? "it" : "them"} first.`,
	);
}

/** Reads the built-in kinds and those of `schemas/` beside the configuration, which need not exist. */
export async function loadCatalog(
	io: Io,
	config: string,
): Promise<KindCatalog> {
	const own = resolve(io.cwd, dirname(config), "schemas");
	const { kinds, findings } = await loadKinds([packageFile("schemas"), own], {
		schemes: io.schemes,
	});
	const errors = findings.filter(({ severity }) => severity === "error");
	await writeFindings(io, "stderr", errors);
	return kinds;
}

/**
 * Formats findings with paths relative to the working folder.
 *
 * @param screen the terminal, for frames. Undefined for one line for each finding
 */
export async function describeFindings(
	{ cwd }: Pick<Io, "cwd">,
	findings: readonly Finding[],
	screen?: Screen,
): Promise<string[]> {
	const sources = screen === undefined ? [] : await readSources(findings);
	const shown = findings.map((finding) => ({
		...finding,
		file: toShown(cwd, finding.file),
	}));
	return showFindings(shown, {
		colour: screen?.colour ?? false,
		width: screen?.columns,
		sources: new Map(
			[...sources].map(([file, text]) => [toShown(cwd, file), text]),
		),
	});
}

/** Writes findings to standard output or standard error, with frames on a terminal. */
export async function writeFindings(
	io: Pick<Io, "stdout" | "stderr" | "cwd" | "screens">,
	stream: "stdout" | "stderr",
	findings: readonly Finding[],
): Promise<void> {
	const lines = await describeFindings(io, findings, io.screens?.[stream]);
	// The lines are already safe. writeLines would escape the colors.
	if (lines.length > 0) io[stream].write(`${lines.join("\n")}\n`);
}

/** Returns true if the path exists. */
export async function exists(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}
