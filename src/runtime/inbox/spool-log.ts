import type { InboxSettings } from "../../config/settings.ts";
import type { StoreShare } from "../../inbox/open.ts";
import type { SpoolListener, SpoolOptions } from "../../inbox/spool/open.ts";
import type { Log } from "../../observe/log.ts";

/** Returns the options of the spool, whose changes are logged. Undefined without one. */
export function toSpoolOptions(
	{ spoolFile, spoolMaxBytes }: InboxSettings,
	log: Log,
	share: StoreShare | undefined,
): SpoolOptions | undefined {
	if (spoolFile === undefined) return undefined;
	// All workers of a router meet the same outage, and the supervisor logs it.
	return {
		file: spoolFile,
		maxBytes: spoolMaxBytes,
		...(share?.as !== "guest" && { listener: createSpoolLog(log, spoolFile) }),
	};
}

// --- helpers ---

/** Creates the log lines of a spool. */
function createSpoolLog(log: Log, file: string): SpoolListener {
	return {
		onAway: (reason) =>
			log.error(
				{ reason, spool: file },
				"the database is away. Events go to the spool, and are handled when it is back",
			),
		onOpened: () => log.info("the database is there. The inbox is open"),
		onBegin: () =>
			log.warn(
				{ spool: file },
				"events go to the spool, because the database did not take them in time",
			),
		onEnd: ({ ms, ...counts }) =>
			log.info(
				{ ...counts, ms: Math.round(ms) },
				"the spool is empty again. The database has its events",
			),
		onRefused: ({ id, route }, error) =>
			log.error(
				{ id, route, err: error },
				"the database refuses an event of the spool. It stays in the file as a dead one",
			),
		onFault: (error) =>
			log.error({ err: error }, "the spool cannot be read or written"),
	};
}
