import { join } from "node:path";
import { expect } from "chai";
import { FILES, ROUTES, runCli, withFolder } from "./cli.ts";

const WARNING = ROUTES.replace("firewall: [loopback]", "firewall: [any]");
const ERROR = ROUTES.replace("plugin: silent", "plugin: silnt");

describe("switchhook check", () => {
	it("sums up a configuration that is in order", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(code).to.equal(0);
			expect(out).to.equal("6 routes, 0 errors, 0 warnings\n");
		}));

	it("writes findings with paths as seen from the working folder", () =>
		withFolder({ ...FILES, "routes.yaml": ERROR }, async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(code).to.equal(1);
			expect(out).to.match(/^routes\.yaml:\d+:\d+: error: .*silnt/m);
			expect(out).to.match(/\b1 error, 0 warnings in routes\.yaml\n$/);
		}));

	it("lets warnings pass, unless it is strict", () =>
		withFolder({ ...FILES, "routes.yaml": WARNING }, async (folder) => {
			const lenient = await runCli(["check"], folder);
			expect(lenient.code).to.equal(0);
			expect(lenient.out).to.match(/warning: /);
			const strict = await runCli(["check", "--strict"], folder);
			expect(strict.code).to.equal(1);
			expect(strict.out).to.equal(lenient.out);
		}));

	it("prints what may well be meant as a note, which is no matter of strictness", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ROUTES.replace(
					"firewall: [loopback]",
					"firewall: [vonage]",
				),
			},
			async (folder) => {
				const { code, out } = await runCli(["check", "--strict"], folder);
				expect(code).to.equal(0);
				expect(out).to.match(
					/^routes\.yaml:\d+:\d+: note: without a signature/m,
				);
				expect(out).to.match(/^6 routes, 0 errors, 0 warnings, 1 note$/m);
				const json = await runCli(["check", "--json"], folder);
				const report = JSON.parse(json.out);
				expect(report).to.include({ errors: 0, warnings: 0, notes: 1 });
				expect(report.findings[0]).to.include({ severity: "note" });
			},
		));

	it("prints JSON with the same exit code", () =>
		withFolder({ ...FILES, "routes.yaml": ERROR }, async (folder) => {
			const { code, out } = await runCli(["check", "--json"], folder);
			expect(code).to.equal(1);
			const report = JSON.parse(out);
			expect(report.errors).to.equal(1);
			expect(report.findings[0]).to.include({
				file: "routes.yaml",
				severity: "error",
			});
		}));

	it("shows the line with carets on a terminal, and colours where there are any", () =>
		withFolder({ ...FILES, "routes.yaml": ERROR }, async (folder) => {
			const on = (colour: boolean) =>
				runCli(
					["check"],
					folder,
					{},
					{ screens: { stdout: { columns: 100, colour } } },
				);
			const { out } = await on(false);
			expect(out).to.match(
				/^error: unknown plugin `silnt`\n -+> routes\.yaml:9:24\n +\|\n9 \| {5}handler: \{ plugin: silnt \}\n +\| +\^{5}\n/,
			);
			expect(out).to.match(
				/\n\n6 routes, 1 error, 0 warnings in routes\.yaml\n$/,
			);
			expect(out).to.not.include("\u001b");
			expect((await on(true)).out).to.include("\u001b[1;31merror\u001b[0m");
		}));

	it("sorts findings of all files by file and place, notes among them", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ERROR.replace("kind: voice.event", "kind: voice.evnt")
					.replace("[loopback]", "[vonage]")
					.replace("text: Sorry", "txt: Sorry"),
			},
			async (folder) => {
				const { out } = await runCli(["check", "--json"], folder);
				const { findings } = JSON.parse(out);
				const lines = findings.map(({ line }: { line: number }) => line);
				expect(lines.length).to.be.greaterThan(3);
				expect(lines).to.deep.equal([...lines].sort((a, b) => a - b));
			},
		));

	it("says in JSON where the part ends that is meant", () =>
		withFolder({ "routes.yaml": "a: @x\n" }, async (folder) => {
			const { out } = await runCli(["check", "--json"], folder);
			expect(JSON.parse(out).findings[0]).to.deep.include({
				line: 1,
				column: 4,
				end: { line: 1, column: 6 },
			});
		}));

	it("does not count routes of a file that it cannot read", () =>
		withFolder({ "routes.yaml": "routes: [\n" }, async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(code).to.equal(1);
			expect(out).to.match(/^\d+ errors?, 0 warnings in routes\.yaml$/m);
		}));

	it("reads another file, and paths in it are relative to it", () =>
		withFolder(
			Object.fromEntries(
				Object.entries(FILES).map(([name, text]) => [`deep/${name}`, text]),
			),
			async (folder) => {
				const file = join("deep", "routes.yaml");
				const { code, out } = await runCli(["check", "-c", file], folder);
				expect(out).to.equal("6 routes, 0 errors, 0 warnings\n");
				expect(code).to.equal(0);
			},
		));

	it("could not run where there is no file", () =>
		withFolder({}, async (folder) => {
			const { code, out, err } = await runCli(["check"], folder);
			expect(code).to.equal(2);
			expect(out).to.equal("");
			expect(err).to.contain("./routes.yaml").and.contain("switchhook init");
		}));
});
