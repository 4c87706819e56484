import type { Client } from "../gate/client-address.ts";
import type { Log } from "../observe/log.ts";
import type { Throttle } from "../observe/throttle.ts";
import type { OnRejection } from "./rejection.ts";

/** Creates the log lines of rejections before routing: one line a second for each peer, with a count. */
export function createRejectionLog(
	log: Log,
	throttle: Throttle,
	findClient: (peer: string | undefined) => Client,
): OnRejection {
	const lines = log.of("connection");
	return ({ peer, status, reason, severity }) => {
		throttle.pass(`${severity} ${peer}`, (notShown) => {
			const client = findClient(peer).address?.text ?? "unknown";
			lines[severity](
				{
					client,
					peer: peer === client ? undefined : peer,
					status,
					reason,
					notShown: notShown === 0 ? undefined : notShown,
				},
				status === undefined
					? "a connection was closed"
					: "a request was refused",
			);
		});
	};
}
