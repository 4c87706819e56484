import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { MENU } from "../phone/play.ts";
import { runCli, withFolder } from "./cli.ts";
import { type Running, withRouterOf } from "./router.ts";

const PASSING = `name: a wrong key
steps:
  - hear: Press 1
  - press: "7"
  - hear: 7 is not in the menu
  - press: "1"
  - hear: We open
  - ends: platform
`;

const FILES = {
	"routes.yaml": MENU,
	"calls/passing.yaml": PASSING,
	"calls/differing.yaml": PASSING.replace("We open", "We close"),
	"calls/broken.yaml": `steps:
  - presss: "1"
  - press: 1
  - { callee: bussy }
  - { message: { txt: hi } }
`,
	"calls/broken-later.yaml": `steps:
  - { press: "1", hear: x }
  - { fault: lst }
  - { fault: { fault: late, for: soon } }
  - { leg: caller }
  - { hear: { text: { pattern: "(" } } }
`,
};

describe("switchhook phone", () => {
	const withMenu = (use: (running: Running) => Promise<void>): Promise<void> =>
		withFolder(FILES, (folder) => withRouterOf(folder, use));

	it("plays a scenario on the running router, and says what was heard", () =>
		withMenu(async ({ folder, visits }) => {
			const args = ["phone", "--script", "calls/passing.yaml"];
			const { code, out, err } = await runCli(args, folder);
			expect(err).to.equal("");
			expect(out)
				.to.include('caller hears "Press 1 for hours, 2 for an agent."')
				.and.include("caller presses 7")
				.and.include(
					"→ POST /voice/menu (ncco.input input)  ← 200 handled by hours",
				)
				.and.include("✓ a wrong key");
			expect(code).to.equal(0);
			// Every webhook passed the gates of a real request, signature and firewall included.
			expect(visits.map(({ path }) => path)).to.deep.equal([
				...["/voice/events", "/voice/events", "/voice/answer"],
				...["/voice/events", "/voice/menu", "/voice/menu", "/voice/events"],
			]);
		}));

	it("ends with 1 where the scenario differs, and names the line", () =>
		withMenu(async ({ folder }) => {
			const args = ["phone", "--script", "calls/differing.yaml"];
			const { code, out } = await runCli(args, folder);
			expect(code).to.equal(1);
			expect(out).to.include(`✗ a wrong key
    step 5, hear.text  calls/differing.yaml:7
      expected  to contain "We close"
      got       "We open at nine."`);
			const json = await runCli([...args, "--json"], folder);
			expect(json.code).to.equal(1);
			const report = JSON.parse(json.out) as {
				readonly passed: boolean;
				readonly problems: readonly object[];
				readonly entries: readonly { readonly what: string }[];
			};
			expect(report.passed).to.equal(false);
			expect(report.problems[0]).to.include({
				...{ step: 5, file: "calls/differing.yaml", line: 7, column: 11 },
			});
			expect(report.entries.map(({ what }) => what)).to.include("heard");
		}));

	it("finds the mistakes of a scenario with their lines and columns", () =>
		withFolder(FILES, async (folder) => {
			const shape = await runCli(
				["phone", "--script", "calls/broken.yaml"],
				folder,
			);
			expect(shape.code).to.equal(2);
			expect(shape.err.split("\n").map(placeOf)).to.deep.equal([
				...["2:5", "3:12", "4:15", "5:18", ""],
			]);
			expect(shape.err).to.include("Did you mean `press`?");
			const meaning = await runCli(
				["phone", "--script", "calls/broken-later.yaml"],
				folder,
			);
			expect(meaning.code).to.equal(2);
			expect(meaning.err.split("\n").map(placeOf)).to.deep.equal([
				...["2:19", "3:14", "4:34", "5:5", "6:32", ""],
			]);
		}));

	it("cannot run without a router, a file or a configuration", () =>
		withFolder(FILES, async (folder) => {
			const args = ["phone", "--script", "calls/passing.yaml"];
			const nobody = await runCli(args, folder);
			expect([nobody.code, nobody.out]).to.deep.equal([2, ""]);
			expect(nobody.err).to.include("no router is running");
			const missing = await runCli(["phone", "--script", "no.yaml"], folder);
			expect(missing.code).to.equal(2);
			expect(missing.err).to.include("no.yaml");
			const page = await runCli(["phone"], folder);
			expect(page.code).to.equal(2);
			expect(page.err).to.include("no router with a page is running");
			await rm(join(folder, "routes.yaml"));
			expect((await runCli(args, folder)).code).to.equal(2);
		}));
});

describe("`call` in a test", () => {
	const withTests = (
		tests: string,
		use: (folder: string) => Promise<void>,
	): Promise<void> =>
		withFolder(FILES, async (folder) => {
			await writeFile(join(folder, "routes.yaml"), `${MENU}tests:\n${tests}\n`);
			await use(folder);
		});

	it("plays the scenario in process, and counts the routes that it reached", () =>
		withTests(
			"  - { name: a wrong key, call: calls/passing.yaml }",
			async (folder) => {
				const { code, out } = await runCli(["test"], folder);
				expect(out).to.include("✓ a wrong key");
				expect(out).to.include(
					"No test reaches 3 of 7 routes: agent, agent-events, agent-busy",
				);
				expect(code).to.equal(0);
			},
		));

	it("fails with the step, its line and the latest events", () =>
		withTests(
			"  - { name: it differs, call: calls/differing.yaml }",
			async (folder) => {
				const { code, out } = await runCli(["test"], folder);
				expect(code).to.equal(1);
				expect(out)
					.to.include("step 5, hear.text  calls/differing.yaml:7")
					.and.include('expected  to contain "We close"')
					.and.include("caller presses 1");
			},
		));

	const mistakes: readonly (readonly [string, string])[] = [
		["{ name: x, call: calls/no.yaml }", "does not exist"],
		[
			"{ name: x, call: calls/passing.yaml, send: sms.inbound }",
			"`send` stands beside `call`",
		],
		["{ name: x, call: calls/passing.yaml, to: menu }", "`to` stands"],
		["{ name: x }", "the test has neither `send` nor `call`"],
		["{ name: x, call: calls/broken.yaml }", "calls/broken.yaml:2:5"],
	];
	for (const [test, said] of mistakes) {
		it(`finds a mistake in ${test}`, () =>
			withTests(`  - ${test}`, async (folder) => {
				for (const command of ["test", "check"]) {
					const { code, out, err } = await runCli([command], folder);
					expect(`${out}${err}`, command).to.include(said);
					expect(code, command).to.not.equal(0);
				}
			}));
	}
});

function placeOf(line: string): string {
	return /:(\d+:\d+): error/.exec(line)?.[1] ?? "";
}
