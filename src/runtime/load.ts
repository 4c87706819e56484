import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Checked, type ChooseStore, checkSteps } from "../config/check.ts";
import type { EnvFiles } from "../config/read/env-file.ts";
import {
	type ReadConfig,
	type ReadOptions,
	readConfig,
} from "../config/read/read.ts";
import type { Settings } from "../config/settings.ts";
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
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** The signature schemes that a configuration and its kinds may name; default the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Chooses where events are kept instead of the file's `inbox.store`; default as the file says. */
	readonly chooseStore?: ChooseStore | undefined;
	/** The conditions that a `match` may have; default the built-in ones. */
	readonly conditions?: Conditions | undefined;
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
	/**
	 * Every file that the configuration was read from, absolute, and the folders `schemas` and `plugins` beside it, of which any
	 * file may count. None of them need exist.
	 */
	readonly files: readonly string[];
}

/** Reads a configuration and all that it names, and makes it ready to serve. It never throws for what a file says. */
export async function load({
	configFile,
	env,
	readFile,
	envFiles,
	isLenient,
	usesPlatform,
	handlerTypes = HANDLER_TYPES,
	schemes,
	chooseStore,
	conditions,
	setup,
}: LoadOptions): Promise<Loaded> {
	const folder = dirname(resolve(configFile));
	const ofEnv = (await envFiles?.read()) ?? [];
	const { kinds, findings: ofKinds } = await loadKinds(
		[BUILT_IN_KINDS, join(folder, "schemas")],
		{ proven: BUILT_IN_KINDS, schemes },
	);
	const read = await readConfig(configFile, {
		env,
		isLenient,
		usesPlatform,
		...(readFile && { readFile }),
	});
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
		}),
	);
	const usable = settings ?? readable?.settings;
	const isStoreUnset = read.files[0]?.unset?.has("/inbox/store") ?? false;
	const missing =
		usable === undefined || isLenient
			? undefined
			: missingPackageOf(usable.inbox.store);
	const found = [...ofEnv, ...ofKinds, ...ofConfig];
	if (missing !== undefined && read.files[0] !== undefined) {
		const at = read.files[0].source.locate(["inbox", "store"]);
		found.push({ ...at, severity: "error", ...missing });
	}
	const known = { notes, kinds, settings, unset, isStoreUnset };
	if (usable === undefined) {
		return {
			read,
			...known,
			findings: unique(found, files),
			files: [...files, ...(envFiles?.paths ?? [])],
			runtime: undefined,
		};
	}
	// With an error nothing is set up: a plugin's setup may open connections. What the routes without
	// mistakes name is looked at all the same, so that all findings come in one run.
	const log = setup === false || hasErrors(found) ? undefined : setup.log;
	const names = readable?.names ?? usable.routes;
	const services =
		setup === false || log === undefined
			? undefined
			: await setup.open?.(usable);
	const { runtime, findings } = await compile(usable, kinds, {
		log,
		handlerTypes,
		names,
		services,
		schemes,
	});
	const all = unique(
		[...found, ...findings.filter((one) => !isNote(one))],
		files,
	);
	return {
		...known,
		read,
		notes: [...notes, ...findings.filter(isNote)],
		findings: all,
		files: [
			...new Set([
				...files,
				...(envFiles?.paths ?? []),
				...filesOfRoutes(usable, handlerTypes),
			]),
		],
		runtime: hasErrors(all) ? undefined : runtime,
	};
}

// --- helpers ---

/** `src/runtime` and `dist/runtime` are equally deep in the package. */
const BUILT_IN_KINDS = fileURLToPath(new URL("../../schemas", import.meta.url));

function isNote({ severity }: Finding): boolean {
	return severity === "note";
}

/** The files that routes name, and the folders where those are that they name by a bare name. */
function filesOfRoutes(
	{ folder, routes }: Settings,
	types: HandlerTypes,
): readonly string[] {
	const named = routes.flatMap(({ handler, fallback, schema }) => [
		...(schema === undefined ? [] : [schema]),
		...[handler, fallback].flatMap((one) =>
			one === undefined ? [] : (types.get(one.type)?.files?.(one) ?? []),
		),
	]);
	return [join(folder, "schemas"), join(folder, "plugins"), ...named];
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
