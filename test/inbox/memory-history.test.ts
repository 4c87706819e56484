import { createMemoryHistory } from "../../src/inbox/memory-history.ts";
import { START } from "./contract/ground.ts";
import { describeHistoryOf } from "./contract/history.ts";

describe("a history in memory", () => {
	let now = START;
	let store = createMemoryHistory(() => now);

	beforeEach(() => {
		now = START;
		store = createMemoryHistory(() => now);
	});

	describeHistoryOf(
		{
			get store() {
				return store;
			},
			get now() {
				return now;
			},
			advance(ms) {
				now += ms;
			},
			another: async () => store,
		},
		async () => store.prune(),
	);
});
