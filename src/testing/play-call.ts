import type { Settings } from "../config/settings.ts";
import { runScript, type ScriptProblem } from "../phone/script/run.ts";
import type { CallScript } from "../phone/script/script.ts";
import { createScriptTime } from "../phone/script/time.ts";
import { createSession, type Session } from "../phone/session.ts";
import { createSwitchboard } from "../phone/switchboard.ts";
import { createTestLine } from "./phone-line.ts";
import type { RunningRouter } from "./running.ts";

/** A scenario that was played. */
export interface PlayedCall {
	readonly problems: readonly ScriptProblem[];
	readonly session: Session;
	/** Names of the routes that were reached. */
	readonly reached: ReadonlySet<string>;
}

/** Plays a scenario on a router in this process, by the router's clock. */
export async function playCall(
	script: CallScript,
	router: RunningRouter,
	settings: Pick<Settings, "routes">,
): Promise<PlayedCall> {
	const reached = new Set<string>();
	const { clock } = router.world;
	const line = createTestLine(router, settings, (route) => reached.add(route));
	const board = createSwitchboard({
		runtime: () => router.runtime,
		addresses: () => [],
	});
	const session = createSession({ line, board, clock });
	const time = createScriptTime(
		clock,
		() => session.inFlight > 0,
		() => router.settle(),
	);
	try {
		const problems = await runScript(script, session, time);
		return { problems, session, reached };
	} finally {
		session.close();
	}
}
