import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSteps } from "../config/check.ts";
import { isFileOnDisk } from "../config/read/files.ts";
import { readConfig } from "../config/read/read.ts";
import type { Settings } from "../config/settings.ts";
import { type Finding, formatFinding, hasErrors } from "../finding/finding.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { HandlerTypes } from "../handler/handler-type.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import { type Inputs, NO_INPUTS } from "../inputs.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { loadKinds } from "../kind/load.ts";
import type { Log } from "../observe/log.ts";
import { inTurns } from "../turns.ts";
import { compile } from "./compile.ts";
import type { Runtime } from "./runtime.ts";
import type { Services } from "./services.ts";

export interface LoadOptions {
	/** routes.yaml, absolute or relative to the working folder. */
	readonly configFile: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Default the built-in ones. */
	readonly handlerTypes?: HandlerTypes;
	/** The signature schemes that a configuration and its kinds may name; default the built-in ones. */
	readonly schemes?: Schemes | undefined;
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
	/** Every finding of the run, each once, in the order of the files. */
	readonly findings: readonly Finding[];
	/** For what may well be meant; none of them is among the findings. */
	readonly notes: readonly Finding[];
	/** The built-in kinds and those beside the configuration. */
	readonly kinds: KindCatalog;
	/** Undefined when the configuration has errors. */
	readonly settings: Settings | undefined;
	readonly runtime: Runtime | undefined;
}

/** Reads a configuration and all that it names, and makes it ready to serve. It never throws for what a file says. */
export async function load({
	configFile,
	env,
	handlerTypes = HANDLER_TYPES,
	schemes,
	inputs = NO_INPUTS,
	setup,
}: LoadOptions): Promise<Loaded> {
	const folder = dirname(resolve(configFile));
	const { kinds, findings: ofKinds } = await loadKinds(
		[BUILT_IN_KINDS, join(folder, "schemas")],
		{ proven: BUILT_IN_KINDS, schemes, inputs },
	);
	const {
		settings,
		readable,
		findings: ofConfig,
		notes,
	} = await inTurns(
		checkSteps(await readConfig(configFile, { env, inputs }), {
			kinds,
			handlerTypes,
			schemes,
			isFile(path) {
				inputs.file(path);
				return isFileOnDisk(path);
			},
		}),
	);
	const found = [...ofKinds, ...ofConfig];
	const usable = settings ?? readable?.settings;
	if (usable === undefined) {
		return {
			findings: unique(found),
			notes,
			kinds,
			settings,
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
		inputs,
	});
	const all = unique([...found, ...findings]);
	return {
		findings: all,
		notes,
		kinds,
		settings,
		runtime: hasErrors(all) ? undefined : runtime,
	};
}

// --- helpers ---

/** `src/runtime` and `dist/runtime` are equally deep in the package. */
const BUILT_IN_KINDS = fileURLToPath(new URL("../../schemas", import.meta.url));

/** A file that several routes name is found fault with once. */
function unique(findings: readonly Finding[]): Finding[] {
	return [
		...new Map(
			findings.map((finding) => [formatFinding(finding), finding]),
		).values(),
	];
}
