import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ask } from "../http/router.ts";
import { type StartRouter, stopRouter, useRouters } from "../serving/serve.ts";
import { type Command, startCommand } from "./process.ts";
import { here } from "./router.ts";

describe("switchhook serve", () => {
	const startRouter = useRouters();
	let command: Command;
	let folder: string;
	/** In a process of its own. */
	const startProcess: StartRouter = (cwd, args = []) =>
		startCommand(["serve", ...args], cwd);
	const start = async (
		args: readonly string[] = [],
		cwd = here("serve"),
		startWith = startRouter,
	): Promise<string> => {
		command = startWith(cwd, args);
		const [, url = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
		return url;
	};
	const post = (url: string, text: string) => {
		const body = new URLSearchParams({
			msisdn: "447700900001",
			to: "447700900000",
			messageId: "0A0000001234567B",
			type: "text",
			"message-timestamp": "2020-01-01 12:00:00",
			text,
		});
		return ask(`${url}/sms`, {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded" },
			body: body.toString(),
		});
	};
	const linesOf = (): Record<string, unknown>[] =>
		command
			.stdout()
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as Record<string, unknown>);

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-serve-"));
	});
	after(() => rm(folder, { recursive: true, force: true }));
	afterEach(() => stopRouter(command));

	it("says where it listens and every route's URL, handles, and ends well at SIGTERM", async () => {
		const url = await start([], here("serve"), startProcess);
		// Off a terminal there is JSON, and nothing between its lines.
		expect(command.stderr()).to.equal("");
		expect((await post(url, "hello")).status).to.equal(200);
		command.child.kill("SIGTERM");
		expect(await command.ended).to.equal(0);
		const lines = linesOf();
		expect(lines.map(({ msg }) => msg)).to.deep.equal([
			`switchhook listens on ${url}`,
			"handled",
			"webhook",
			"stopping. Requests under way are finished, and no new ones are taken",
			"stopped",
		]);
		expect(lines[0]).to.include({ line: "start", routes: 2 });
		expect(lines[0]?.urls).to.deep.include({
			url: `${url.replace("127.0.0.1", "localhost")}/answer`,
			name: "answer",
			methods: ["GET", "POST"],
			kind: "voice.answer",
			level: "app",
			handler: "plugin steps",
		});
		expect(lines[2]).to.include({
			severity: "info",
			line: "webhook",
			route: "inbound",
			kind: "sms.inbound",
			level: "account",
			client: "127.0.0.1",
			outcome: "handled",
			status: 200,
		});
		expect(lines[2]?.ms).to.be.a("number");
	});

	it("refuses a head that is too large, and its log names the limit and the client", async () => {
		const url = await start();
		const speech = encodeURIComponent("соедините меня с отделом ".repeat(200));
		const heard = await ask(`${url}/answer?speech=${speech}`);
		expect(heard.status).to.equal(431);
		command.child.kill("SIGTERM");
		await command.ended;
		const line = linesOf().find(({ status }) => status === 431);
		expect(line).to.include({
			severity: "warn",
			client: "127.0.0.1",
			msg: "a request was refused",
		});
		expect(line?.reason)
			.to.contain("16384 bytes")
			.and.contain("server.headLimit");
	});

	it("takes as large a head as the configuration says", async () => {
		const text = await readFile(join(here("serve"), "routes.yaml"), "utf8");
		await cp(here("serve"), folder, { recursive: true });
		await writeFile(
			join(folder, "routes.yaml"),
			text.replace("drainTimeout: 5s", "headLimit: 64KiB"),
		);
		const url = await start([], folder);
		const long = "x".repeat(60_000);
		expect((await ask(`${url}/nowhere?a=${long}`)).status).to.equal(404);
	});

	it("never takes a file of another kind for an old socket", async () => {
		const file = join(folder, "notes.txt");
		await writeFile(file, "mine");
		command = startRouter(here("serve"), ["--listen", `unix:${file}`]);
		expect(await command.ended).to.equal(2);
		expect(command.stderr()).to.match(
			/^error: cannot listen on unix:.*notes\.txt\. The path is in use\. Choose another /m,
		);
		expect(await readFile(file, "utf8")).to.equal("mine");
	});

	it("masks numbers and texts in its log, unless it is told otherwise", async () => {
		const url = await start();
		await post(url, "my secret words");
		await post(url, "throw");
		command.child.kill("SIGTERM");
		await command.ended;
		expect(command.stdout())
			.to.contain("44********01")
			.and.not.contain("447700900001")
			.and.not.contain("secret words");
		const open = await start(["--log-payloads"]);
		await post(open, "my secret words");
		command.child.kill("SIGTERM");
		await command.ended;
		expect(command.stdout())
			.to.contain("447700900001")
			.and.contain("secret words");
	});

	it("lets a caller hear the fallback when a plugin throws, and logs why", async () => {
		const url = await start();
		const heard = await ask(
			`${url}/answer?to=447700900000&from=447700900001&uuid=aaaaaaaa-bbbb-cccc-dddd-0123456789ab`,
		);
		expect(heard).to.include({
			status: 200,
			body: '[{"action":"talk","text":"We are sorry"}]',
		});
		expect(heard.headers["content-type"]).to.equal("application/json");
		await command.says(/out of order/);
		command.child.kill("SIGTERM");
		await command.ended;
		const line = linesOf().find(({ outcome }) => outcome === "fallback");
		expect(line).to.include({ severity: "error", route: "answer" });
		expect(line?.reason).to.contain("out of order");
	});

	it("finishes the requests under way when it is told to stop", async () => {
		const url = await start([], here("serve"), startProcess);
		const waiting = post(url, "wait");
		await command.says(/waiting/);
		command.child.kill("SIGTERM");
		await command.says(/stopping/);
		const refused = await post(url, "late").then(
			() => "answered",
			(error: NodeJS.ErrnoException) => error.code,
		);
		expect(refused).to.equal("ECONNREFUSED");
		// The second signal ends what the first one waits for.
		command.child.kill("SIGINT");
		await waiting.catch(() => undefined);
		expect(await command.ended).to.equal(0);
	});

	it("prints all findings and does not start with a broken configuration", async () => {
		await writeFile(
			join(folder, "routes.yaml"),
			"version: 1\nroutes:\n  - name: a\n    path: /a\n    kind: sms.inbuond\n    level: account\n    handlr: {}\n",
		);
		command = startCommand(["serve"], folder);
		expect(await command.ended).to.equal(1);
		expect(command.stderr()).to.match(
			/routes\.yaml:5:11: error: unknown kind .*Did you mean `sms\.inbound`/,
		);
		expect(command.stderr()).to.match(
			/routes\.yaml:7:5: error: .*handlr.*handler/,
		);
		expect(command.stdout()).to.equal("");
	});

	it("names the address that another program has taken", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as { port: number };
		try {
			command = startRouter(here("serve"), ["--listen", `127.0.0.1:${port}`]);
			expect(await command.ended).to.equal(2);
			expect(command.stderr())
				.to.contain(`127.0.0.1:${port}`)
				.and.contain("Another program uses the port. Stop it");
		} finally {
			// Left open, it would keep the test run alive after a failure.
			other.close();
		}
	});

	it("listens on a unix socket, and takes over one that a killed process left behind", async () => {
		const socketPath = join(folder, "hook.sock");
		for (const signal of ["SIGKILL", "SIGTERM"] as const) {
			command = startCommand(
				["serve", "--listen", `unix:${socketPath}`],
				here("serve"),
			);
			await command.says(/listens on unix:/);
			const heard = await ask("http://localhost/sms", { socketPath });
			expect(heard.status).to.equal(200);
			command.child.kill(signal);
			await command.ended;
		}
	});
});
