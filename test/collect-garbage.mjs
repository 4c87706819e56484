import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Returns a function that collects all garbage at once, in a process or a thread that was not started with `--expose-gc`. */
export function garbageCollector() {
	setFlagsFromString("--expose-gc");
	return runInNewContext("gc");
}
