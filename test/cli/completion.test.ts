import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { FILES, runCli, withFolder } from "./cli.ts";

/** What is typed, the last word unfinished, and some of what is offered. */
const CASES: readonly (readonly [
	typed: readonly string[],
	offered: readonly string[],
])[] = [
	[["ch"], ["check"]],
	[[""], ["serve", "inbox", "completion", "help"]],
	[["check", "--s"], ["--strict"]],
	[["serve", "--no"], ["--no-watch"]],
	[["serve", "--log-level", "de"], ["debug"]],
	[["send", "sms.inb"], ["sms.inbound"]],
	[["send", "shop."], ["shop.order"]],
	[["send", "sms.inbound", "--to", "s"], ["support"]],
	[["inbox", "li"], ["list"]],
	[["inbox", "list", "--route", "inb"], ["inbound"]],
	[["inbox", "show", "--js"], ["--json"]],
	[["completion", "z"], ["zsh"]],
	[["check", "--config", "rou"], ["routes.yaml"]],
	[["explain", "--config", "routes.yaml", "voice.ans"], ["voice.answer"]],
];

describe("switchhook completion", () => {
	const programOf = useBuild();

	for (const [typed, offered] of CASES) {
		it(`offers ${offered.join(", ")} in bash for \`${typed.join(" ")}\``, () =>
			withShop(async (folder) => {
				const { out } = await runCli(["completion", "bash"], folder);
				const words = await completeInBash(programOf(), {
					script: out,
					typed,
					folder,
				});
				expect(words).to.include.members([...offered]);
				const last = typed.at(-1) ?? "";
				expect(words.filter((word) => !word.startsWith(last))).to.deep.equal(
					[],
				);
			}));
	}

	for (const [shell, check] of [
		["bash", ["bash", "-n"]],
		["zsh", ["zsh", "-n"]],
		["fish", ["fish", "--no-execute"]],
	] as const) {
		const isThere = spawnSync(shell, ["--version"]).error === undefined;
		it(`prints a script for ${shell}${isThere ? " that it can read" : " (not installed here: its commands are looked for)"}`, () =>
			withFolder(FILES, async (folder) => {
				const { code, out } = await runCli(["completion", shell], folder);
				expect(code).to.equal(0);
				for (const word of ["serve", "inbox", "log-payloads", "replay"])
					expect(out).to.contain(word);
				if (!isThere) return;
				await writeFile(join(folder, "script"), out);
				const [program, ...args] = check;
				const { stderr, status } = spawnSync(program, [...args, "script"], {
					cwd: folder,
					encoding: "utf8",
				});
				expect(stderr).to.equal("");
				expect(status).to.equal(0);
			}));
	}

	it("offers in fish what it offers in bash, where fish is installed", () =>
		withShop(async (folder) => {
			if (spawnSync("fish", ["--version"]).error !== undefined) return;
			const { out } = await runCli(["completion", "fish"], folder);
			const script = `function switchhook; ${lineOf(programOf())} $argv; end\n${out}\n`;
			await writeFile(join(folder, "script"), script);
			for (const [typed, offered] of CASES) {
				const line = ["switchhook", ...typed].join(" ");
				const { stdout } = spawnSync(
					"fish",
					["-c", `source script; complete -C ${JSON.stringify(line)}`],
					{ cwd: folder, encoding: "utf8" },
				);
				const words = stdout.split("\n").map((text) => text.split("\t")[0]);
				expect(words, line).to.include.members([...offered]);
			}
		}));

	it("lists routes of a configuration with mistakes, and none that a shell would obey", () =>
		withFolder(
			{
				"routes.yaml":
					'routes: [{ name: a }, { name: "$(rm x)" }, { nome: b }, 3, { name: b-2 }]',
			},
			async (folder) => {
				const list = ["completion", "--list", "routes"];
				expect((await runCli(list, folder)).out).to.equal("a\nb-2\n");
			},
		));

	it("asks for a shell", async () => {
		const { code, err } = await runCli(["completion"], "/");
		expect(code).to.equal(2);
		expect(err).to.contain("switchhook completion bash");
		expect((await runCli(["completion", "tcsh"], "/")).code).to.equal(2);
	});
});

// --- helpers ---

function withShop(use: (folder: string) => Promise<void>): Promise<void> {
	return withFolder(
		{ ...FILES, "schemas/shop.order.json": '{ "type": "object" }' },
		use,
	);
}

/** Lets bash complete as at the Tab key; `switchhook` is the one of these sources, compiled. */
async function completeInBash(
	program: string,
	{
		script,
		typed,
		folder,
	}: {
		readonly script: string;
		readonly typed: readonly string[];
		readonly folder: string;
	},
): Promise<string[]> {
	const words = ["switchhook", ...typed].map((word) => `'${word}'`).join(" ");
	await writeFile(
		join(folder, "try.sh"),
		`switchhook() { ${lineOf(program)} "$@"; }
${script}
COMP_WORDS=(${words}); COMP_CWORD=${typed.length}
_switchhook
printf '%s\\n' "\${COMPREPLY[@]}"
`,
	);
	const { stdout, stderr } = spawnSync("bash", ["try.sh"], {
		cwd: folder,
		encoding: "utf8",
	});
	expect(stderr).to.equal("");
	return stdout.split("\n").filter((word) => word !== "");
}

function lineOf(program: string): string {
	return `'${process.execPath}' '${program}'`;
}
