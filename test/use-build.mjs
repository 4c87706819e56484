// Lets the tests of a whole run import the build that they start in other processes too. So every source has one text, which
// coverage counts once, and is not compiled again.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const build = process.env.SWITCHHOOK_TEST_BUILD;
if (build !== undefined) {
	register("./use-build-hooks.mjs", import.meta.url, {
		data: {
			sources: new URL("../src/", import.meta.url).href,
			build: pathToFileURL(`${build}/`).href,
		},
	});
}
