import { HookError } from "../../errors.ts";
import { isInboxOpenError } from "../port/open-error.ts";
import type { InboxStore } from "../port/store.ts";
import type { PostgresStore } from "../postgres/store.ts";

/** Hears of the attempts to open the database. None of these may throw. */
export interface LateListener {
	/** The database does not answer, or refuses to open. Called once for each reason. */
	onAway(reason: string): void;
	onOpened(): void;
}

/** An inbox in PostgreSQL that need not be reachable at the start. */
export interface LateStore {
	/** Every call rejects with INBOX_UNAVAILABLE until the database is open. Listeners are kept until then. */
	readonly store: PostgresStore;
	/** Returns true once the database was opened. */
	isOpen(): boolean;
	/** Tries to open it until that works. Call it once. */
	start(): void;
}

/**
 * Creates the inbox around the function that opens it.
 *
 * @param first the open store, or the reason why the database was away at the start
 */
export function createLateStore(
	first: PostgresStore | string,
	open: () => Promise<PostgresStore>,
	listener: LateListener,
): LateStore {
	let opened = typeof first === "string" ? undefined : first;
	let isClosed = false;
	let reason = typeof first === "string" ? first : "";
	let timer: NodeJS.Timeout | undefined;
	let opening: Promise<void> = Promise.resolve();
	const work = createListeners<Parameters<InboxStore["onWork"]>[0]>(
		(store, listen) => store.onWork(listen),
	);
	const pauses = createListeners<() => void>((store, listen) =>
		store.onPauses(listen),
	);

	const tryOpen = async (waitMs: number): Promise<void> => {
		try {
			const store = await open();
			opened = store;
			if (isClosed) return;
			work.attach(store);
			pauses.attach(store);
			listener.onOpened();
		} catch (error) {
			const said = describe(error);
			if (said !== reason) listener.onAway(said);
			reason = said;
			later(Math.min(waitMs * 2, LAST_WAIT_MS));
		}
	};
	const later = (waitMs: number): void => {
		if (isClosed) return;
		timer = setTimeout(() => {
			opening = tryOpen(waitMs);
		}, waitMs).unref();
	};
	const need = (): PostgresStore => {
		if (opened !== undefined) return opened;
		throw new HookError("INBOX_UNAVAILABLE", reason);
	};
	const ask = Object.fromEntries(
		Object.keys(ASKED).map((name) => [
			name,
			// The table lists exactly the methods that return a promise, so the arguments fit.
			async (...args: readonly unknown[]) =>
				(need()[name as Asked] as (...given: readonly unknown[]) => unknown)(
					...args,
				),
		]),
	) as unknown as Pick<PostgresStore, Asked>;
	return {
		isOpen: () => opened !== undefined,
		start() {
			if (opened === undefined) opening = tryOpen(FIRST_WAIT_MS);
		},
		store: {
			...ask,
			engine: "postgres",
			isShared: true,
			giveUp: () => opened?.giveUp(),
			backlog: () => opened?.backlog() ?? 0,
			fill: (route) => opened?.fill(route) ?? EMPTY,
			onWork: (listen) => work.add(listen, opened),
			onPauses: (listen) => pauses.add(listen, opened),
			async *export(filter) {
				yield* need().export(filter);
			},
			async close() {
				isClosed = true;
				clearTimeout(timer);
				await opening;
				await opened?.close();
			},
		},
	};
}

// --- helpers ---

const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 2000;

const EMPTY: ReturnType<InboxStore["fill"]> = {
	own: { count: 0, bytes: 0 },
	admitted: { count: 0, bytes: 0 },
	usedBytes: 0,
};

/** The methods that return a promise, except `close`. */
type Asked = Exclude<
	{
		[Name in keyof PostgresStore]-?: NonNullable<PostgresStore[Name]> extends (
			...args: never
		) => Promise<unknown>
			? Name
			: never;
	}[keyof PostgresStore],
	"close"
>;

/** A new method of the port does not compile without a line here. */
const ASKED: Readonly<Record<Asked, true>> = {
	put: true,
	ship: true,
	lease: true,
	extend: true,
	settle: true,
	raise: true,
	due: true,
	pauses: true,
	pause: true,
	resume: true,
	leasePaced: true,
	readState: true,
	listState: true,
	writeState: true,
	get: true,
	find: true,
	changes: true,
	list: true,
	scan: true,
	replay: true,
	release: true,
	note: true,
	redact: true,
	redactState: true,
	scrub: true,
	drop: true,
	dropped: true,
	stats: true,
	prune: true,
	import: true,
	children: true,
	addHistory: true,
	readHistory: true,
	readTotals: true,
};

/** Keeps listeners until there is a store to listen to. */
function createListeners<Listener>(
	listen: (store: PostgresStore, listener: Listener) => () => void,
) {
	const kept = new Map<symbol, { listener: Listener; stop?: () => void }>();
	return {
		add(listener: Listener, store: PostgresStore | undefined): () => void {
			const key = Symbol();
			const entry: { listener: Listener; stop?: () => void } = { listener };
			if (store !== undefined) entry.stop = listen(store, listener);
			kept.set(key, entry);
			return () => {
				kept.delete(key);
				entry.stop?.();
			};
		},
		attach(store: PostgresStore): void {
			for (const entry of kept.values())
				entry.stop = listen(store, entry.listener);
		},
	};
}

function describe(error: unknown): string {
	if (isInboxOpenError(error) || error instanceof HookError)
		return error.message;
	return error instanceof Error ? error.message : String(error);
}
