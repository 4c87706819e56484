import type { Pause } from "../../inbox/port/pause.ts";
import type { PauseListener } from "../../inbox/worker/pauses.ts";
import type { Log } from "../../observe/log.ts";

/** Logs each pause and its end, and passes them on. */
export function createPauseLog(
	log: Pick<Log, "of">,
	next: PauseListener,
): PauseListener {
	const lines = log.of("pause");
	return {
		onPaused(pause) {
			next.onPaused(pause);
			lines.warn(
				{ ...fieldsOf(pause), outcome: "paused" },
				"events are stored and not handled",
			);
		},
		onResumed(pause) {
			next.onResumed(pause);
			lines.info(
				{ ...fieldsOf(pause), outcome: "resumed" },
				"events are handled again",
			);
		},
	};
}

// --- helpers ---

/** A reason is the operator's own text: it is logged as a reason, so that numbers in it are masked. */
function fieldsOf({ route, since, until, why }: Pause) {
	return { route, since, until, reason: why };
}
