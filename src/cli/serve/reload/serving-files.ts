import type { ServingFiles } from "../../../admin/router.ts";
import type { Settings } from "../../../config/settings.ts";
import { compare, type Reading } from "../../watch/reading.ts";
import { needsRestart, type StartSettings } from "./restart.ts";

/** Describes the files of a configuration for the admin API. `started` has the settings that the process uses since its start. */
export async function filesOf(
	reading: Reading,
	started?: StartSettings,
	settings?: Settings,
): Promise<ServingFiles> {
	return {
		readAt: reading.startedAt,
		texts: reading.texts,
		changes: await compare(await reading.settle()),
		restart:
			started === undefined || settings === undefined
				? []
				: needsRestart(started, settings),
	};
}
