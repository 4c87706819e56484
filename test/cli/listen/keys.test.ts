import { EventEmitter } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { openScreen } from "../../../src/cli/listen/list/screen.ts";
import { bareCommandLine } from "../../end-to-end/process.ts";
import { type AtTerminal, startAtTerminal } from "../../terminal.ts";
import { withFolder } from "../cli.ts";
import {
	type CopiedRouter,
	LISTEN_FILES,
	startCopied,
	TOKEN,
	until,
} from "./ground.ts";

/** What gives the terminal back: long lines wrap, the cursor is seen, and the scrollback is shown. */
const RESTORED = "\u001b[?7h\u001b[?25h\u001b[?1049l";

const DOWN = "\u001b[B";
const UP = "\u001b[A";
const ESCAPE = "\u001b";
const CLEAR_LINE = "\u0015";

describe("`listen` at a terminal", function () {
	this.timeout(60_000);

	it("obeys its keys: details, again, to another URL, explain, save, filter, page, quit", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			const router = await startCopied(folder);
			const service = createServer((request, response) => {
				request.resume();
				response.statusCode = request.url === "/other" ? 503 : 202;
				response.end("taken");
			}).listen(0, "127.0.0.1");
			await until(() => service.listening, "the service listens");
			const { port } = service.address() as AddressInfo;
			const to = `http://127.0.0.1:${port}`;
			const browser = join(folder, "browser.sh");
			await writeFile(browser, `#!/bin/sh\necho "$1" > ${folder}/opened\n`);
			await chmod(browser, 0o755);
			const terminal = start(folder, router, ["--to", to], {
				BROWSER: browser,
			});
			const press = pressOn(terminal);
			try {
				await terminal.says(/● listening/);
				expect(terminal.stderr() + terminal.stdout()).to.match(
					/signed with the secret whsec_[A-Za-z0-9+/]{32}/,
				);
				await terminal.says(/Nothing has come yet/);
				await router.sms({ text: "first" });
				await terminal.says(/sms\.inbound .*→ 202 in/);
				await router.sms({
					text: "\u001b[31mred\u0007\u202e",
					to: "447700900009",
				});
				await terminal.says(/▶ .*vip .*→ 202 in/);
				await press(
					"\r",
					/vip {2}[\da-f-]{18}[\s\S]*\\u001b\[31mred\\u0007\\u\{202e\}/,
				);
				expect(terminal.stdout()).to.not.include("\u001b[31mred");
				await press(DOWN, /2–\d+ of \d+/);
				await press(ESCAPE, /▶ .*vip/);
				await press(UP, /▶ .*sms /);
				// Keys that come together, as from a slow connection.
				await press(UP + UP + DOWN, /▶ .*vip/);
				await press("k", /▶ .*sms /);
				await press("j", /▶ .*vip/);
				await press("x", new RegExp(`Send to.*: .*${to}`));
				await press(CLEAR_LINE, /Send to.*: /);
				await press("ftp://x", /ftp:\/\/x/);
				await press("\r", /Not sent: it is not an HTTP URL/);
				await press("x", /Send to/);
				await press(CLEAR_LINE, /Send to/);
				await press(`${to}/other`, /\/other/);
				await press("\r", /▶ .*→ 503 in/);
				await press("r", /▶ .*→ 202 in/);
				await press("e", /by \.\/routes\.yaml[\s\S]*firewall +passed/);
				await press("\r", /▶ .*vip/);
				await press("s", /saved as tests\/sms\.inbound-[\da-f-]+\.yaml/);
				await press("s", /exists already/);
				const [file = ""] = await readdir(join(folder, "tests"));
				expect(await readFile(join(folder, "tests", file), "utf8")).to.include(
					"send: vip",
				);
				await press("f", /Filter/);
				await press("nothing", /No event fits the filter/);
				await press(CLEAR_LINE, /▶ .*vip/);
				await press("first", /▶ .*sms /);
				await press("\r", /filter: first/);
				await press(
					"o",
					/Opened http:\/\/127\.0\.0\.1:\d+\/deliveries\/[\da-f-]{36}/,
				);
				await until(
					async () =>
						(await readFile(join(folder, "opened"), "utf8").catch(() => "")) !==
						"",
					"the browser was started",
				);
				expect(await readFile(join(folder, "opened"), "utf8")).to.not.include(
					TOKEN,
				);
				terminal.child.stdin?.write("q");
				expect(await terminal.ended).to.equal(0);
				expect(terminal.stdout()).to.include(`${RESTORED}2 events, 1 failed`);
			} finally {
				await end(terminal);
				service.closeAllConnections();
				service.close();
				await router.stop();
			}
		}));

	it("gives the terminal back at ^C and SIGTERM, and says when the router is gone", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			const router = await startCopied(folder);
			const [one, two] = [start(folder, router), start(folder, router)];
			try {
				await Promise.all([one.says(/● listening/), two.says(/● listening/)]);
				one.child.stdin?.write("\u0003");
				expect(await one.ended).to.equal(0);
				expect(one.stdout()).to.include(`${RESTORED}0 events`);
				await router.stop();
				await two.says(/○ reconnecting/);
				process.kill(await two.pid(), "SIGTERM");
				expect(await two.ended).to.equal(0);
				expect(two.stdout()).to.include(`${RESTORED}0 events`);
			} finally {
				await Promise.all([end(one), end(two)]);
			}
		}));
});

describe("the screen of `listen`", () => {
	it("gives the terminal back once when the process ends, for whatever reason", () => {
		const process = new EventEmitter();
		let text = "";
		const screen = openScreen(
			{
				stdout: { write: (more) => (text += more) },
				window: {
					size: () => ({ columns: 20, rows: 2 }),
					onResize: () => () => {},
				},
				process,
			},
			() => ["a", "b"],
		);
		expect(text).to.include("a\u001b[K\r\nb");
		process.emit("exit");
		expect(text.split(RESTORED)).to.have.length(2);
		screen.close();
		screen.refresh();
		expect(text.split(RESTORED)).to.have.length(2);
		expect(process.listenerCount("exit")).to.equal(0);
	});
});

// --- helpers ---

function start(
	folder: string,
	{ admin }: CopiedRouter,
	args: readonly string[] = [],
	env: Readonly<Record<string, string>> = {},
): AtTerminal {
	return startAtTerminal(
		bareCommandLine(["listen", "--from", admin, ...args]),
		folder,
		{
			columns: 130,
			isTypedTo: true,
			env: {
				SWITCHHOOK_ADMIN_TOKEN: TOKEN,
				NO_COLOR: "1",
				TERM: "xterm",
				...env,
			},
		},
	);
}

/** Presses a key, and resolves when what is drawn since then fits. */
function pressOn({ child, stdout }: AtTerminal) {
	return async (key: string, shows: RegExp): Promise<void> => {
		const before = stdout().length;
		child.stdin?.write(key);
		try {
			await until(() => shows.test(stdout().slice(before)), String(shows));
		} catch (error) {
			const drawn = stdout().slice(before).slice(-3000);
			throw new Error(`${JSON.stringify(key)} drew ${drawn}`, { cause: error });
		}
	};
}

async function end({ child, ended }: AtTerminal): Promise<void> {
	child.stdin?.end();
	if (child.exitCode === null) child.kill("SIGTERM");
	await ended;
}
