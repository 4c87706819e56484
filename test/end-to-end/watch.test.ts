import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import { type Command, commandLine, startProgram } from "./process.ts";

const FILES = {
	"routes.yaml": `version: 1
include: "parts/*.yaml"
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
`,
	"parts/a.yaml": `routes:
  - { name: page, path: /page, handler: { static: { file: page.txt } } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { plugin: hello } }
`,
	"parts/page.txt": "page 1",
	"plugins/hello.ts": `import { text } from "./text.ts";
export default { on: { "voice.answer": () => [{ action: "talk", text }] } };`,
	"plugins/text.ts": `export const text = "hello 1";`,
};
const CALL = `from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

const startRouter = useRouters();

describe("serve --watch", () => {
	it("serves what was saved, keeps serving through mistakes, and drops no request", () =>
		withRouter(
			async ({ folder, url, command, hears }) => {
				const at = (file: string): string => join(folder, file);
				const statuses = new Set<number>();
				let isOver = false;
				const caller = (async () => {
					while (!isOver) statuses.add((await ask(`${url}/page`)).status);
				})();
				const answer = `/answer?${CALL}`;
				expect(await hears("/page", "page 1")).to.equal(true);
				await writeFile(at("parts/page.txt"), "page 2");
				await hears("/page", "page 2");
				await writeFile(
					at("plugins/text.ts"),
					`export const text = "hello 2";`,
				);
				await hears(answer, "hello 2");
				await writeFile(at("plugins/text.ts"), "export const = ;");
				await command.says(/text\.ts:1:14/);
				await hears(answer, "hello 2");
				await writeFile(at("new.ts"), `export const text = "hello 3";`);
				await rename(at("new.ts"), at("plugins/text.ts"));
				await hears(answer, "hello 3");
				// A file that is named before it is there: its arrival fixes it.
				await writeFile(
					at("parts/b.yaml"),
					"routes: [{ name: late, path: /late, kind: voice.answer, level: app, handler: { ncco: nccos/late.yaml } }]\n",
				);
				await command.says(/late\.yaml[^,]* does not exist/);
				await mkdir(at("parts/nccos"));
				await writeFile(
					at("parts/nccos/late.yaml"),
					"- { action: talk, text: at last }\n",
				);
				await hears(`/late?${CALL}`, "at last");
				isOver = true;
				await caller;
				expect([...statuses]).to.deep.equal([200]);
				const line = command
					.stdout()
					.split("\n")
					.find((text) => text.includes("was reloaded"));
				expect(JSON.parse(line ?? "{}")).to.include({
					routes: 2,
					changed: 1,
					added: 0,
					removed: 0,
				});
				expect(JSON.parse(line ?? "{}").files).to.deep.equal([
					"parts/page.txt changed",
				]);
			},
			["--watch"],
		));

	it("warns of a public URL on this machine with a port that nobody listens on", () =>
		withFolder(FILES, async (folder) => {
			const text = FILES["routes.yaml"];
			for (const [publicUrl, isWrong] of [
				["http://localhost:8080", true],
				["http://127.0.0.1", true],
				["https://hooks.example.com", false],
			] as const) {
				const server = `server: { publicUrl: "${publicUrl}", `;
				await writeFile(
					join(folder, "routes.yaml"),
					text.replace("server: { ", server),
				);
				const command = startRouter(folder);
				await command.says(/listens on/);
				command.child.kill("SIGTERM");
				await command.ended;
				const says = /`server\.publicUrl` names port (80|8080), but/;
				expect(says.test(command.stdout()), publicUrl).to.equal(isWrong);
			}
		}));

	it("is off where nobody sits at a terminal", () =>
		withRouter(async ({ folder, url, command }) => {
			await writeFile(join(folder, "parts/page.txt"), "page 2");
			await writeFile(join(folder, "plugins/text.ts"), "x");
			command.child.kill("SIGHUP");
			await command.says(/has errors/);
			expect((await ask(`${url}/page`)).body).to.equal("page 1");
			expect(command.stdout().match(/has errors/g)).to.have.length(1);
		}, []));
});

describe("serve on a terminal", () => {
	it("reloads what is saved, obeys keys, and gives the terminal back", () =>
		withFolder(FILES, async (folder) => {
			const terminal = startTerminal(`${serve()}; stty -a`, folder);
			try {
				await terminal.says(/press h for help/);
				const type = (key: string) => terminal.child.stdin?.write(key);
				await writeFile(join(folder, "parts/page.txt"), "page 2");
				await terminal.says(
					/reloaded\S* in \d+ ms: parts\/page\.txt changed; `page` changed/,
				);
				type("h");
				await terminal.says(/r {2}reload/);
				type("u");
				await terminal.says(/press h for help[\s\S]*http\S+\/page\s/);
				type("r");
				await terminal.says(/no file changed; no route changed/);
				// An arrow, and a paste with a q in it, are no keys.
				type("\u001b[A");
				type("quit");
				await writeFile(join(folder, "plugins/text.ts"), "export const = ;");
				await terminal.says(/text\.ts:1:14[\s\S]*not reloaded/);
				type("c");
				await terminal.says(/\[2J/);
				type("\u0003");
				await terminal.says(/stopped[\s\S]* icanon[\s\S]* echo/);
			} finally {
				await endTerminal(terminal);
			}
		}));

	it("stops at ^Z, leaves the shell its terminal, and takes the keys again at fg", () =>
		withFolder(FILES, async (folder) => {
			const terminal = startTerminal("bash --norc --noprofile -i", folder);
			try {
				const type = (text: string) => terminal.child.stdin?.write(text);
				type(`${serve()}\r`);
				await terminal.says(/press h for help/);
				type("\u001a");
				await terminal.says(/Stopped/);
				type("stty -a | tr '\\n' ' '; echo 'as it' was\r");
				await terminal.says(/ icanon.* echo .*as it was/);
				type("fg\r");
				await terminal.says(/Resumed/);
				type("h");
				await terminal.says(/r {2}reload/);
				type("q");
				await terminal.says(/stopped/);
				// In the background it reads nothing, and is not stopped for it.
				type(`${serve()} &\r`);
				await terminal.says(/Resumed[\s\S]*stopped[\s\S]*listens on/);
				type("kill -HUP %1; echo 'still' here\r");
				await terminal.says(/no file changed; no route changed/);
				type("kill %1; wait; exit\r");
				await terminal.says(/stopped[\s\S]*stopped/);
			} finally {
				await endTerminal(terminal);
			}
		}));

	it("watches nothing in production, and nothing with --no-watch", () =>
		withFolder(FILES, async (folder) => {
			for (const command of [
				`NODE_ENV=production ${serve()}`,
				`${serve()} --no-watch`,
			]) {
				const terminal = startTerminal(command, folder);
				try {
					await terminal.says(/listens on/);
					await writeFile(join(folder, "parts/page.txt"), command);
					terminal.child.stdin?.write("r");
					await terminal.says(/reloaded\S* in .*page\.txt changed/);
					terminal.child.stdin?.write("q");
					await terminal.says(/stopped/);
					expect(terminal.stdout()).to.not.contain("Edit and save");
					expect(terminal.stdout().match(/reloaded\S* in/g)).to.have.length(1);
				} finally {
					await endTerminal(terminal);
				}
			}
		}));
});

// --- helpers ---

interface Ground {
	readonly folder: string;
	readonly url: string;
	readonly command: Command;
	/** Asks until the answer has the text. */
	hears(path: string, text: string): Promise<true>;
}

function withRouter(
	use: (ground: Ground) => Promise<void>,
	args: readonly string[],
): Promise<void> {
	return withFolder(FILES, async (folder) => {
		const command = startRouter(folder, args);
		try {
			const [, url = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
			const hears = async (path: string, text: string): Promise<true> => {
				for (;;) {
					if ((await ask(url + path)).body.includes(text)) return true;
				}
			};
			await use({ folder, url, command, hears });
			command.child.kill("SIGTERM");
			expect(await command.ended).to.equal(0);
		} finally {
			await stopRouter(command);
		}
	});
}

function serve(): string {
	return commandLine(["serve"])
		.map((word) => `'${word}'`)
		.join(" ");
}

/** Runs a shell command behind a pseudo-terminal, whose keyboard is the standard input. */
function startTerminal(command: string, folder: string): Command {
	return startProgram(["script", "-qfec", command, "/dev/null"], folder, {
		stdin: "pipe",
	});
}

async function endTerminal({ child, ended }: Command): Promise<void> {
	child.stdin?.end();
	if (child.exitCode === null) child.kill("SIGTERM");
	await ended;
}
