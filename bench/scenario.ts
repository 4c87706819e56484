import type { RaceOptions } from "./race.ts";
import type { Scope } from "./scope.ts";
import { type Server, startServer } from "./server.ts";
import type { Verdict } from "./table.ts";

/** What a scenario works with. */
export interface Bench extends RaceOptions {
	/** A temporary folder of this scenario's own. */
	readonly folder: string;
	/** Path of the router's command, undefined while it is not built. */
	readonly router: string | undefined;
	/** Path of another build's command, to compare with. */
	readonly base?: string | undefined;
	readonly scope: Scope;
}

/** One thing that is measured, and what it has to reach. */
export interface Scenario {
	readonly title: string;
	run(bench: Bench): Promise<readonly Verdict[]>;
}

/** Starts the router with a config on a free port of loopback. */
export function startRouter(
	{ router, folder, scope }: Bench,
	name: string,
	config: string,
	flags: readonly string[] = [],
): Promise<Server> {
	if (router === undefined) throw new Error("the router is not built");
	const command = [router, "serve", "-c", config, "--listen", "127.0.0.1:0"];
	command.push(...flags);
	return startServer({ name, command, folder }, scope);
}
