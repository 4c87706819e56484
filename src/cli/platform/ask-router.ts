import type { Settings } from "../../config/settings.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun } from "../io.ts";
import { toControl, transmit } from "../request/transmit.ts";

/**
 * Asks the router on this machine for the answer to a GET without parameters, as a client that the route's firewall admits.
 * Resolves with undefined where no router is there.
 */
export function createAsker(
	settings: Pick<Settings, "folder" | "inbox">,
): (path: string) => Promise<number | undefined> {
	return async (path) => {
		try {
			const control = await toControl(controlSocketOf(settings));
			try {
				const { status } = await transmit(
					{ method: "GET", path, query: "", headers: {}, raw: Buffer.alloc(0) },
					control,
				);
				return status;
			} finally {
				await control.release();
			}
		} catch (error) {
			// It runs on another machine, or in a folder of its own.
			if (error instanceof CannotRun) return undefined;
			throw error;
		}
	};
}
