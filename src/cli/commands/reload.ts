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
	/** The keys whose new value takes effect at the next start. */
	readonly restart: readonly string[];
	/** The duration in milliseconds. */
	readonly ms: number;
}

/** Gets the results of reloads. */
export interface ReloadListener {
	reloaded(reloaded: Reloaded): Promise<void> | void;
	/** Called if the configuration has errors. The previous one continues. */
	refused(
		findings: readonly Finding[],
		files: readonly Change[],
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
	/**
	 * Builds the configuration beside the serving one, for a supervisor that decides for all workers. Returns its findings if it
	 * has errors, otherwise undefined. Replaces one that was prepared before.
	 */
	prepare(): Promise<readonly Finding[] | undefined>;
	/** Serves the prepared configuration. Does nothing without one. */
	commit(): Promise<void>;
	/** Closes the prepared configuration. Does nothing without one. */
	discard(): Promise<void>;
	/** Closes all configurations and their shared services. */
	close(): Promise<void>;
}

/** The parts that a reload works with. */
export interface ReloadOptions {
	readonly log: Log;
	/** Undefined for a supervisor, whose workers set the configuration up. */
	readonly services: Services | undefined;
	/** The options of the start, except the setup. */
	readonly load: Omit<LoadOptions, "setup" | "inputs">;
	readonly listener: ReloadListener;
	/** The settings that the process uses since its start. */
	readonly started: StartSettings;
	/**
	 * Asks the other processes of the router whether they can serve the configuration too. Returns the findings of those that
	 * cannot. Called after a load without errors. Default: there are none.
	 */
	agree?(): Promise<readonly Finding[] | undefined>;
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
	{
		log,
		services,
		load: given,
		listener,
		started,
		agree,
		onSwap,
	}: ReloadOptions,
): Serving {
	let current = first;
	/** The inputs of the last load, whether it serves or not. */
	let reading = first.reading;
	/** The files that changed since the serving configuration was read, by path. */
	let changed = new Map<string, Change>();
	let last = Promise.resolve();
	const retired = createRetired();
	const build = async (): Promise<Next | readonly Finding[]> => {
		for (const change of await compare(await reading.settle()))
			changed.set(change.file, change);
		const setup = { log, open: async () => services };
		const built = await buildNext({ ...given, setup });
		reading = built.reading;
		return built.next;
	};
	const serve = async (next: Next): Promise<void> => {
		const { settings, runtime, findings, startedAt } = next;
		const old = current;
		const files = [...changed.values()];
		current = { settings, runtime, reading: next.reading };
		changed = new Map();
		onSwap(runtime);
		retired.retire(old.runtime);
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
	const swap = async (): Promise<void> => {
		const next = await agreeOn(await build(), agree);
		if ("runtime" in next) await serve(next);
		else await listener.refused(next, [...changed.values()]);
	};
	const prepared = createPrepared(build, serve);
	/** Runs after all earlier work. */
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const result = last.then(work);
		last = result.then(nothing, nothing);
		return result;
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
		prepare: () => inTurn(prepared.prepare),
		commit: () => inTurn(prepared.commit),
		discard: () => inTurn(prepared.discard),
		async close() {
			await last;
			await prepared.discard();
			await Promise.all([current.runtime.close(), retired.close()]);
			await services?.closeResources();
		},
	};
}

// --- helpers ---

/** A loaded configuration that does not serve yet. */
interface Next extends Served {
	readonly findings: readonly Finding[];
	readonly startedAt: number;
}

/** Loads the next configuration. `next` is its findings if it has errors. */
async function buildNext(load: Parameters<typeof loadFrom>[0]): Promise<{
	readonly next: Next | readonly Finding[];
	readonly reading: Reading;
}> {
	const startedAt = performance.now();
	const { loaded, reading } = await loadFrom({ ...load, isServing: true });
	const { runtime, settings, findings } = loaded;
	const isUsable =
		runtime !== undefined && settings !== undefined && !hasErrors(findings);
	const next = isUsable
		? { settings, runtime, reading, findings, startedAt }
		: findings;
	return { next, reading };
}

/** Asks the other processes of the router. Returns their findings, and closes the configuration, if they cannot serve it. */
async function agreeOn(
	next: Next | readonly Finding[],
	agree: ReloadOptions["agree"],
): Promise<Next | readonly Finding[]> {
	if (!("runtime" in next)) return next;
	let refused: readonly Finding[] | undefined;
	try {
		refused = await agree?.();
	} catch (error) {
		await next.runtime.close();
		throw error;
	}
	if (refused !== undefined) await next.runtime.close();
	return refused ?? next;
}

const nothing = (): void => {};

/** Keeps previous configurations open while their work may run. */
function createRetired(): {
	retire(runtime: Runtime): void;
	close(): Promise<void>;
} {
	const timers = new Map<Runtime, NodeJS.Timeout>();
	const close = async (runtime: Runtime): Promise<void> => {
		clearTimeout(timers.get(runtime));
		timers.delete(runtime);
		await runtime.close();
	};
	return {
		retire(runtime) {
			// Its handlers may still run within their routes' timeouts.
			const longestMs = Math.max(
				0,
				...runtime.routes.map(({ timeoutMs }) => timeoutMs),
			);
			const timer = setTimeout(() => void close(runtime), longestMs + SPARE_MS);
			timers.set(runtime, timer.unref());
		},
		async close() {
			await Promise.all([...timers.keys()].map(close));
		},
	};
}

/** Holds a configuration until the supervisor has decided. */
function createPrepared(
	build: () => Promise<Next | readonly Finding[]>,
	serve: (next: Next) => Promise<void>,
): Pick<Serving, "prepare" | "commit" | "discard"> {
	let held: Next | undefined;
	const discard = async (): Promise<void> => {
		const old = held;
		held = undefined;
		await old?.runtime.close();
	};
	return {
		async prepare() {
			await discard();
			const next = await build();
			if (!("runtime" in next)) return next;
			held = next;
			return undefined;
		},
		async commit() {
			const next = held;
			held = undefined;
			if (next !== undefined) await serve(next);
		},
		discard,
	};
}

/** The time for writing an answer after its handler ended. */
const SPARE_MS = 1000;
