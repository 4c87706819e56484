import { randomUUID } from "node:crypto";
import { doubtsOfReason } from "../../../src/inbox/port/doubt.ts";
import type {
	Lease,
	NewDelivery,
	Settlement,
	Verdict,
} from "../../../src/inbox/port/queue.ts";
import type {
	InboxStore,
	StoreOptions,
} from "../../../src/inbox/port/store.ts";

/** Where an inbox lies, empty at first. */
export interface Ground {
	/** Opens the inbox; the same one each time. */
	open(options: StoreOptions): Promise<InboxStore>;
	/** Leaves nothing behind. Called after every store was closed. */
	remove(): Promise<void>;
}

export type CreateGround = () => Promise<Ground>;

/** The store of the test that runs, with the clock that it reads. */
export interface InboxFixture {
	readonly store: InboxStore;
	/** Milliseconds since the epoch, as the store sees it. */
	readonly now: number;
	advance(ms: number): void;
	/** Closes the store and opens it again, with other options where they are given. */
	reopen(options?: Partial<StoreOptions>): Promise<void>;
	/** One more handle on the inbox where the engine shares it, else the one that there is. */
	another(): Promise<InboxStore>;
}

/** Opens an empty inbox for each test of the suite it is called in. */
export function useInbox(create: CreateGround): InboxFixture {
	let ground: Ground | undefined;
	let open: InboxStore[] = [];
	let now = START;
	const options: StoreOptions = {
		quarantine: { maxCount: 1000, maxBytes: 1_000_000 },
		clock: () => now,
	};
	const start = async (changed: Partial<StoreOptions> = {}) => {
		if (ground === undefined) throw new Error("no test is running");
		const store = await ground.open({ ...options, ...changed });
		open.push(store);
		return store;
	};
	const stop = async () => {
		const stores = open;
		open = [];
		for (const store of stores) await store.close();
	};

	beforeEach(async () => {
		now = START;
		ground = await create();
		await start();
	});
	afterEach(async () => {
		await stop();
		await ground?.remove();
		ground = undefined;
	});

	return {
		get store() {
			const [first] = open;
			if (first === undefined) throw new Error("no store is open");
			return first;
		},
		get now() {
			return now;
		},
		advance(ms) {
			now += ms;
		},
		async reopen(changed) {
			await stop();
			await start(changed);
		},
		async another() {
			return this.store.isShared ? start() : this.store;
		},
	};
}

/** A delivery of the route `sms`, with an id of its own; a quarantined one has the doubts that its reason names. */
export function delivery(changed: Partial<NewDelivery> = {}): NewDelivery {
	const doubts = doubtsOfReason(changed.reason);
	return {
		id: randomUUID(),
		route: "sms",
		kind: "sms.inbound",
		receivedAt: START,
		dedupeKey: undefined,
		orderKey: undefined,
		state: "received",
		reason: undefined,
		quarantine:
			changed.state === "quarantined"
				? { doubts, client: undefined }
				: undefined,
		envelope: '{"method":"POST"}',
		body: Buffer.from('{"text":"hello"}'),
		...changed,
	};
}

/** Puts one delivery and returns its id. */
export async function put(
	store: InboxStore,
	changed: Partial<NewDelivery> = {},
): Promise<string> {
	const [receipt] = await store.put([delivery(changed)]);
	return (receipt as { id: string }).id;
}

/** Leases what is due of one route. */
export function lease(
	store: InboxStore,
	max = 10,
	route = "sms",
): Promise<readonly Lease[]> {
	return store.lease([{ route, max }], LEASE_MS);
}

/** Leases the one that is due. */
export async function leaseOne(
	store: InboxStore,
	route = "sms",
): Promise<Lease> {
	const [only] = await lease(store, 1, route);
	if (only === undefined) throw new Error(`nothing of ${route} is due`);
	return only;
}

/** A settlement of 12 milliseconds. */
export function settlement(
	taken: Pick<Lease, "id" | "attempt">,
	verdict: Verdict | "delivered" | "returned" = "delivered",
	changed: Partial<Settlement> = {},
): Settlement {
	return {
		lease: { id: taken.id, attempt: taken.attempt },
		verdict: typeof verdict === "string" ? { as: verdict } : verdict,
		startedAt: START,
		durationMs: 12,
		writes: [],
		events: [],
		...changed,
	};
}

/** Settles one lease; true where it was still held. */
export async function settle(
	store: InboxStore,
	taken: Pick<Lease, "id" | "attempt">,
	verdict: Verdict | "delivered" | "returned" = "delivered",
	changed: Partial<Settlement> = {},
): Promise<boolean> {
	const [isWritten] = await store.settle([settlement(taken, verdict, changed)]);
	return isWritten === true;
}

/** Tried again after so long. */
export function wait(afterMs: number): Verdict {
	return { as: "waiting", afterMs, reason: "HANDLER_FAILED: not now" };
}

/** Given up. */
export const DEAD: Verdict = {
	as: "dead",
	reason: "HANDLER_FAILED: never",
};

/** The ids of leases, rows or receipts. */
export function idsOf(
	things: readonly { readonly id: string }[],
): readonly string[] {
	return things.map(({ id }) => id);
}

/** Milliseconds of the leases that the helpers take. */
export const LEASE_MS = 30_000;

/** When the clock of each test starts. */
export const START = Date.UTC(2026, 0, 15, 12);
