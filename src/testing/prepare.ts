import { readFile as readFromDisk } from "node:fs/promises";
import { resolve } from "node:path";
import type { ReadConfig } from "../config/read/read.ts";
import type { InboxStoreSettings, Settings } from "../config/settings.ts";
import type { Finding } from "../finding/finding.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { load } from "../runtime/load.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Where a configuration under test comes from. */
export interface ConfigSource {
	/** routes.yaml, absolute; where there is a `text`, paths in it start from its folder. */
	readonly configFile: string;
	/** The content of that file, which need not be there then. */
	readonly text?: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly schemes?: Schemes | undefined;
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
}

/** Reads and checks a configuration whose inbox is in memory, unless it has none. It never throws for what a file says. */
export async function prepare({
	configFile,
	text,
	env,
	schemes,
}: ConfigSource): Promise<Prepared> {
	const file = resolve(configFile);
	let isDurable = true;
	const loaded = await load({
		configFile: file,
		env,
		schemes,
		readFile: async (path) =>
			text !== undefined && path === file ? text : readFromDisk(path, "utf8"),
		chooseStore(written): InboxStoreSettings {
			isDurable = written.type === "sqlite" || written.type === "postgres";
			return written.type === "none" ? written : { type: "memory" };
		},
		setup: false,
	});
	const { read, findings, kinds, settings, runtime } = loaded;
	return { read, findings, kinds, settings, runtime, isDurable, schemes };
}
