import { withFolder } from "../cli/cli.ts";
import {
	type InboxRouter,
	type InboxRouterOptions,
	startInboxRouter,
	TOLD,
} from "./inbox-router.ts";

/** Starts a router on the files of a test; again after a `stop`, as a restart does. */
export type Start = (options?: InboxRouterOptions) => Promise<InboxRouter>;

/** Makes a folder with a configuration and the plugin `told`; what still runs in it is stopped afterwards. */
export function withInboxFiles(
	routes: string,
	env: Readonly<Record<string, string>>,
	use: (start: Start, folder: string) => Promise<void>,
	files: Readonly<Record<string, string>> = {},
): Promise<void> {
	const own = { "routes.yaml": routes, "plugins/told.mjs": TOLD };
	return withFolder({ ...own, ...files }, async (folder) => {
		const open = new Set<InboxRouter>();
		try {
			await use(async (options = {}) => {
				const router = await startInboxRouter(folder, { env, ...options });
				open.add(router);
				const stop = (drainMs?: number): Promise<void> => {
					open.delete(router);
					return router.stop(drainMs);
				};
				return { ...router, stop };
			}, folder);
		} finally {
			for (const router of open) await router.stop(0);
		}
	});
}
