import type { NccoChecker } from "./check.ts";
import { formatNccoProblem } from "./words.ts";

/** The log of the route, which gets the warnings about sent NCCOs. */
export interface AdviceLog {
	info(message: string): void;
}

/**
 * Creates the checker of a route, which logs warnings about its NCCOs: `check` cannot see what a plugin or a service creates.
 * Each warning is logged once, and one NCCO a minute is checked, so that the log stays short and no call waits.
 *
 * @param now returns milliseconds of a monotonic clock. Default: the process's clock
 */
export function withAdvice(
	checker: NccoChecker,
	log: AdviceLog,
	now: () => number = () => performance.now(),
): NccoChecker {
	// Compiles both forms now, because compiling takes a while and a call would wait.
	checker.isValid([]);
	checker.check([]);
	const told = new Set<string>();
	let next = Number.NEGATIVE_INFINITY;
	const advise = (ncco: readonly unknown[]): void => {
		const time = now();
		if (time < next || told.size >= TOLD_MAX) return;
		next = time + PAUSE_MS;
		const { warnings } = checker.check(ncco, { quote: false });
		const fresh = warnings
			.map(formatNccoProblem)
			.filter((line) => !told.has(line))
			.slice(0, SHOWN_MAX);
		if (fresh.length === 0) return;
		for (const line of fresh) told.add(line);
		log.info(`an NCCO is sent as it is, but: ${fresh.join("; ")}`);
	};
	return { ...checker, advise };
}

// --- helpers ---

const PAUSE_MS = 60_000;
const SHOWN_MAX = 10;
const TOLD_MAX = 100;
