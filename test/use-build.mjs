// Compiles the tests as they are imported, by tsx, and lets those of a whole run import the build that they start in other processes
// too. So every source has one text, which coverage counts once, and is not compiled again.
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

const build = process.env.SWITCHHOOK_TEST_BUILD;

// A thread inherits this file. Those of a build are compiled, and hooks would cost each a thread more: half of what a short one takes.
if (build === undefined || isMainThread) await import("tsx/esm");
if (build !== undefined && isMainThread) {
	const { keepStoresWarm } = await import("./threads/stores.mjs");
	process.once("beforeExit", keepStoresWarm(pathToFileURL(`${build}/`)));
	register("./use-build-hooks.mjs", import.meta.url, {
		data: {
			sources: new URL("../src/", import.meta.url).href,
			build: pathToFileURL(`${build}/`).href,
		},
	});
}
