import { setFlagsFromString } from "node:v8";

/**
 * Does work while V8 optimizes nothing. To load thousands of routes calls hundreds of functions just often enough for V8 to
 * optimize them, and in the second that it takes, this costs more CPU than it saves. Functions that were optimized before stay
 * so, and what a router does from then on is optimized as ever.
 */
export async function withoutOptimizer<Result>(
	work: () => Promise<Result>,
): Promise<Result> {
	setFlagsFromString(`${LARGEST}=0`);
	try {
		return await work();
	} finally {
		setFlagsFromString(`${LARGEST}=${USUAL_BYTES}`);
	}
}

// --- helpers ---

/**
 * The bytes of a function's bytecode up to which V8 optimizes it. `--no-opt` would do the same, but its counterpart `--opt` ends
 * a process that was started with `--jitless`.
 */
const LARGEST = "--max-optimized-bytecode-size";

/** The default of V8 in every version of Node that is supported. */
const USUAL_BYTES = 60 * 1024;
