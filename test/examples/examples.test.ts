import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { expect } from "chai";
import { SIDEBAR } from "../../docs/.vitepress/sidebar.ts";
import { packageFile } from "../../src/cli/package.ts";
import { load } from "../../src/runtime/load.ts";
import { runCli } from "../cli/cli.ts";
import { subjectOf } from "../route/kinds.ts";
import { EXAMPLES, RECIPES, withExample } from "./example.ts";

/** A webhook for `explain`, and the route that takes it. */
type Case = readonly [
	what: string,
	args: readonly string[],
	route: string | null,
];

const key = (digits: string): readonly string[] => [
	"ncco.input",
	"--to",
	"menu",
	"--set",
	"speech:=null",
	"--set",
	`dtmf.digits=${digits}`,
];

const said = (text: string): readonly string[] => [
	"ncco.input",
	"--to",
	"menu",
	"--set",
	"dtmf:=null",
	"--set",
	`speech:=${JSON.stringify({ results: [{ text, confidence: "0.9" }] })}`,
];

const github = (
	event: string,
	...set: readonly string[]
): readonly string[] => [
	"github",
	"--header",
	`X-GitHub-Event:${event}`,
	...set.flatMap((field) => ["--set", field]),
];

const CASES: Readonly<Record<string, readonly Case[]>> = {
	"ivr-menu": [
		["a call", ["voice.answer"], "answer"],
		["the key 1", key("1"), "hours"],
		["the key 2", key("2"), "agent"],
		["a key without a route", key("7"), "menu"],
		["no key", key(""), "menu"],
		["the star key", key("*"), "repeat"],
		["an extension", key("305"), "extension"],
		["no extension", key("400"), "menu"],
		["the words of a menu", said("Can I talk to Someone"), "agent-by-voice"],
		["other words", said("some one"), "menu"],
		[
			"a key in the form of 2017",
			["ncco.input", "--to", "menu", "--set", "dtmf=1"],
			"hours",
		],
	],
	github: [
		["a ping", github("ping"), "ping"],
		["a push to main", github("push", "ref=refs/heads/main"), "deploy"],
		[
			"a push to a release",
			github("push", "ref=refs/heads/release/2.0"),
			"release-branch",
		],
		["a push elsewhere", github("push", "ref=refs/heads/x"), "github"],
		["an issue", github("issues", "action=opened"), "new-issue"],
		[
			"an issue of a bot",
			github("issues", "action=opened", "sender.type=Bot"),
			"github",
		],
		["a closed issue", github("issues", "action=closed"), "github"],
		["a star", github("star"), "github"],
	],
};

for (const name of EXAMPLES) {
	describe(`examples/${name}`, () => {
		it("passes `check` without a warning", () =>
			withExample(name, async ({ folder, args }) => {
				const ran = await runCli(["check", "--strict", ...args], folder);
				expect(ran.code, ran.out + ran.err).to.equal(0);
			}));

		it("passes its tests, a refusal among them, and reaches every route by one", () =>
			withExample(name, async ({ folder, args }) => {
				const ran = await runCli(["test", "--json", ...args], folder);
				expect(ran.code, ran.out + ran.err).to.equal(0);
				const report = JSON.parse(ran.out) as {
					passed: number;
					unreachedRoutes: readonly string[];
				};
				expect(report.passed).to.be.at.least(3);
				expect(report.unreachedRoutes).to.deep.equal([]);
				const tests = await readAll(folder, /tests\/.*\.yaml$/);
				expect(tests.join("")).to.match(/status: 40[13]|outcome: denied/);
			}));

		it("tells an editor the schema of each YAML file", async () => {
			const folder = packageFile(`examples/${name}`);
			for (const file of await readdir(folder, { recursive: true })) {
				if (extname(file) !== ".yaml") continue;
				const text = await readFile(join(folder, file), "utf8");
				const [, schema = ""] =
					/^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
				expect(schema, file).to.not.equal("");
				expect(existsSync(join(folder, file, "..", schema)), file).to.equal(
					true,
				);
			}
		});
	});
}

for (const [name, cases] of Object.entries(CASES)) {
	describe(`examples/${name}`, () => {
		for (const [what, args, route] of cases) {
			it(`takes ${what} by the right route`, () =>
				withExample(name, async ({ folder }) => {
					const { out, err } = await runCli(
						["explain", ...args, "--json"],
						folder,
					);
					expect(err).to.equal("");
					const report = JSON.parse(out) as {
						route: string;
						status: number | null;
					};
					expect(report.route, out).to.equal(route);
					expect(report.status).to.equal(null);
				}));
		}
	});
}

describe("examples/github", () => {
	it("knows a redelivery by its id alone", () =>
		withExample("github", async ({ folder }) => {
			const { runtime } = await load({
				configFile: join(folder, "routes.yaml"),
				env: { GITHUB_WEBHOOK_SECRET: "of a test, and long enough for it" },
				setup: false,
			});
			const route = runtime?.routes.find((one) => one.name === "deploy");
			const keyOf = (id: string | undefined, ref: string) =>
				route?.dedupeKeyOf(
					subjectOf({ ref }, { headers: { "x-github-delivery": id } }),
				);
			expect(keyOf("1", "a")).to.be.a("string").and.equal(keyOf("1", "b"));
			expect(keyOf("2", "a")).to.not.equal(keyOf("1", "a"));
			expect(keyOf(undefined, "a")).to.equal(undefined);
		}));
});

describe("the recipes", () => {
	it("are linked from docs/recipes.md and from the sidebar, each once", async () => {
		const page = await readFile(packageFile("docs/recipes.md"), "utf8");
		const linked = [
			...page.matchAll(/\(\.\.\/examples\/([\w-]+)\/README\.md\)/g),
		].map(([, name]) => name);
		expect(linked.toSorted()).to.deep.equal(RECIPES);
		const group = SIDEBAR.find(({ text }) => text === "Recipes")?.items ?? [];
		expect(group.map(({ link }) => link).toSorted()).to.deep.equal([
			"/docs/recipes",
			...RECIPES.map((name) => `/examples/${name}/README`),
		]);
	});

	for (const name of RECIPES) {
		it(`are explained on a page that one reads to its end: ${name}`, async () => {
			const readme = packageFile(`examples/${name}/README.md`);
			const text = await readFile(readme, "utf8");
			expect(text.split("\n").length).to.be.within(30, 80);
			expect(text).to.match(/^# .+\n/);
			for (const [, target = ""] of text.matchAll(
				/\]\(([^)#:]+)(?:#[^)]*)?\)/g,
			))
				expect(existsSync(join(readme, "..", target)), target).to.equal(true);
		});
	}

	it("name no variable that their `.env.example` leaves out", async () => {
		for (const name of RECIPES) {
			const folder = packageFile(`examples/${name}`);
			const yaml = await readAll(folder, /^(?!.*tests\/).*\.yaml$/);
			const env = await readFile(join(folder, ".env.example"), "utf8");
			for (const [, variable] of yaml.join("").matchAll(/\$\{(\w+)\}/g))
				expect(env, name).to.match(new RegExp(`^${variable}=\\S+$`, "m"));
		}
	});
});

// --- helpers ---

async function readAll(
	folder: string,
	pattern: RegExp,
): Promise<readonly string[]> {
	const files = await readdir(folder, { recursive: true });
	return Promise.all(
		files
			.filter((file) => pattern.test(file))
			.map((file) => readFile(join(folder, file), "utf8")),
	);
}
