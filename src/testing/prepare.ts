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
	/** routes.yaml, absolute; where there is a `text`, paths in it start from its folder. */
	readonly configFile: string;
	/** The content of that file, which need not be there then. */
	readonly text?: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Files whose variables are put into `env` before anything else is read; default none. */
	readonly envFiles?: EnvFiles | undefined;
	readonly schemes?: Schemes | undefined;
	/** Hear of everything that is read, before it is; default nobody does. */
	readonly inputs?: Inputs | undefined;
}

/** A configuration that was read and checked, from which any number of routers can be started. */
export interface Prepared {
	readonly read: ReadConfig;
	readonly findings: readonly Finding[];
	readonly kinds: KindCatalog;
	/** Undefined where the configuration has errors. */
	readonly settings: Settings | undefined;
	/** With no plugin set up: to look at. */
	readonly runtime: Runtime | undefined;
	/** True where the file's own inbox outlives the router, as plugins are told then. */
	readonly isDurable: boolean;
	readonly schemes: Schemes | undefined;
	/** Names of variables that are not set, and got a value that was made up. */
	readonly madeUp: readonly string[];
}

/**
 * Reads and checks a configuration whose inbox is in memory, unless it has none. A variable that it requires and that is not set, such
 * as a secret on a build server, gets a value that is made up. It never throws for what a file says.
 */
export async function prepare(source: ConfigSource): Promise<Prepared> {
	const world = createWorld(DEFAULT_START);
	const release = installGlobals();
	try {
		// A plugin that connects while it is imported is kept from it too.
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
	// Where that is not enough, the first findings are the ones to be told.
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

/** Makes a value that every scheme takes for a secret: 32 bytes in base64, the same each time. */
function makeUp(name: string): string {
	return createHash("sha256").update(`a test of ${name}`).digest("base64");
}
