import type { Finding } from "../config/finding.ts";
import type { Settings } from "../config/settings.ts";
import type { KindCatalog } from "../kind/kind.ts";
import type { Runtime } from "./runtime.ts";

export interface LoadOptions {
	/** routes.yaml, absolute or relative to the working folder. */
	readonly configFile: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** False to check only: plugins are read, none is set up, and no handler may be called. */
	readonly setup: boolean;
}

export interface Loaded {
	/** Every finding of the run, in the order of the files. */
	readonly findings: readonly Finding[];
	/** The built-in kinds and those beside the configuration. */
	readonly kinds: KindCatalog;
	/** Undefined when the configuration has errors. */
	readonly settings: Settings | undefined;
	readonly runtime: Runtime | undefined;
}
