import { relative } from "node:path";
import type { ServingFiles } from "../../../admin/router.ts";
import type { Settings } from "../../../config/settings.ts";
import { type Finding, hasErrors } from "../../../finding/finding.ts";
import type { Log } from "../../../observe/log.ts";
import { type Loaded, type LoadOptions, load } from "../../../runtime/load.ts";
import { reloadFailed } from "../../../runtime/own/cause.ts";
import type { OwnEvents } from "../../../runtime/own/own-events.ts";
import { type Runtime, toOwnSite } from "../../../runtime/runtime.ts";
import type { Services } from "../../../runtime/services.ts";
import {
	type Change,
	compare,
	createReading,
	type Reading,
	type Snapshot,
} from "../../watch/reading.ts";
import { needsRestart, type StartSettings } from "./restart.ts";
import { Retired } from "./retired.ts";
import { compareRoutes, type RouteChanges } from "./route-changes.ts";
import { filesOf } from "./serving-files.ts";

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
	/** The inputs of the new configuration. */
	readonly reading: Reading;
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
	/** Returns the files of the serving configuration, and what differs on disk. */
	files(): Promise<ServingFiles>;
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
	/** True for a supervisor, whose workers set the configuration up. Default false. */
	readonly isSetUpElsewhere?: boolean;
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
	{ log, services, started, agree, onSwap, ...options }: ReloadOptions,
): Serving {
	let current = first;
	announce(services, first.runtime);
	const listener = withOwnEvents(options.listener, services.own, first);
	/** The inputs of the last load, whether it serves or not. */
	let reading = first.reading;
	/** The files that changed since the serving configuration was read, by path. */
	let changed = new Map<string, Change>();
	let last = Promise.resolve();
	const retired = new Retired();
	const isElsewhere = (): boolean => options.isSetUpElsewhere ?? false;
	const build = async (): Promise<Built> => {
		const startedAt = performance.now();
		for (const change of await compare(await reading.settle()))
			changed.set(change.file, change);
		const setup = { log, open: async () => services, isElsewhere };
		const built = await buildNext({ ...options.load, setup }, startedAt);
		reading = built.reading;
		return built;
	};
	const serve = async (next: Next): Promise<void> => {
		const { settings, runtime, findings, notes, startedAt } = next;
		const old = current;
		const files = [...changed.values()];
		current = { settings, runtime, reading: next.reading };
		changed = new Map();
		announce(services, runtime);
		onSwap(runtime);
		retired.add(old.runtime);
		const ms = performance.now() - startedAt;
		const routes = runtime.routes.length;
		const changes = await compareRoutes(old, current, files);
		const restart = needsRestart(started, settings);
		const found = { findings, notes, reading: next.reading };
		await listener.reloaded({ routes, changes, files, ...found, restart, ms });
	};
	const swap = async (): Promise<void> => {
		const { next, startedAt } = await build();
		const agreed = await agreeOn(next, agree);
		if ("runtime" in agreed) {
			await serve(agreed);
			return;
		}
		const ms = performance.now() - startedAt;
		await listener.refused(agreed, [...changed.values()], ms);
	};
	const prepared = createPrepared(build, serve);
	/** Runs after all earlier work. */
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const result = last.then(work);
		last = result.then(nothing, nothing);
		return result;
	};
	return {
		files: () => filesOf(current.reading, started, current.settings),
		runtime: () => current.runtime,
		settings: () => current.settings,
		async snapshot() {
			await last;
			return reading.settle();
		},
		reload: () => inTurn(swap).catch((error) => listener.failed(error)),
		prepare: () => inTurn(prepared.prepare),
		commit: () => inTurn(prepared.commit),
		discard: () => inTurn(prepared.discard),
		abort(reason) {
			current.runtime.abort(reason);
			retired.abort(reason);
		},
		async close() {
			await last;
			await prepared.discard();
			await Promise.all([current.runtime.close(), retired.close()]);
			await services.closeResources();
		},
	};
}

// --- helpers ---

/** A loaded configuration that does not serve yet. */
interface Next extends Served {
	readonly findings: readonly Finding[];
	readonly notes: readonly Finding[];
	readonly startedAt: number;
}

/** The result of a load, or its findings if it has errors. */
interface Built {
	readonly next: Next | readonly Finding[];
	readonly reading: Reading;
	readonly startedAt: number;
}

/** Loads the next configuration. */
async function buildNext(
	options: Parameters<typeof loadFrom>[0],
	startedAt: number,
): Promise<Built> {
	const { loaded, reading } = await loadFrom(options);
	const { runtime, settings, findings, notes } = loaded;
	const isUsable =
		runtime !== undefined && settings !== undefined && !hasErrors(findings);
	const next = isUsable
		? { settings, runtime, reading, findings, notes, startedAt }
		: findings;
	return { next, reading, startedAt };
}

/** Tells the services which routes serve from now on. */
function announce({ metrics, own }: Services, runtime: Runtime): void {
	metrics.serve(runtime.routes);
	own.serve(toOwnSite(runtime));
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

/** Holds a configuration until the supervisor has decided. */
function createPrepared(
	build: () => Promise<Built>,
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
			const { next } = await build();
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
