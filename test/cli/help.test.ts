import { expect } from "chai";
import { runCli } from "./cli.ts";

const COMMANDS = [
	"serve",
	"check",
	"test",
	"routes",
	"explain",
	"send",
	"listen",
	"networks",
	"schema",
	"init",
];

describe("the program", () => {
	for (const name of COMMANDS) {
		it(`ends the help of ${name} with an example of it`, async () => {
			const { code, out } = await runCli([name, "--help"], "/");
			expect(code).to.equal(0);
			expect(out).to.match(
				new RegExp(
					`Examples?:\n( {2}\\$ switchhook .*\n)*? {2}\\$ switchhook ${name}\\b`,
				),
			);
			expect(out).to.not.contain("default: []");
			expect(out).to.contain("-c, --config <file>");
		});

		it(`lists ${name}`, async () => {
			const { code, out } = await runCli(["--help"], "/");
			expect(code).to.equal(0);
			expect(out).to.match(new RegExp(`^ {2}${name}\\b`, "m"));
		});
	}

	it("says of each command where its documentation is, and prints that page", async () => {
		for (const name of COMMANDS) {
			const { out } = await runCli([name, "--help"], "/");
			const [, topic = ""] =
				/^Documentation: switchhook help (\S+)$/m.exec(out) ?? [];
			const page = await runCli(["help", topic], "/");
			expect(page.code, name).to.equal(0);
			expect(page.out).to.match(/^# /);
			expect(page.err).to.match(/This page is \/.*\.md/);
		}
	});

	it("tells what its exit codes mean", async () => {
		expect((await runCli(["--help"], "/")).out).to.contain("Exit codes:\n  0 ");
	});

	it("prints the package's version", async () => {
		const { code, out } = await runCli(["--version"], "/");
		expect(code).to.equal(0);
		expect(out).to.match(/^\d+\.\d+\.\d+/);
	});

	it("lists a command's own options before those of most commands, and keeps to 80 columns", async () => {
		const { out } = await runCli(["serve", "--help"], "/");
		const options = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)];
		expect(options.map(([, name]) => name).slice(-4)).to.deep.equal([
			"--config",
			"--env-file",
			"--no-env-file",
			"--help",
		]);
		expect(out).not.to.contain("default: false");
		const all = (await runCli(["--help"], "/")).out.split("\n");
		expect(all.filter((line) => line.length > 80)).to.deep.equal([]);
	});

	it("refuses a word that is neither a command nor a topic, and names the one meant", async () => {
		for (const [word, says] of [
			["plugin", "Did you mean `plugins`?"],
			["qqqqqq", "`switchhook --help` lists them."],
		]) {
			const { code, err } = await runCli(["help", word ?? ""], "/");
			expect(code).to.equal(2);
			expect(err).to.equal(
				`error: \`${word}\` is neither a command nor a topic. ${says}\n`,
			);
		}
	});

	it("prints a page without the comments for whoever edits it", async () => {
		const { out } = await runCli(["help", "routes.yaml"], "/");
		expect(out)
			.to.match(/^# routes\.yaml\n/)
			.and.not.contain("<!--");
	});

	it("prints its help and could not run without a command", async () => {
		const { code, out, err } = await runCli([], "/");
		expect(code).to.equal(2);
		expect(out).to.equal("");
		expect(err).to.contain("Usage: switchhook");
	});

	it("asks whether another command was meant", async () => {
		const { code, err } = await runCli(["chekc"], "/");
		expect(code).to.equal(2);
		expect(err).to.contain("Did you mean check?");
	});

	it("asks whether another option was meant", async () => {
		const { code, err } = await runCli(["check", "--strcit"], "/");
		expect(code).to.equal(2);
		expect(err).to.contain("Did you mean --strict?");
	});

	it("refuses an option's value that it cannot read", async () => {
		for (const args of [
			["send", "sms.inbound", "--as", "xml"],
			["send", "sms.inbound", "--set", "text"],
			["send", "sms.inbound", "--set", "text:=hello"],
			["explain", "sms.inbound", "--header", "no-colon"],
		]) {
			const { code, err } = await runCli(args, "/");
			expect(code, args.join(" ")).to.equal(2);
			expect(err, args.join(" ")).to.contain(args[2]);
		}
	});
});
