import { execFileSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findLaunch } from "../../src/handler/exec/find.ts";
import type { ExecSettings } from "../../src/handler/exec/settings.ts";
import { createTestRouter, type TestRouter } from "../../src/testing.ts";
import { withFolder } from "../cli/cli.ts";
import { until } from "../crash/site.ts";

const HEAD = {
	version: 1,
	inbox: { store: "memory" },
	defaults: { firewall: ["loopback"], signature: "none", retry: "none" },
};
const SMS = {
	name: "sms",
	path: "/sms",
	kind: "sms.inbound",
	level: "account",
};
const CALL = {
	name: "call",
	path: "/call",
	kind: "voice.answer",
	level: "app",
	fallback: { ncco: [{ action: "talk", text: "sorry" }] },
};

describe("exec", () => {
	/** Starts a router whose route runs a script of the shell, in a folder of its own. */
	async function withScript(
		script: string,
		use: (router: TestRouter, folder: string) => Promise<void>,
		{
			route = SMS,
			env = {},
			...more
		}: {
			readonly route?: object;
			readonly env?: Readonly<Record<string, string>>;
		} & Readonly<Record<string, unknown>> = {},
	): Promise<void> {
		await withFolder({ "run.sh": `#!/bin/sh\n${script}\n` }, async (folder) => {
			await chmod(join(folder, "run.sh"), 0o755);
			const handler = {
				exec: { command: ["./run.sh", "a b", "$HOME"], ...more },
			};
			const routes = [{ ...route, handler }];
			const router = await createTestRouter({
				config: { ...HEAD, routes },
				folder,
				env,
			});
			try {
				await use(router, folder);
			} finally {
				await router.close();
			}
		});
	}

	it("gives the event as JSON, the arguments as they are, and a clean environment", () => {
		process.env.SECRET_OF_THE_ROUTER = "no";
		return withScript(
			`cat > event.json; printf '%s|' "$@" > args; env > env; pwd > pwd`,
			async (router, folder) => {
				const { id } = await router.send("/sms", { set: { text: "hi" } });
				await router.settle();
				const read = (name: string) => readFile(join(folder, name), "utf8");
				const event = JSON.parse(await read("event.json"));
				expect(event).to.include({ id, route: "sms", attempt: 1 });
				expect(event.payload.text).to.equal("hi");
				expect(await read("args")).to.equal("a b|$HOME|");
				const names = (await read("env"))
					.trim()
					.split("\n")
					.map((line) => line.replace(/=.*/, ""))
					.filter((name) => !OF_THE_SHELL.has(name));
				expect(names.sort()).to.deep.equal(["PATH", "SHOP"]);
				expect(await stateOf(router)).to.equal("delivered 1");
			},
			{ environment: { SHOP: "main" } },
		).finally(() => delete process.env.SECRET_OF_THE_ROUTER);
	});

	it("fails with the last lines of its standard error, escaped and bounded", () =>
		withScript(
			`i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done; printf 'the \\033[31mend\\n' >&2; exit 3`,
			async (router) => {
				await router.send("/sms");
				await router.settle();
				const [delivery] = await router.deliveries();
				expect(delivery?.state).to.equal("dead");
				expect(delivery?.reason).to.contain("ended with exit code 3");
				expect(delivery?.reason).to.contain("the \\x1b[31mend");
				expect(delivery?.reason).to.contain("line 1999");
				expect(delivery?.reason).not.to.contain("line 1990");
				expect(delivery?.reason?.length).to.be.below(700);
			},
		));

	it("is tried again after exit code 75", () =>
		withScript(
			`test -e once || { touch once; exit 75; }`,
			async (router) => {
				await router.send("/sms");
				await router.settle();
				expect(await stateOf(router)).to.equal("waiting 1");
				await router.advance("1m");
				expect(await stateOf(router)).to.equal("delivered 2");
			},
			{ route: { ...SMS, retry: ["1m"] } },
		));

	it("ends the program and all that it started when the time is over", () =>
		withScript(
			`trap '' TERM; sleep 300 & echo $! > child; echo $$ > self; wait; sleep 300`,
			async (router, folder) => {
				await router.send("/sms");
				await until(
					"the end",
					async () => (await stateOf(router)) === "dead 1",
				);
				const [delivery] = await router.deliveries();
				expect(delivery?.reason).to.contain("HANDLER_TIMEOUT");
				for (const name of ["self", "child"]) {
					const pid = Number(await readFile(join(folder, name), "utf8"));
					await until(`the end of ${name}`, () => !isAlive(pid));
				}
			},
			{ timeout: "200ms" },
		));

	it("ends what a program left in the background, and does not wait for it", () =>
		withScript(`sleep 300 & echo $! > child`, async (router, folder) => {
			await router.send("/sms");
			await until(
				"the success",
				async () => (await stateOf(router)) === "delivered 1",
			);
			const pid = Number(await readFile(join(folder, "child"), "utf8"));
			await until("the end of it", () => !isAlive(pid));
		}));

	it("ends a program that writes too much, and one that does not read its input", () =>
		withScript(
			`exec <&-; test "$1" = "a b"; yes`,
			async (router) => {
				await router.send("/sms", { set: { text: "x".repeat(90_000) } });
				await until(
					"the end",
					async () => (await stateOf(router)) === "dead 1",
				);
				const [delivery] = await router.deliveries();
				expect(delivery?.reason).to.contain("wrote more than 2000 bytes");
			},
			{ maxOutput: "2KB" },
		));

	it("takes a program that ends without reading its input", () =>
		withScript(`exit 0`, async (router) => {
			await router.send("/sms", { set: { text: "x".repeat(90_000) } });
			await router.settle();
			expect(await stateOf(router)).to.equal("delivered 1");
		}));

	it("leaves no process behind when the router stops", () =>
		withFolder(
			{
				"run.sh":
					"#!/bin/sh\ntrap '' TERM\necho $$ > self\nsleep 300\nsleep 300\n",
			},
			async (folder) => {
				await chmod(join(folder, "run.sh"), 0o755);
				const handler = { exec: ["./run.sh"] };
				const router = await createTestRouter({
					config: { ...HEAD, routes: [{ ...SMS, timeout: "1h", handler }] },
					folder,
					env: {},
				});
				await router.send("/sms");
				const file = join(folder, "self");
				await until("its start", () =>
					readFile(file).then(
						({ length }) => length > 0,
						() => false,
					),
				);
				await router.close();
				const pid = Number(await readFile(file, "utf8"));
				await until("its end", () => !isAlive(pid));
			},
		));

	it("answers with its output on a reply route, checked for the kind", () =>
		withScript(
			`cat answer`,
			async (router, folder) => {
				const answer = join(folder, "answer");
				await writeFile(answer, '[{"action":"talk","text":"hello"}]');
				expect((await router.send("/call")).body).to.deep.equal([
					{ action: "talk", text: "hello" },
				]);
				for (const [output, code] of [
					['[{"action":"dance"}]', "NCCO_INVALID"],
					["hello", "HANDLER_REPLY"],
					["", "HANDLER_REPLY"],
				] as const) {
					await writeFile(answer, output);
					const sent = await router.send("/call");
					expect(sent.code).to.equal(code);
					expect(sent.body).to.deep.include({ action: "talk", text: "sorry" });
				}
			},
			{ route: CALL },
		));

	it("falls back when the program of a reply route fails, or wants a retry", () =>
		withScript(
			`exit 75`,
			async (router) => {
				const { outcome, body } = await router.send("/call");
				expect(outcome).to.equal("fallback");
				expect(body).to.have.length(1);
			},
			{ route: CALL },
		));

	if (isInstalled("prlimit"))
		it("has the system enforce its limits", () =>
			withScript(
				`(ulimit -v; ulimit -t; ulimit -n) > limits`,
				async (router, folder) => {
					await router.send("/sms");
					await router.settle();
					expect(await stateOf(router)).to.equal("delivered 1");
					const limits = await readFile(join(folder, "limits"), "utf8");
					expect(limits).to.equal("195312\n5\n32\n");
				},
				{ maxMemory: "200MB", maxCpu: "5s", maxFiles: 32 },
			));

	if (process.getuid?.() === 0)
		it("runs as its own user, with the group of that user alone", () =>
			withScript(
				"",
				async (router) => {
					await router.send("/sms");
					await router.settle();
					const [delivery] = await router.deliveries();
					const ids = ["-u", "-g", "-g"].map((option) =>
						execFileSync("id", [option, "nobody"]).toString().trim(),
					);
					expect(delivery?.reason).to.contain(ids.join(" / "));
				},
				{
					user: "nobody",
					folder: "/",
					command: ["sh", "-c", "(id -u; id -g; id -G) >&2; exit 1"],
				},
			));

	it("says what the machine lacks: another user needs root, and limits need `prlimit`", async () => {
		const settings: ExecSettings = {
			type: "exec",
			program: process.execPath,
			args: [],
			shown: "node",
			folder: "/",
			environment: {},
			user: undefined,
			timeoutMs: undefined,
			maxOutputBytes: 1,
			limits: {
				memoryBytes: undefined,
				cpuSeconds: undefined,
				files: undefined,
			},
		};
		const keysOf = async (
			changed: Partial<ExecSettings>,
			machine: Parameters<typeof findLaunch>[1],
		) => {
			const found = await findLaunch({ ...settings, ...changed }, machine);
			return "file" in found ? [] : found.map(({ key }) => key);
		};
		const user = { user: "nobody" };
		expect(await keysOf(user, { getuid: () => 1000 })).to.deep.equal(["user"]);
		expect(await keysOf(user, { getuid: () => 0 })).to.deep.equal([]);
		const limits = { ...settings.limits, memoryBytes: 1e9 };
		const without = { env: { PATH: "/nowhere" } };
		expect(await keysOf({ limits }, without)).to.deep.equal(["maxMemory"]);
		expect(await keysOf({}, without)).to.deep.equal([]);
	});

	it("is checked with the configuration", () =>
		withFolder({ "plain.txt": "no program", "run.sh": "" }, async (folder) => {
			const findingsOf = async (exec: unknown): Promise<string> => {
				const routes = [{ ...SMS, handler: { exec } }];
				try {
					const config = { ...HEAD, routes };
					const router = await createTestRouter({ config, folder, env: {} });
					await router.close();
					return "";
				} catch (error) {
					return (error as Error).message;
				}
			};
			expect(await findingsOf(["./missing"])).to.contain("does not exist");
			expect(await findingsOf(["./plain.txt"])).to.contain("chmod +x");
			expect(await findingsOf(["no-such-program-here"])).to.contain("`PATH`");
			expect(
				await findingsOf({ command: ["true"], folder: "nowhere" }),
			).to.contain("folder");
			expect(
				await findingsOf({ command: ["true"], user: "no-such-user" }),
			).to.contain("no user `no-such-user`");
			expect(await findingsOf([])).to.contain("exec");
			expect(await findingsOf({ command: ["true"], shell: true })).to.contain(
				"unknown key `shell`",
			);
			expect(await findingsOf(["true"])).to.equal("");
		}));
});

// --- helpers ---

/** What a shell sets itself, and what Node passes on to every child while coverage is collected. */
const OF_THE_SHELL: ReadonlySet<string> = new Set([
	"_",
	"PWD",
	"SHLVL",
	"OLDPWD",
	"NODE_V8_COVERAGE",
]);

async function stateOf(router: TestRouter): Promise<string> {
	const [delivery] = await router.deliveries();
	return `${delivery?.state} ${delivery?.attempts}`;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function isInstalled(program: string): boolean {
	try {
		execFileSync(program, ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
