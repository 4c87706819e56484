import { hasErrors } from "../../finding/finding.ts";
import type { Log } from "../../observe/log.ts";
import { type Loaded, type LoadOptions, load } from "../../runtime/load.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Services } from "../../runtime/services.ts";
import { describeFindings } from "../load.ts";

/** Holds the configuration that serves, and those before it that still have work under way. */
export interface Serving {
	runtime(): Runtime;
	/**
	 * Builds the configuration anew beside the old one and swaps. With errors the old one stays, and the
	 * log says why. One that is asked for while another is under way comes after it.
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
	readonly load: Omit<LoadOptions, "setup">;
	/** Working folder: findings name files as seen from it. */
	readonly cwd: string;
	/** Called when another configuration serves. */
	onSwap(runtime: Runtime): void;
}

/** Serves a first configuration, and the next ones after it. */
export function createServing(
	first: Runtime,
	{ log, services, load: given, cwd, onSwap }: ReloadOptions,
): Serving {
	const lines = log.of("reload");
	let current = first;
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
		const next = await build();
		if (next === undefined) return;
		const old = current;
		current = next;
		onSwap(next);
		retire(old);
		lines.info(
			{ routes: next.routes.length },
			"the configuration was reloaded",
		);
	};
	const build = async (): Promise<Runtime | undefined> => {
		let loaded: Loaded;
		try {
			const setup = { log, open: async () => services };
			loaded = await load({ ...given, setup });
		} catch (error) {
			lines.error({ err: error }, "the configuration could not be reloaded");
			return undefined;
		}
		const { runtime, findings } = loaded;
		if (runtime !== undefined && !hasErrors(findings)) return runtime;
		lines.error(
			{ findings: await describeFindings({ cwd }, findings) },
			"the configuration has errors: the one before still serves",
		);
		return undefined;
	};
	return {
		runtime: () => current,
		reload() {
			last = last.then(swap);
			return last;
		},
		async close() {
			await last;
			await Promise.all([current, ...retired.keys()].map(close));
			await services.closeResources();
		},
	};
}

// --- helpers ---

/** The time for an answer to be written, beyond that of its handler. */
const SPARE_MS = 1000;
