/** Runs something later; returns how to prevent that. */
export type SetTimer = (run: () => void, ms: number) => () => void;

/** Looks again and again until it is stopped. */
export interface Watch {
	/** Resolves when nothing looks any more. */
	stop(): Promise<void>;
}

/**
 * Starts to look, at first after `firstMs`.
 *
 * @param look MUST NOT reject; returns in how many milliseconds it wants to look again
 */
export function startWatch(
	look: () => Promise<number>,
	firstMs: number,
	setTimer: SetTimer = startTimer,
): Watch {
	let isStopped = false;
	let looking: Promise<void> = Promise.resolve();
	const schedule = (ms: number): (() => void) =>
		setTimer(() => {
			looking = look().then((nextMs) => {
				if (!isStopped) cancel = schedule(nextMs);
			});
			return looking;
		}, ms);
	let cancel = schedule(firstMs);
	return {
		stop() {
			isStopped = true;
			cancel();
			return looking;
		},
	};
}

// --- helpers ---

function startTimer(run: () => void, ms: number): () => void {
	// Without `unref`, an open message would keep a stopping process alive.
	const timer = setTimeout(run, ms).unref();
	return () => clearTimeout(timer);
}
