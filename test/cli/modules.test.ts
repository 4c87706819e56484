import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { commandLine } from "../end-to-end/process.ts";

describe("the start of the program", () => {
	it("loads little more than commander to print its version, and its help", async () => {
		for (const args of [["--version"], ["--help"], ["chekc"]]) {
			const { own, packages } = countModules(args);
			expect(own, args.join()).to.be.lessThan(16).and.greaterThan(3);
			expect([...packages]).to.deep.equal(["commander"]);
		}
	});
});

// --- helpers ---

/** Packages that compile the sources where no build is tested. */
const FOR_TESTS = new Set([
	"tsx",
	"esbuild",
	"get-tsconfig",
	"resolve-pkg-maps",
]);

/** Runs a command in a process of its own, which tells every module that it loads. */
function countModules(args: readonly string[]) {
	const hooks = `export async function load(url, context, next) { process._rawDebug("loads " + url); return next(url, context); }`;
	const register = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(hooks)}");`;
	const [node = "", ...rest] = commandLine(args);
	const { stderr } = spawnSync(
		node,
		[
			"--import",
			`data:text/javascript,${encodeURIComponent(register)}`,
			...rest,
		],
		{ encoding: "utf8" },
	);
	const urls = [...stderr.matchAll(/^loads (\S+)/gm)].map(
		([, url = ""]) => url,
	);
	const packages = urls.flatMap((url) => {
		const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
		return name === undefined || FOR_TESTS.has(name) ? [] : [name];
	});
	const own = urls.filter((url) =>
		/\/(?:src|dist-test)\/.*\.[jt]s/.test(url),
	).length;
	return { own, packages: new Set(packages) };
}
