import type { AdminRouter } from "../../admin/router.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { createInboxSampler } from "../../observe/metrics/inbox-sampler.ts";

/**
 * Creates the counts of an inbox that the admin API shows. People look at them, so they are fresher than those of `/metrics`, and
 * nobody waits long for them.
 *
 * @param store returns undefined if nothing is stored
 */
export function createCounts(
	store: () => Pick<InboxStore, "stats"> | undefined,
): AdminRouter["counts"] {
	const sample = createInboxSampler(
		async () => {
			const stats = await store()?.stats();
			if (stats === undefined) throw new Error("nothing is stored any more");
			return stats;
		},
		{ minAgeMs: 1000, waitMs: 500 },
	);
	return async () => (store() === undefined ? undefined : sample());
}
