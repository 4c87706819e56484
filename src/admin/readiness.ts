import type { StateWrite } from "../inbox/port/state.ts";
import type { ReadinessCheck } from "./router.ts";

/** The parts of a router that make it ready. */
export interface ReadinessOptions {
	/** Returns false before the ports are open, and while the router stops. */
	readonly isServing: () => boolean;
	/** Undefined if nothing is stored. */
	readonly store:
		| { writeState(writes: readonly StateWrite[]): Promise<void> }
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
 * only be read is of no use here. It is asked once a second at most, however many probes come.
 */
export function createReadiness({
	isServing,
	store,
	full,
	now = () => performance.now(),
	timeoutMs = 2000,
}: ReadinessOptions): () => Promise<readonly ReadinessCheck[]> {
	let probed: { readonly at: number; readonly check: Promise<ReadinessCheck> };
	const probe = (): Promise<ReadinessCheck> => {
		const time = now();
		if (probed === undefined || time - probed.at >= FRESH_MS) {
			probed = { at: time, check: write(store as Store, timeoutMs) };
		}
		return probed.check;
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
			await probe(),
			{ name: "room", isOk: reason === undefined, reason },
		];
	};
}

// --- helpers ---

type Store = NonNullable<ReadinessOptions["store"]>;

const FRESH_MS = 1000;

/** Writes the mark of the probe, which no plugin can have, because names of plugins contain no colon. */
async function write(store: Store, timeoutMs: number): Promise<ReadinessCheck> {
	const mark = {
		plugin: "switchhook:readiness",
		key: "probe",
		value: "true",
		expiresAfterMs: 60_000,
	};
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(
			() =>
				reject(new Error(`the store does not answer within ${timeoutMs} ms`)),
			timeoutMs,
		);
	});
	try {
		await Promise.race([store.writeState([mark]), late]);
		return { name: "store", isOk: true };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { name: "store", isOk: false, reason };
	} finally {
		clearTimeout(timer);
	}
}
