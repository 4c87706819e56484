import { relative } from "node:path";
import type { Settings } from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import type { Log } from "../../observe/log.ts";
import { type Loaded, type LoadOptions, load } from "../../runtime/load.ts";
import { reloadFailed } from "../../runtime/own/cause.ts";
import type { OwnEvents } from "../../runtime/own/own-events.ts";
import { type Runtime, toOwnSite } from "../../runtime/runtime.ts";
import type { Services } from "../../runtime/services.ts";
import {
	type Change,
	compare,
	createReading,
	type Reading,
	type Snapshot,
} from "../watch/reading.ts";
import { needsRestart, type StartSettings } from "./restart.ts";
import { Retired } from "./retired.ts";
import { compareRoutes, type RouteChanges } from "./route-changes.ts";

/** A loaded configuration, and the inputs of its load. */
export interface LoadedFrom {
	readonly loaded: Loaded;
	readonly reading: Reading;
}

/** The configuration that serves. */
export interface Served {
	readonly settings: Settings;
	readonly runtime: Runtime;
	readonly reading: Reading;
}

/** The result of a reload. */
export interface Reloaded {
	/** The number of routes that serve now. */
	readonly routes: number;
	readonly changes: RouteChanges;
	/** The files that changed since the previous configuration. */
	readonly files: readonly Change[];
	/** Warnings of the new configuration. */
	readonly findings: readonly Finding[];
	/** Notes about it. */
	readonly notes: readonly Finding[];
	/** The keys whose new value takes effect at the next start. */
	readonly restart: readonly string[];
	/** The duration in milliseconds. */
	readonly ms: number;
}

/** Gets the results of reloads. */
export interface ReloadListener {
	reloaded(reloaded: Reloaded): Promise<void> | void;
	/** Called if the configuration has errors. The previous one continues. `ms` is the duration of the reload. */
	refused(
		findings: readonly Finding[],
		files: readonly Change[],
		ms: number,
	): Promise<void> | void;
	/** Called if it could not be read. */
	failed(error: unknown): void;
}

/** Manages the serving configuration, and previous ones with running work. */
export interface Serving {
	runtime(): Runtime;
	settings(): Settings;
	/** Returns the inputs of the last load, even if it had errors. Waits for a running reload. */
	snapshot(): Promise<Snapshot>;
	/**
	 * Builds the configuration beside the old one and swaps them. If it has errors the old one stays, and the listener gets the
	 * findings. A reload that is requested during another one runs after it.
	 */
	reload(): Promise<void>;
	/** Aborts the running handlers of all configurations. */
	abort(reason: Error): void;
	/** Closes all configurations and their shared services. */
	close(): Promise<void>;
}

/** The parts that a reload works with. */
export interface ReloadOptions {
	readonly log: Log;
	readonly services: Services;
	/** The options of the start, except the setup. */
	readonly load: Omit<LoadOptions, "setup" | "inputs">;
	readonly listener: ReloadListener;
	/** The settings that the process uses since its start. */
	readonly started: StartSettings;
	/** Called when another configuration serves. */
	onSwap(runtime: Runtime): void;
}

/** Loads a configuration, and records its inputs. */
export async function loadFrom(
	options: Omit<LoadOptions, "inputs">,
): Promise<LoadedFrom> {
	const reading = createReading();
	for (const path of options.envFiles?.paths ?? []) reading.file(path);
	return { loaded: await load({ ...options, inputs: reading }), reading };
}

/** Serves a first configuration, and the next ones after it. */
export function createServing(
	first: Served,
	{ log, services, load: given, started, onSwap, ...options }: ReloadOptions,
): Serving {
	let current = first;
	services.metrics.serve(first.runtime.routes);
	services.own.serve(toOwnSite(first.runtime));
	const listener = withOwnEvents(options.listener, services.own, first);
	/** The inputs of the last load, whether it serves or not. */
	let reading = first.reading;
	/** The files that changed since the serving configuration was read, by path. */
	let changed = new Map<string, Change>();
	let last = Promise.resolve();
	const retired = new Retired();
	const swap = async (): Promise<void> => {
		const startedAt = performance.now();
		for (const change of await compare(await reading.settle()))
			changed.set(change.file, change);
		const files = [...changed.values()];
		const setup = { log, open: async () => services };
		const read = await loadFrom({ ...given, isServing: true, setup });
		reading = read.reading;
		const { runtime, settings, findings, notes } = read.loaded;
		if (
			runtime === undefined ||
			settings === undefined ||
			hasErrors(findings)
		) {
			await listener.refused(findings, files, performance.now() - startedAt);
			return;
		}
		const old = current;
		current = { settings, runtime, reading };
		changed = new Map();
		services.metrics.serve(runtime.routes);
		services.own.serve(toOwnSite(runtime));
		onSwap(runtime);
		retired.add(old.runtime);
		const ms = performance.now() - startedAt;
		await listener.reloaded({
			routes: runtime.routes.length,
			changes: await compareRoutes(old, current, files),
			files,
			findings,
			notes,
			restart: needsRestart(started, settings),
			ms,
		});
	};
	return {
		runtime: () => current.runtime,
		settings: () => current.settings,
		async snapshot() {
			await last;
			return reading.settle();
		},
		reload() {
			last = last.then(swap).catch((error) => listener.failed(error));
			return last;
		},
		abort(reason) {
			current.runtime.abort(reason);
			retired.abort(reason);
		},
		async close() {
			await last;
			await Promise.all([current.runtime.close(), retired.close()]);
			await services.closeResources();
		},
	};
}

// --- helpers ---

/** Adds the own event of a reload that failed to a listener. */
function withOwnEvents(
	listener: ReloadListener,
	own: Pick<OwnEvents, "raise">,
	{ settings: { folder } }: Served,
): ReloadListener {
	return {
		...listener,
		async refused(findings, ...rest) {
			const errors = findings.filter(({ severity }) => severity === "error");
			const [first] = errors;
			const place =
				first &&
				`${relative(folder, first.file)}:${first.line}:${first.column}`;
			own.raise(reloadFailed(errors.length, place));
			await listener.refused(findings, ...rest);
		},
		failed(error) {
			own.raise(reloadFailed(0, undefined));
			listener.failed(error);
		},
	};
}
