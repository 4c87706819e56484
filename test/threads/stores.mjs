import { keepThreadsWarm } from "./warm.mjs";

/**
 * Keeps the threads of SQLite files warm. A source compiles its thread anew, so only a build is worth it.
 *
 * @param build the URL of the folder of a build
 * @returns a function that ends the threads
 */
export function keepStoresWarm(build) {
	const thread = new URL("inbox/sqlite/thread/thread.js", build).href;
	return keepThreadsWarm((url) => url === thread);
}
