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
import { compile } from "./compile.ts";
import type { Runtime } from "./runtime.ts";
import type { Services } from "./services.ts";

export interface LoadOptions {
	/** routes.yaml, absolute or relative to the working folder. */
	readonly configFile: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Files whose variables are put into `env` before anything else is read; default none. */
	readonly envFiles?: EnvFiles | undefined;
	/** True where nothing is proved, sent or kept, so that the values of secrets may be missing; default false. */
	readonly isLenient?: boolean | undefined;
	/** True where the values of `platform` are used; default false. */
	readonly usesPlatform?: boolean | undefined;
	/** Reads a file of the configuration as UTF-8 text; default from disk. */
	readonly readFile?: ReadOptions["readFile"];
	/** True while requests are served, so that nothing may take long at once; default false. */
	readonly isServing?: boolean | undefined;
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** The signature schemes that a configuration and its kinds may name; default the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Chooses where events are kept instead of the file's `inbox.store`; default as the file says. */
	readonly chooseStore?: ChooseStore | undefined;
	/** The conditions that a `match` may have; default the built-in ones. */
	readonly conditions?: Conditions | undefined;
	/** Hear of everything that is read, before it is; default nobody does. */
	readonly inputs?: Inputs | undefined;
	/** False to check only: plugins are read, none is set up, and no handler may be called. */
	readonly setup:
		| false
		| {
				readonly log: Log;
				/** Opens what outlives the configuration, once that has no errors; default nothing is kept. */
				readonly open?: (settings: Settings) => Promise<Services>;
		  };
}

export interface Loaded {
	/** The files of the configuration, as they were read. */
	readonly read: ReadConfig;
	/** Every finding of the run, each once, in the order of the files. */
	readonly findings: readonly Finding[];
	/** For what may well be meant; none of them is among the findings. */
	readonly notes: readonly Finding[];
	/** The built-in kinds and those beside the configuration. */
	readonly kinds: KindCatalog;
	/** Undefined when the configuration has errors. */
	readonly settings: Settings | undefined;
	readonly runtime: Runtime | undefined;
	/** The schemes whose secrets may be missing and are, with the names of what is missing. */
	readonly unset: Checked["unset"];
	/** True where the URL of the inbox may be missing and is. */
	readonly isStoreUnset: boolean;
}

/** Reads a configuration and all that it names, and makes it ready to serve. It never throws for what a file says. */
export async function load(options: LoadOptions): Promise<Loaded> {
	const {
		configFile,
		envFiles,
		isLenient,
		handlerTypes = HANDLER_TYPES,
		schemes,
		chooseStore,
		conditions,
		inputs = NO_INPUTS,
		setup,
	} = options;
	const ofEnv = (await envFiles?.read()) ?? [];
	const { kinds, findings: ofKinds } = await loadKinds(
		[BUILT_IN_KINDS, join(dirname(resolve(configFile)), "schemas")],
		{ proven: BUILT_IN_KINDS, schemes, inputs },
	);
	const read = await readFiles(options);
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
	const found = [...ofEnv, ...ofKinds, ...ofConfig, ...ofStore];
	const known = { notes, kinds, settings, unset, isStoreUnset };
	if (usable === undefined) {
		return {
			read,
			...known,
			findings: unique(found, files),
			runtime: undefined,
		};
	}
	// With an error nothing is set up: a plugin's setup may open connections. What the routes without
	// mistakes name is looked at all the same, so that all findings come in one run.
	const used = setup === false || hasErrors(found) ? undefined : setup;
	const { runtime, findings, unusedTables } = await compile(usable, kinds, {
		log: used?.log,
		handlerTypes,
		names: readable?.names ?? usable.routes,
		services: await used?.open?.(usable),
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

// --- helpers ---

/** Looks for files on the disk, and lets the inputs know of each. */
function createIsFile(inputs: Inputs): (path: string) => boolean {
	return (path) => {
		inputs.file(path);
		return isFileOnDisk(path);
	};
}

/** `src/runtime` and `dist/runtime` are equally deep in the package. */
const BUILT_IN_KINDS = fileURLToPath(new URL("../../schemas", import.meta.url));

function readFiles({
	configFile,
	env,
	isLenient,
	isServing,
	usesPlatform,
	inputs,
	readFile,
}: LoadOptions): Promise<ReadConfig> {
	return readConfig(configFile, {
		env,
		isLenient,
		isServing,
		usesPlatform,
		inputs,
		...(readFile && { readFile }),
	});
}

/** Finds that the engine of the inbox needs a package which is not installed. */
function findMissingPackage(
	{ files: [first] }: ReadConfig,
	settings: Settings | undefined,
): Finding[] {
	const missing = settings && missingPackageOf(settings.inbox.store);
	if (missing === undefined || first === undefined) return [];
	const at = first.source.locate(["inbox", "store"]);
	return [{ ...at, severity: "error", ...missing }];
}

/** Warns of tables that nothing looks up, where they are defined. */
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

/** A file that several routes name is found fault with once; all come by file and place. */
function unique(
	findings: readonly Finding[],
	files: readonly string[],
): Finding[] {
	const byText = new Map(
		findings.map((finding) => [formatFinding(finding), finding]),
	);
	return sortFindings([...byText.values()], files);
}
