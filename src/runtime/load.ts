import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Checked, type ChooseStore, checkSteps } from "../config/check.ts";
import type { EnvFiles } from "../config/read/env-file.ts";
import { isFileOnDisk } from "../config/read/files.ts";
import {
	type ReadConfig,
	type ReadOptions,
	readConfig,
} from "../config/read/read.ts";
import type { Settings } from "../config/settings.ts";
import { asRecord } from "../event/is-record.ts";
import {
	type Finding,
	formatFinding,
	hasErrors,
	sortFindings,
} from "../finding/finding.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { HandlerTypes } from "../handler/handler-type.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import { missingPackageOf } from "../inbox/open.ts";
import { type Inputs, NO_INPUTS } from "../inputs.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { loadKinds } from "../kind/load.ts";
import type { Log } from "../observe/log.ts";
import type { Conditions } from "../route/conditions/table.ts";
import { inTurns } from "../turns.ts";
import { compile } from "./compile/compile.ts";
import {
	findServerTlsProblems,
	findTlsProblems,
} from "./compile/tls-findings.ts";
import type { Runtime } from "./runtime.ts";
import type { Services } from "./services.ts";
import { withoutOptimizer } from "./without-optimizer.ts";

export interface LoadOptions {
	/** The path of routes.yaml, absolute or relative to the working folder. */
	readonly configFile: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The files whose variables are added to `env` before anything else is read. Default: none. */
	readonly envFiles?: EnvFiles | undefined;
	/** True if nothing is verified, sent or kept, so that the values of secrets may be missing. Default false. */
	readonly isLenient?: boolean | undefined;
	/** True if the values of `platform` are used. Default false. */
	readonly usesPlatform?: boolean | undefined;
	/** Reads a file of the configuration as UTF-8 text. Default: from disk. */
	readonly readFile?: ReadOptions["readFile"];
	/** True while requests are served, so that loading must yield often. Default false. */
	readonly isServing?: boolean | undefined;
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** The available signature schemes of a configuration and its kinds. Default: the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Overrides the file's `inbox.store`. Default: no override. */
	readonly chooseStore?: ChooseStore | undefined;
	/** The available conditions of a `match`. Default: the built-in ones. */
	readonly conditions?: Conditions | undefined;
	/** Gets the path of each file before it is read. Default: none. */
	readonly inputs?: Inputs | undefined;
	/** False to check only: plugins are read but not set up, and no handler may be called. */
	readonly setup:
		| false
		| {
				readonly log: Log;
				/** Opens the services that outlive the configuration, after it was found to have no errors. Default: nothing is kept. */
				readonly open?: (settings: Settings) => Promise<Services>;
				/** Returns true if other processes set the handlers up, and none may be called here. Default: none do. */
				readonly isElsewhere?: (settings: Settings) => boolean;
		  };
}

export interface Loaded {
	/** The files of the configuration, as they were read. */
	readonly read: ReadConfig;
	/** All findings of the run, without duplicates, in the order of the files. */
	readonly findings: readonly Finding[];
	/** Notes about settings that may be intended. They are not among the findings. */
	readonly notes: readonly Finding[];
	/** The built-in kinds and the kinds next to the configuration. */
	readonly kinds: KindCatalog;
	/** Undefined if the configuration has errors. */
	readonly settings: Settings | undefined;
	readonly runtime: Runtime | undefined;
	/** The schemes whose secrets are missing, where that is allowed, with the names of the missing values. */
	readonly unset: Checked["unset"];
	/** True if the URL of the inbox is missing, where that is allowed. */
	readonly isStoreUnset: boolean;
}

/** Reads a configuration and all its files, and prepares it for serving. Never throws because of the content of a file. */
export async function load(options: LoadOptions): Promise<Loaded> {
	const { configFile, envFiles, schemes, inputs, isServing } = options;
	const ofEnv = (await envFiles?.read()) ?? [];
	const { kinds, findings: ofKinds } = await loadKinds(
		[BUILT_IN_KINDS, join(dirname(resolve(configFile)), "schemas")],
		{ proven: BUILT_IN_KINDS, schemes, inputs },
	);
	const read = await readFiles(options);
	const prepareRead = () =>
		prepare(read, { ...options, kinds, known: [...ofEnv, ...ofKinds] });
	// While requests are served, their code may be optimized at any time.
	return isServing !== true && hasManyRoutes(read)
		? withoutOptimizer(prepareRead)
		: prepareRead();
}

// --- helpers ---

interface PrepareOptions extends LoadOptions {
	readonly kinds: KindCatalog;
	/** The findings of what was read before. */
	readonly known: readonly Finding[];
}

