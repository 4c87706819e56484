import type { Log } from "../../observe/log.ts";
import type { CrewListener } from "../../workers/crew.ts";
import type { Ended } from "../../workers/member.ts";
import type { Io } from "../io.ts";
import { describeFindings } from "../load.ts";

/** Logs what happens to workers. */
export function createCrewLog(
	io: Pick<Io, "cwd">,
	log: Log,
): Pick<CrewListener, "onEnded" | "onReplaced"> {
	return {
		onEnded(worker, ended) {
			const { replacedInMs, findings } = ended;
			if (findings === undefined) {
				log.error(
					{ worker, reason: reasonOf(ended), retryInMs: replacedInMs },
					ended.hasServed
						? "a worker has ended. Another one takes its place"
						: "a worker could not start. It is started again",
				);
				return;
			}
			void describeFindings(io, findings).then((lines) =>
				log.error(
					{ worker, findings: lines, retryInMs: replacedInMs },
					"a worker cannot start, because the configuration on disk has errors. It is started again. The others serve the previous one",
				),
			);
		},
		onReplaced: (worker) => log.info({ worker }, "the worker serves again"),
	};
}

// --- helpers ---

function reasonOf({ isStalled, reason, signal, code }: Ended): string {
	if (isStalled)
		return "its event loop was blocked for more than 10 s, so it was killed. A handler probably computes without a pause";
	if (reason !== undefined) return reason;
	return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}
