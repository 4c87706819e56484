import type { Io } from "../io.ts";

/** How far a long run is. */
export interface Progress {
	/** Notes how many are done; written down a few times a second at most. */
	at(count: number): void;
	/** Clears the line. */
	end(): void;
}

/** Makes the line of a long run, such as `replayed 1500 of 20000`; silent where nobody watches. */
export function createProgress(
	{ progress }: Pick<Io, "progress">,
	done: string,
	total?: number,
	now: () => number = () => performance.now(),
): Progress {
	const of = total === undefined ? "" : ` of ${total}`;
	// What is done within the first moment needs no line.
	let shownAt = now();
	let isShown = false;
	return {
		at(count) {
			if (progress === undefined || now() - shownAt < EVERY_MS) return;
			shownAt = now();
			isShown = true;
			progress.write(`${CLEAR}${done} ${count}${of}`);
		},
		end() {
			if (isShown) progress?.write(CLEAR);
		},
	};
}

// --- helpers ---

const EVERY_MS = 250;

/** To the start of the line, and erase it (ECMA-48, EL). */
const CLEAR = "\r\u001b[K";
