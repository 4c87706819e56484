import type { Fill, NewDelivery } from "../../src/inbox/port/queue.ts";
import type { StateWrite } from "../../src/inbox/port/state.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { createInbox, type Inbox } from "../../src/runtime/inbox/inbox.ts";

/** An inbox on a store that only takes, and fails when told so. */
export interface TestInbox {
	readonly inbox: Inbox;
	readonly put: NewDelivery[];
	readonly writes: StateWrite[];
	readonly lines: [severity: string, fields: object, message: string][];
	/** What the store fails with; undefined while it works. */
	fault: Error | undefined;
	backlog: number;
	fill: Fill;
	/** How often it was said that the room is nearly full. */
	askedForRoom: number;
}

const NONE = { count: 0, bytes: 0 };

export function createTestInbox(maxBacklog = 10): TestInbox {
	const lines: TestInbox["lines"] = [];
	const check = (): void => {
		if (test.fault !== undefined) throw test.fault;
	};
	const store = {
		backlog: () => test.backlog,
		fill: () => test.fill,
		async put(batch: readonly NewDelivery[]) {
			check();
			test.put.push(...batch);
			return batch.map(({ id }) => ({ id, isDuplicate: false }));
		},
		async writeState(writes: readonly StateWrite[]) {
			check();
			test.writes.push(...writes);
		},
	} as Partial<InboxStore> as InboxStore;
	const line = (severity: string) => (fields: object, message: string) =>
		void lines.push([severity, fields, message]);
	const log = { warn: line("warn"), info: line("info") } as Parameters<
		typeof createInbox
	>[1]["log"];
	const test: TestInbox = {
		inbox: createInbox(store, {
			bounds: {
				maxBacklog,
				maxBytes: 1_000_000,
				quarantine: { maxCount: 10, maxBytes: 1000 },
			},
			log,
			onNearlyFull: () => {
				test.askedForRoom += 1;
			},
		}),
		askedForRoom: 0,
		put: [],
		writes: [],
		lines,
		fault: undefined,
		backlog: 0,
		fill: { own: NONE, admitted: NONE, usedBytes: 0 },
	};
	return test;
}

/** A delivery for an inbox that does not look at it. */
export function deliveryOf(id: string): NewDelivery {
	return { id, envelope: "{}", body: new Uint8Array(0) } as NewDelivery;
}
