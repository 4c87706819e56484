import { createHash } from "node:crypto";
import { readFile as readFromDisk } from "node:fs/promises";
import { resolve } from "node:path";
import type { EnvFiles } from "../config/read/env-file.ts";
import type { ReadConfig } from "../config/read/read.ts";
import type { InboxStoreSettings, Settings } from "../config/settings.ts";
import { DEFAULT_START } from "../config/tests/check.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { Inputs } from "../inputs.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { load } from "../runtime/load.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { installGlobals } from "./world/globals.ts";
import { createWorld, inWorld } from "./world/world.ts";

/** Where a configuration under test comes from. */
export interface ConfigSource {
	/** The absolute path of routes.yaml. With a `text`, paths in it are relative to its folder. */
	readonly configFile: string;
	/** The content of that file, which then need not exist. */
	readonly text?: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Files whose variables are put into `env` before anything else is read; default none. */
	readonly envFiles?: EnvFiles | undefined;
	readonly schemes?: Schemes | undefined;
	/** Gets the path of each file before it is read. Default: none. */
	readonly inputs?: Inputs | undefined;
}

/** A loaded and checked configuration that can start any number of routers. */
export interface Prepared {
	readonly read: ReadConfig;
	readonly findings: readonly Finding[];
	readonly kinds: KindCatalog;
	/** Undefined where the configuration has errors. */
	readonly settings: Settings | undefined;
	/** The configuration without plugin setup, for inspection. */
	readonly runtime: Runtime | undefined;
	/** True if the file's own inbox outlives the router, which is what plugins are told. */
	readonly isDurable: boolean;
	readonly schemes: Schemes | undefined;
	/** The names of unset variables that got a placeholder value. */
	readonly madeUp: readonly string[];
}

/**
 * Loads and checks a configuration with its inbox in memory, unless it has none. A required variable that is not set, such as a
 * secret on a build server, gets a placeholder value. Never throws because of the content of a file.
 */
export async function prepare(source: ConfigSource): Promise<Prepared> {
	const world = createWorld(DEFAULT_START);
	const release = installGlobals();
	try {
		// A plugin that connects during its import is also blocked.
		return await inWorld(world, () => prepareHere(source));
	} finally {
		world.timers.clear();
		release();
	}
}

// --- helpers ---

async function prepareHere(source: ConfigSource): Promise<Prepared> {
	const texts: string[] = [];
	const first = await read(source, texts);
	const { env } = source;
	const madeUp = requiredBy(texts).filter((name) => !env[name]);
	if (madeUp.length === 0 || !hasErrors(first.findings)) return first;
	const values = madeUp.map((name) => [name, makeUp(name)]);
	const full = { ...env, ...Object.fromEntries(values) };
	const second = await read({ ...source, env: full }, []);
	// If that is not sufficient, the first findings are reported.
	return hasErrors(second.findings) ? first : { ...second, madeUp };
}

async function read(
	{ configFile, text, env, envFiles, schemes, inputs }: ConfigSource,
	texts: string[],
): Promise<Prepared> {
	const file = resolve(configFile);
	let isDurable = true;
	const loaded = await load({
		configFile: file,
		env,
		envFiles,
		schemes,
		inputs,
		async readFile(path) {
			const found =
				text !== undefined && path === file
					? text
					: await readFromDisk(path, "utf8");
			texts.push(found);
			return found;
		},
		chooseStore(written): InboxStoreSettings {
			isDurable = written.type === "sqlite" || written.type === "postgres";
			return written.type === "none" ? written : { type: "memory" };
		},
		setup: false,
	});
	const { read, findings, kinds, settings, runtime } = loaded;
	return {
		read,
		findings,
		kinds,
		settings,
		runtime,
		isDurable,
		schemes,
		madeUp: [],
	};
}

/** Lists the variables that texts require: `${NAME}` and `${NAME:?why}`, without a default. */
function requiredBy(texts: readonly string[]): readonly string[] {
	const names = texts.flatMap((text) =>
		[...text.matchAll(/(?<!\$)\$\{(\w+)(?::\?[^}]*)?\}/g)].map(
			([, name = ""]) => name,
		),
	);
	return [...new Set(names)];
}

/** Returns a value that every scheme accepts as a secret: 32 bytes in base64, always the same. */
function makeUp(name: string): string {
	return createHash("sha256").update(`a test of ${name}`).digest("base64");
}
