import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
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

describe("the start of a router", () => {
	it("loads few packages, and nothing that only some configurations need", () => {
		const { own, packages } = importedBy(
			"cli/main.ts",
			"cli/program.ts",
			"cli/terminal.ts",
			"cli/workers/fork.ts",
			"cli/serve/serve.ts",
		);
		// Each file takes a third of a millisecond, each package up to fifty. Load what few routers use by a dynamic
		// `import`, or a package by `lazyPackage`, before you raise a number.
		expect(own.length).to.be.lessThan(540).and.greaterThan(300);
		expect(packages).to.deep.equal([
			"ajv",
			"ajv-formats",
			"commander",
			"fastest-levenshtein",
			"fresh",
			"jose",
			"koa",
			"pino",
		]);
		const rare =
			/^(?:admin\/(?:api|pages)|cli\/(?:mcp|inbox|request)|desk\/where|inbox\/(?:postgres|spool)|phone|platform\/(?:apply|mock|plan))/;
		expect(own.filter((file) => rare.test(file))).to.deep.equal([]);
	});
});

describe("the start of a check", () => {
	it("loads neither the router of tests nor the phone", () => {
		const { own } = importedBy("cli/commands/check.ts");
		expect(own.length).to.be.lessThan(390).and.greaterThan(200);
		const rare = /^(?:admin|http|phone|testing\/(?:run|world))/;
		expect(own.filter((file) => rare.test(file))).to.deep.equal([]);
	});
});

// --- helpers ---

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

/** Follows the static imports of files. */
function importedBy(...entries: readonly string[]) {
	const own = new Set(entries.map((entry) => join(SOURCES, entry)));
	const packages = new Set<string>();
	for (const file of own) {
		const text = readFileSync(file, "utf8");
		const imports =
			/^(?:import|export) (?!type\b)(?:[^;"]*? from )?"([^"]+)";/gm;
		for (const [, path = ""] of text.matchAll(imports)) {
			if (path.startsWith(".")) own.add(join(dirname(file), path));
			else if (!path.startsWith("node:"))
				packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
		}
	}
	return {
		own: [...own].map((file) => relative(SOURCES, file)),
		packages: [...packages].sort(),
	};
}

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