/** Checks the files of a configuration, and compiles them. */
async function prepare(
	read: ReadConfig,
	options: PrepareOptions,
): Promise<Loaded> {
	const {
		isLenient,
		handlerTypes = HANDLER_TYPES,
		schemes,
		chooseStore,
		conditions,
		inputs = NO_INPUTS,
		setup,
		kinds,
	} = options;
	const {
		settings,
		readable,
		findings: ofConfig,
		notes,
		files,
		unset,
	} = await inTurns(
		checkSteps(read, {
			kinds,
			handlerTypes,
			schemes,
			chooseStore,
			conditions,
			isFile: createIsFile(inputs),
		}),
	);
	const usable = settings ?? readable?.settings;
	const isStoreUnset = read.files[0]?.unset?.has("/inbox/store") ?? false;
	const ofStore = isLenient ? [] : findMissingPackage(read, usable);
	const ofTls = isLenient ? [] : await findTls(read, usable, inputs);
	const found = [...options.known, ...ofConfig, ...ofStore, ...ofTls];
	const known = { notes, kinds, settings, unset, isStoreUnset };
	if (usable === undefined) {
		return {
			read,
			...known,
			findings: unique(found, files),
			runtime: undefined,
		};
	}
	// With an error nothing is set up, because a plugin's setup may open connections. The files of the routes without mistakes
	// are checked anyway, so that all findings are reported in one run.
	const used = setup === false || hasErrors(found) ? undefined : setup;
	const services = await used?.open?.(usable);
	const isSetUp = used?.isElsewhere?.(usable) !== true;
	const { runtime, findings, unusedTables } = await compile(usable, kinds, {
		log: isSetUp ? used?.log : undefined,
		handlerTypes,
		names: readable?.names ?? usable.routes,
		services,
		schemes,
		inputs,
	});
	const more = findings.filter((one) => !isNote(one));
	const unused = findUnusedTables(read, unusedTables);
	const all = unique([...found, ...more, ...unused], files);
	return {
		...known,
		read,
		notes: [...notes, ...findings.filter(isNote)],
		findings: all,
		runtime: hasErrors(all) ? undefined : runtime,
	};
}

/** True for a configuration that takes so long to prepare that it matters how. */
function hasManyRoutes({ files }: ReadConfig): boolean {
	const counts = files.map(({ value }) => {
		const { routes } = asRecord(value);
		return Array.isArray(routes) ? routes.length : 0;
	});
	return counts.reduce((sum, count) => sum + count, 0) >= MANY;
}

const MANY = 500;

/** Checks whether files exist on the disk, and adds each to the inputs. */
function createIsFile(inputs: Inputs): (path: string) => boolean {
	return (path) => {
		inputs.file(path);
		return isFileOnDisk(path);
	};
}

/** Resolves the package's folder: `src/runtime` and `dist/runtime` have the same depth. */
const BUILT_IN_KINDS = fileURLToPath(new URL("../../schemas", import.meta.url));

function readFiles({
	configFile,
	env,
	isLenient,
	usesPlatform,
	inputs,
	readFile,
}: LoadOptions): Promise<ReadConfig> {
	return readConfig(configFile, {
		env,
		isLenient,
		usesPlatform,
		inputs,
		...(readFile && { readFile }),
	});
}

/** Reports that the engine of the inbox needs a package which is not installed. */
function findMissingPackage(
	{ files: [first] }: ReadConfig,
	settings: Settings | undefined,
): Finding[] {
	const missing = settings && missingPackageOf(settings.inbox.store);
	if (missing === undefined || first === undefined) return [];
	const at = first.source.locate(["inbox", "store"]);
	return [{ ...at, severity: "error", ...missing }];
}

/** Reads the certificates, and reports their problems. */
async function findTls(
	{ files: [first] }: ReadConfig,
	settings: Settings | undefined,
	inputs: Inputs,
): Promise<readonly Finding[]> {
	if (settings === undefined || first === undefined) return [];
	const { server, admin } = settings;
	const { source } = first;
	const place = { source, path: ["admin", "tls"] };
	return [
		...(await findServerTlsProblems(server, source, inputs)),
		...(admin?.tls ? await findTlsProblems(admin.tls, place, inputs) : []),
	];
}

/** Warns about unused tables, at their definitions. */
function findUnusedTables(
	{ files }: ReadConfig,
	names: readonly string[],
): Finding[] {
	return names.flatMap((name) => {
		const file = files.find(({ value }) =>
			Object.hasOwn(asRecord(asRecord(value).tables), name),
		);
		if (file === undefined) return [];
		const at = file.source.locate(["tables", name], "key");
		const what = `nothing uses the table \`${name}\``;
		const todo = "look it up in a `match` or a template, or take it out";
		return [{ ...at, severity: "warning", what, todo }];
	});
}

function isNote({ severity }: Finding): boolean {
	return severity === "note";
}

/** Removes duplicate findings of a file that several routes use, and sorts the rest by file and position. */
function unique(
	findings: readonly Finding[],
	files: readonly string[],
): Finding[] {
	const byText = new Map(
		findings.map((finding) => [formatFinding(finding), finding]),
	);
	return sortFindings([...byText.values()], files);
}
