import type { Spool } from "../inbox/port/spool.ts";
import type { StateWrite } from "../inbox/port/state.ts";
import type { ReadinessCheck } from "./router.ts";

/** The parts of a router that make it ready. */
export interface ReadinessOptions {
	/** Returns false before the ports are open, and while the router stops. */
	readonly isServing: () => boolean;
	/** Undefined if nothing is stored. */
	readonly store:
		| {
				writeState(writes: readonly StateWrite[]): Promise<void>;
				/** Takes events while the store does not. Default: nothing does. */
				readonly spool?: Spool;
		  }
		| undefined;
	/** Returns the reason why the inbox takes no more events. Undefined if it does. */
	readonly full: () => string | undefined;
	/** Returns milliseconds of a monotonic clock. Default performance.now. */
	readonly now?: () => number;
	/** The milliseconds that the store may take. Default 2,000. */
	readonly timeoutMs?: number;
}

/**
 * Creates the check of readiness. The store is asked to make a small write durable, as for a webhook, because a store that can
 * only be read is of no use here. It is asked once a second at most, however many probes come. A store with a spool is ready
 * while its spool takes events.
 */
export function createReadiness({
	isServing,
	store,
	full,
	now = () => performance.now(),
	timeoutMs = 2000,
}: ReadinessOptions): () => Promise<readonly ReadinessCheck[]> {
	let probed: {
		readonly at: number;
		readonly checks: Promise<readonly ReadinessCheck[]>;
	};
	const probe = (): Promise<readonly ReadinessCheck[]> => {
		const time = now();
		if (probed === undefined || time - probed.at >= FRESH_MS) {
			probed = { at: time, checks: checkStore(store as Store, timeoutMs) };
		}
		return probed.checks;
	};
	return async () => {
		const serving: ReadinessCheck = isServing()
			? { name: "serving", isOk: true }
			: {
					name: "serving",
					isOk: false,
					reason: "the router starts or stops",
				};
		if (store === undefined) return [serving];
		const reason = full();
		return [
			serving,
			...(await probe()),
			{ name: "room", isOk: reason === undefined, reason },
		];
	};
}

// --- helpers ---

type Store = NonNullable<ReadinessOptions["store"]>;

const FRESH_MS = 1000;

/** Checks the store, and its spool where events go there. */
async function checkStore(
	store: Store,
	timeoutMs: number,
): Promise<readonly ReadinessCheck[]> {
	const { spool } = store;
	const check = await write(store, timeoutMs);
	if (spool === undefined) return [check];
	const { depth } = spool.read();
	if (check.isOk && depth === 0) return [check];
	const fault = spool.full() ?? (await within(spool.probe(), timeoutMs));
	if (fault !== undefined)
		return [{ name: "store", isOk: false, reason: fault }];
	return [
		{ ...check, isOk: true },
		{
			name: "spooling",
			isOk: true,
			reason: `${depth} ${depth === 1 ? "event waits" : "events wait"} in the spool for the database`,
		},
	];
}

/** Writes the mark of the probe, which no plugin can have, because names of plugins contain no colon. */
async function write(store: Store, timeoutMs: number): Promise<ReadinessCheck> {
	const mark = {
		plugin: "switchhook:readiness",
		key: "probe",
		value: "true",
		expiresAfterMs: 60_000,
	};
	const reason = await within(store.writeState([mark]), timeoutMs);
	return reason === undefined
		? { name: "store", isOk: true }
		: { name: "store", isOk: false, reason };
}

/** Returns the reason why work failed or was late. Undefined if it succeeded in time. */
async function within(
	work: Promise<void>,
	timeoutMs: number,
): Promise<string | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(
			() =>
				reject(new Error(`the store does not answer within ${timeoutMs} ms`)),
			timeoutMs,
		);
	});
	try {
		await Promise.race([work, late]);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	} finally {
		clearTimeout(timer);
	}
}
