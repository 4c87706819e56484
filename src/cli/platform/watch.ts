import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { Settings } from "../../config/settings.ts";
import type { PluginState } from "../../inbox/port/state.ts";
import type { Log } from "../../observe/log.ts";
import { lastSentOf, openJournal } from "../../platform/apply/journal.ts";
import { SYSTEM_CLOCK } from "../../platform/clock.ts";
import { type Drift, findDrift } from "../../platform/drift.ts";
import { makePlan } from "../../platform/plan/make.ts";
import { toPlannedRoutes } from "../../platform/plan/routes.ts";
import { createSession } from "../../platform/session.ts";
import { createTransport } from "../../platform/transport.ts";
import { type DriftLook, watchDrift } from "../../platform/watch-drift.ts";
import { drift } from "../../runtime/own/cause.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { controlSocketOf } from "../control.ts";

/** A router that checks for drift. */
export interface Drifting {
	/** Returns the runtime. Called for each check, because a reload changes it. */
	readonly settings: () => Settings;
	readonly runtime: () => Pick<Runtime, "routes" | "publicUrl" | "own">;
	readonly log: Log;
	/** Gets the result of each look. */
	readonly onLook: (look: DriftLook) => void;
	/** The store that routers share. Undefined if nothing is stored. */
	readonly state: PluginState | undefined;
}

/** Checks for drift in an interval, in milliseconds. Returns the function that ends it. */
export function watchPlatform(
	drifting: Drifting,
	everyMs: number,
): () => Promise<void> {
	return watchDrift({
		everyMs,
		log: drifting.log,
		clock: SYSTEM_CLOCK,
		find: (signal) => find(drifting, signal),
		onLook: drifting.onLook,
		isMine: createTurn(drifting.state, everyMs),
		onDrift: (count) => drifting.runtime().own.raise(drift(count)),
	});
}

/**
 * Creates the function that decides whether it is this router's turn. Routers with a common store leave a mark there, which
 * expires shortly before the next check. Two routers that check at the same moment may both do it, which does no harm.
 */
export function createTurn(
	state: PluginState | undefined,
	everyMs: number,
): () => Promise<boolean> {
	const value = JSON.stringify(randomUUID());
	return async () => {
		if (state === undefined) return true;
		const holder = await state.readState(OWNER, KEY);
		if (holder !== undefined && holder !== value) return false;
		await state.writeState([
			// It lasts longer than one interval, so that the same router keeps its turn.
			{ plugin: OWNER, key: KEY, value, expiresAfterMs: everyMs * 1.5 },
		]);
		return (await state.readState(OWNER, KEY)) === value;
	};
}

// --- helpers ---

/** No plugin can have this name. */
const OWNER = "switchhook:platform";
const KEY = "drift";

async function find(
	{ settings: current, runtime }: Drifting,
	signal: AbortSignal,
): Promise<readonly Drift[]> {
	const settings = current();
	const { platform, server } = settings;
	if (platform === undefined) return [];
	const publicUrl = runtime().publicUrl();
	const transport = createTransport();
	try {
		const session = createSession(platform, {
			...{ transport, clock: SYSTEM_CLOCK, signal },
		});
		const routes = toPlannedRoutes(
			{ ...settings, server: { ...server, publicUrl } },
			runtime().routes,
		);
		const place = dirname(controlSocketOf(settings));
		const journal = await openJournal(join(place, "platform-journal.jsonl"));
		const { accounts } = platform;
		return findDrift(
			makePlan({
				...{ publicUrl, accounts, routes },
				remotes: await session.read(),
				lastSent: (account, msisdn, setting) =>
					lastSentOf(journal, account, msisdn, setting),
			}),
		);
	} finally {
		await transport.close();
	}
}
