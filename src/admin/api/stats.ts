import { countByRoute } from "../../desk/stats.ts";
import { DELIVERY_STATES } from "../../inbox/port/delivery.ts";
import type { AdminOperation } from "../operation.ts";
import { expectStore } from "./deliveries/filter.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";
import { SPOOL } from "./spool.ts";

const STATES = Object.fromEntries(
	DELIVERY_STATES.map((state) => [state, COUNT]),
);
const AMOUNT = objectOf({ count: COUNT, bytes: COUNT });

/** The numbers of stored deliveries: what `switchhook inbox stats` shows. */
export const STATS: readonly AdminOperation[] = [
	{
		id: "getStats",
		method: "GET",
		path: "/stats",
		tag: "deliveries",
		scope: "read",
		summary: "Counts the stored deliveries by state and route.",
		description: "Counting reads the indexes of the whole inbox.",
		answers: {
			200: {
				description: "The counts.",
				schema: objectOf(
					{
						engine: { enum: ["sqlite", "postgres", "memory"] },
						byState: objectOf(STATES),
						byRoute: listOf(objectOf({ route: TEXT, ...STATES })),
						oldestUnfinishedAt: about(
							"The arrival of the oldest delivery that is not finished. Absent if there is none.",
							TIME,
						),
						sizeBytes: about("The space that the inbox takes.", COUNT),
						quarantine: about(
							"What a gate refused (`door`), and what was admitted but invalid.",
							objectOf({ door: AMOUNT, admitted: AMOUNT }),
						),
						spool: about(
							"The spool of this router. Absent without one.",
							SPOOL,
						),
					},
					["oldestUnfinishedAt", "spool"],
				),
			},
		},
		async handle(request) {
			const store = expectStore(request);
			const { byState, byRoute, oldestUnfinishedAt, sizeBytes, quarantine } =
				await store.stats();
			return {
				body: {
					engine: store.engine,
					byState,
					byRoute: countByRoute(byRoute),
					oldestUnfinishedAt,
					sizeBytes,
					quarantine,
					spool: store.spool?.read(),
				},
			};
		},
	},
];
