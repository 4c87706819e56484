import type { Settings } from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import type { Log } from "../../observe/log.ts";
import { type Loaded, type LoadOptions, load } from "../../runtime/load.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Services } from "../../runtime/services.ts";
import {
	type Change,
	compare,
	createReading,
	type Reading,
	type Snapshot,
} from "../watch/reading.ts";
import { needsRestart, type StartSettings } from "./restart.ts";
import { compareRoutes, type RouteChanges } from "./route-changes.ts";

/** A configuration that is read, and what it was read from. */
export interface LoadedFrom {
	readonly loaded: Loaded;
	readonly reading: Reading;
}

/** A configuration that serves. */
export interface Served {
	readonly settings: Settings;
	readonly runtime: Runtime;
	readonly reading: Reading;
}

/** Tells what a reload did. */
export interface Reloaded {
	/** Number of routes that serve now. */
	readonly routes: number;
	readonly changes: RouteChanges;
	/** The files that differ from those that served before. */
	readonly files: readonly Change[];
	/** Warnings of the new configuration. */
	readonly findings: readonly Finding[];
	/** Keys whose new value counts from the next start. */
	readonly restart: readonly string[];
	/** The time that it took, milliseconds. */
	readonly ms: number;
}

/** Hears how reloads end. */
export interface ReloadListener {
	reloaded(reloaded: Reloaded): Promise<void> | void;
	/** The configuration has errors, and the one before goes on. */
	refused(
		findings: readonly Finding[],
		files: readonly Change[],
	): Promise<void> | void;
	/** It could not be read at all. */
	failed(error: unknown): void;
}

/** Holds the configuration that serves, and those before it that still have work under way. */
export interface Serving {
	runtime(): Runtime;
	settings(): Settings;
	/** Tells what was read last, also where it has errors; waits for a reload that is under way. */
	snapshot(): Promise<Snapshot>;
	/**
	 * Builds the configuration anew beside the old one and swaps. With errors the old one stays, and the
	 * listener hears why. One that is asked for while another is under way comes after it.
	 */
	reload(): Promise<void>;
	/** Closes all of them, and what they shared. */
	close(): Promise<void>;
}

/** The parts that a reload works with. */
export interface ReloadOptions {
	readonly log: Log;
	readonly services: Services;
	/** The options of the start, but for the setup. */
	readonly load: Omit<LoadOptions, "setup" | "inputs">;
	readonly listener: ReloadListener;
	/** The settings that the process took at its start. */
	readonly started: StartSettings;
	/** Called when another configuration serves. */
	onSwap(runtime: Runtime): void;
}

/** Reads a configuration, and takes down what it is read from. */
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
	{ log, services, load: given, listener, started, onSwap }: ReloadOptions,
): Serving {
	let current = first;
	/** Holds what was read last, whether it serves or not. */
	let reading = first.reading;
	/** The files that changed since the configuration that serves was read, by their paths. */
	let changed = new Map<string, Change>();
	let last = Promise.resolve();
	const retired = new Map<Runtime, NodeJS.Timeout>();
	const close = async (runtime: Runtime): Promise<void> => {
		clearTimeout(retired.get(runtime));
		retired.delete(runtime);
		await runtime.close();
	};
	/** Closes a configuration later: its handlers may still work, each for as long as its route lets it. */
	const retire = (runtime: Runtime): void => {
		const longestMs = Math.max(
			0,
			...runtime.routes.map(({ timeoutMs }) => timeoutMs),
		);
		const timer = setTimeout(() => void close(runtime), longestMs + SPARE_MS);
		retired.set(runtime, timer.unref());
	};
	const swap = async (): Promise<void> => {
		const startedAt = performance.now();
		for (const change of await compare(await reading.settle()))
			changed.set(change.file, change);
		const files = [...changed.values()];
		const setup = { log, open: async () => services };
		const read = await loadFrom({ ...given, isServing: true, setup });
		reading = read.reading;
		const { runtime, settings, findings } = read.loaded;
		if (
			runtime === undefined ||
			settings === undefined ||
			hasErrors(findings)
		) {
			await listener.refused(findings, files);
			return;
		}
		const old = current;
		current = { settings, runtime, reading };
		changed = new Map();
		onSwap(runtime);
		retire(old.runtime);
		const ms = performance.now() - startedAt;
		await listener.reloaded({
			routes: runtime.routes.length,
			changes: await compareRoutes(old, current, files),
			files,
			findings,
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
		async close() {
			await last;
			const runtimes = [current.runtime, ...retired.keys()];
			await Promise.all(runtimes.map(close));
			await services.closeResources();
		},
	};
}

// --- helpers ---

/** The time for an answer to be written, beyond that of its handler. */
const SPARE_MS = 1000;
