import type { Settings } from "../../config/settings.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun } from "../io.ts";
import { toControl, transmit } from "../request/transmit.ts";

/**
 * Asks the router on this machine for the answer to a GET without parameters, as a client that the route's firewall admits.
 * Resolves with undefined if no router is running.
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
			// The router runs on another machine, or in another folder.
			if (error instanceof CannotRun) return undefined;
			throw error;
		}
	};
}
