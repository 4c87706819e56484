import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects what loading left behind, once, before the port opens. Loading a large configuration fills
 * the old generation with nodes of the YAML parser; serving allocates so little that lasts that V8 would
 * carry them along for hours, and each request would pay for it in cache misses.
 */
export function collectGarbage(): void {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as (() => void) | undefined;
	collect?.();
	setFlagsFromString("--no-expose-gc");
}
