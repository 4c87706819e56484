import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { FILES, runCli, withFolder } from "./cli.ts";

interface Printed {
	readonly builtIn: readonly {
		readonly name: string;
		readonly note: string;
		readonly ranges: readonly {
			readonly cidr: string;
			readonly since?: string;
			readonly until?: string;
			readonly source: string;
			readonly confirmed: boolean;
		}[];
	}[];
	readonly defined: readonly unknown[];
}

const OWN = {
	...FILES,
	"routes.yaml": `networks: { office: [203.0.113.0/24, 198.51.100.7], platform: { file: lists/platform.txt } }
${FILES["routes.yaml"]?.replace("[loopback]", "[office, platform]")}`,
	"lists/platform.txt": "216.147.0.0/18\n",
};

describe("switchhook networks", () => {
	it("prints the built-in networks with dates and sources, also without a configuration", () =>
		withFolder({}, async (folder) => {
			const { code, out, err } = await runCli(["networks"], folder);
			expect(code).to.equal(0);
			expect(err).to.equal("");
			expect(out).to.match(/^nexmo: .*withdrawn in 2019/m);
			expect(out).to.match(
				/^174\.37\.245\.32\/29 +2017-02-14 +2019-01-31 +Nexmo developer documentation/m,
			);
			expect(out).to.match(/^168\.100\.64\.0\/18 .*not confirmed/m);
			expect(out).to.not.contain("Defined in");
		}));

	it("adds those of the configuration: how many ranges, and from which file", () =>
		withFolder(OWN, async (folder) => {
			const { code, out } = await runCli(["networks"], folder);
			expect(code).to.equal(0);
			const own = out.slice(out.indexOf("Defined in ./routes.yaml:"));
			expect(own).to.match(/^office +2 +routes\.yaml$/m);
			expect(own).to.match(/^platform +1 +lists\/platform\.txt$/m);
		}));

	it("prints the same as JSON", () =>
		withFolder(OWN, async (folder) => {
			const { out } = await runCli(["networks", "--json"], folder);
			const { builtIn, defined } = JSON.parse(out) as Printed;
			expect(builtIn.map(({ name }) => name)).to.deep.equal([
				"nexmo",
				"vonage",
				"vonage-unconfirmed",
				"loopback",
				"private",
				"any",
			]);
			expect(defined).to.deep.equal([
				{
					name: "office",
					file: "routes.yaml",
					ranges: ["203.0.113.0/24", "198.51.100.7/32"],
				},
				{
					name: "platform",
					file: "lists/platform.txt",
					ranges: ["216.147.0.0/18"],
				},
			]);
		}));

	it("still prints the built-in ones beside a broken configuration, and says so", () =>
		withFolder({ "routes.yaml": "version: 2\n" }, async (folder) => {
			const { code, out, err } = await runCli(["networks"], folder);
			expect(code).to.equal(1);
			expect(out).to.contain("216.147.0.0/18");
			expect(err).to.contain("switchhook check");
		}));

	it("could not run with a configuration that is named and not there", () =>
		withFolder({}, async (folder) => {
			const { code, err } = await runCli(
				["networks", "--config", "none.yaml"],
				folder,
			);
			expect(code).to.equal(2);
			expect(err).to.contain("none.yaml");
		}));

	it("says what the page on networks says", async () => {
		const page = await readFile(
			new URL("../../docs/networks.md", import.meta.url),
			"utf8",
		);
		const { out } = await runCli(["networks", "--json"], "/");
		const rows = (JSON.parse(out) as Printed).builtIn.flatMap(
			({ name, ranges }) =>
				ranges.map(
					({ cidr, since = "–", until = "–", source, confirmed }) =>
						`| \`${name}\` | \`${cidr}\` | ${since} | ${until} | ${source}${confirmed ? "" : " (not confirmed by an official text)"} |`,
				),
		);
		const [, section = ""] = page.split("## Built-in networks");
		const shown = section.split("\n").filter((line) => /^\| `/.test(line));
		expect(shown).to.deep.equal(rows);
	});
});
