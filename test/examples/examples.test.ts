import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { load } from "../../src/runtime/load.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { environmentOf } from "../config/case.ts";
import { subjectOf } from "../route/kinds.ts";

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

const EXAMPLES: Readonly<Record<string, readonly Case[]>> = {
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

/** Copies an example, and tells its environment. */
async function withExample<T>(
	name: string,
	use: (folder: string, env: Record<string, string>) => Promise<T>,
): Promise<T> {
	return withFolder({}, async (folder) => {
		await cp(packageFile(`examples/${name}`), folder, { recursive: true });
		const text = await readFile(join(folder, "routes.yaml"), "utf8");
		return use(folder, environmentOf(text));
	});
}

for (const [name, cases] of Object.entries(EXAMPLES)) {
	describe(`examples/${name}`, () => {
		it("passes `check` without a warning", () =>
			withExample(name, async (folder, env) => {
				const { findings } = await load({
					configFile: join(folder, "routes.yaml"),
					env,
					setup: false,
				});
				expect(findings.map(formatFinding)).to.deep.equal([]);
			}));

		for (const [what, args, route] of cases) {
			it(`takes ${what} by the right route`, () =>
				withExample(name, async (folder, env) => {
					const { out, err } = await runCli(
						["explain", ...args, "--json"],
						folder,
						env,
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
		withExample("github", async (folder, env) => {
			const { runtime } = await load({
				configFile: join(folder, "routes.yaml"),
				env,
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
