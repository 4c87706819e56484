import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { PlatformSettings, Settings } from "../../config/settings.ts";
import {
	type Journal,
	lastSentOf,
	openJournal,
} from "../../platform/apply/journal.ts";
import { SYSTEM_CLOCK } from "../../platform/clock.ts";
import { PlatformFault } from "../../platform/fault.ts";
import { makePlan } from "../../platform/plan/make.ts";
import type { Plan } from "../../platform/plan/plan.ts";
import {
	type PlannedRoute,
	toPlannedRoutes,
} from "../../platform/plan/routes.ts";
import type { Remote } from "../../platform/remote.ts";
import { createSession, type Session } from "../../platform/session.ts";
import { createTransport, type Transport } from "../../platform/transport.ts";
import { type ConfigOptions, withConfig } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { loadUsable } from "../load.ts";
import { createProgress } from "../terminal.ts";

/** The options that say what a plan may do. */
export interface PlanOptions extends ConfigOptions {
	readonly prune?: true;
	readonly enable?: true;
}

/** Adds `--config`, `--env-file`, `--prune` and `--enable`. */
export function withPlanning(command: Command): Command {
	return withConfig(command)
		.option(
			"--prune",
			"also clear URLs that no route names, and forwards that beat a route",
		)
		.option("--enable", "also add capabilities that an application lacks");
}

/** The parts that a command about the platform uses. */
export interface PlatformGround {
	readonly settings: Settings;
	readonly platform: PlatformSettings;
	readonly routes: readonly PlannedRoute[];
	readonly session: Session;
	readonly transport: Transport;
	readonly journal: Journal;
	/** The folder of the journal, the lock and the control socket. */
	readonly folder: string;
	/** Reads the platform, and shows the progress. */
	read(): Promise<ReadonlyMap<string, Remote>>;
	/** Compares the routes with what was read. */
	plan(
		remotes: ReadonlyMap<string, Remote>,
		options: Pick<PlanOptions, "prune" | "enable">,
	): Plan;
}

/**
 * Loads the configuration with the secrets of `platform`, and runs a command with it. A fault of the platform becomes CannotRun.
 */
export async function withPlatform(
	io: Io,
	options: ConfigOptions,
	use: (ground: PlatformGround) => Promise<void>,
	signal?: AbortSignal,
): Promise<void> {
	const { settings, runtime } = await loadUsable(io, options, {
		usesPlatform: true,
	});
	const { platform } = settings;
	if (platform === undefined) {
		throw new CannotRun(
			`${options.config} has no \`platform\`: write \`platform: { apiKey: \${VONAGE_API_KEY}, apiSecret: \${VONAGE_API_SECRET} }\`.`,
		);
	}
	const routes = toPlannedRoutes(settings, runtime.routes);
	const folder = dirname(controlSocketOf(settings));
	const journal = await openJournal(join(folder, "platform-journal.jsonl"));
	const transport = createTransport();
	const session = createSession(platform, {
		...{ transport, clock: SYSTEM_CLOCK, signal },
		onWait: (ms) => {
			if (ms >= WAIT_TOLD_MS) {
				writeLines(io.stderr, [
					`The platform asks to wait ${Math.ceil(ms / 1000)} s.`,
				]);
			}
		},
	});
	try {
		await use({
			...{ settings, platform, routes, session, transport, journal, folder },
			read: () => readWithProgress(io, session),
			plan: (remotes, { prune = false, enable = false }) =>
				makePlan({
					publicUrl: settings.server.publicUrl,
					accounts: platform.accounts,
					...{ remotes, routes, prune, enable },
					lastSent: (account, msisdn, setting) =>
						lastSentOf(journal, account, msisdn, setting),
				}),
		});
	} catch (error) {
		if (error instanceof PlatformFault) throw new CannotRun(error.message);
		if (signal?.aborted && (error as Error).name === "AbortError")
			throw new CannotRun("The run was ended early.");
		throw error;
	} finally {
		await transport.close();
	}
}

// --- helpers ---

/** Shorter waits are not reported. */
const WAIT_TOLD_MS = 5000;

const EVERY_MS = 250;

async function readWithProgress(
	io: Io,
	session: Session,
): Promise<ReadonlyMap<string, Remote>> {
	const progress = createProgress(io, "reading the platform, call");
	const before = session.sent();
	const timer = setInterval(
		() => progress.at(session.sent() - before),
		EVERY_MS,
	);
	try {
		return await session.read();
	} finally {
		clearInterval(timer);
		progress.end();
	}
}
