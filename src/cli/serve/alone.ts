import type { Tls } from "../../http/tls.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createAloneSource } from "../admin/alone.ts";
import type { OpenAdmin } from "../admin/open.ts";
import { listenForReload } from "./process.ts";
import { createServing } from "./reload/reload.ts";
import { run } from "./run.ts";
import {
	checkAgain,
	isWatchedByDefault,
	type Ready,
	type Start,
	toOpenAdmin,
} from "./start.ts";

/** Runs a router of one process until it is told to stop. */
export async function serveAlone(parts: Start, ready: Ready): Promise<void> {
	const { io, options, log, stop, places, notifier } = parts;
	const { first, reload, running, history, observer } = ready;
	const { settings } = first;
	const opened: Opened = {};
	const serving = createServing(first, {
		...reload,
		log,
		onSwap: (next) => continueWith(next, opened, running),
	});
	const release = listenForReload(
		() => void notifier.reloading(serving.reload),
	);
	const socket = parts.store.socketOf(settings);
	const check = () => checkAgain(parts);
	try {
		await run({
			io,
			log,
			observer,
			openAdmin: toOpenAdmin(parts, {
				...{ running, settings, socket },
				source: () =>
					createAloneSource({ serving, running, history, observer, check }),
			}),
			settings,
			serving,
			running,
			stop,
			notifier,
			socket,
			places: places ?? settings.server.listen,
			isWatched: options.watch ?? isWatchedByDefault(io),
			onOpen: (some) => void Object.assign(opened, some),
		});
	} finally {
		release();
		await serving.close();
	}
}

// --- helpers ---

/** The parts of the listeners that a reload uses. */
interface Opened {
	readonly port?: number;
	readonly tls?: Tls;
	readonly admin?: OpenAdmin;
}

/** Continues the run with a configuration that a reload brought. */
function continueWith(
	next: Runtime,
	{ port, tls, admin }: Opened,
	running: RunningInbox | undefined,
): void {
	if (port !== undefined) next.servedOn(port);
	running?.wake();
	void tls?.refresh();
	admin?.refresh();
}
