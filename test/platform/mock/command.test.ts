import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { CommanderError } from "commander";
import { CannotRun } from "../../../src/cli/io.ts";
import { platformMockCommand } from "../../../src/cli/platform/mock.ts";
import { withFolder } from "../../cli/cli.ts";
import { call, rejectionOf, sdkFor } from "./ground.ts";

const DEMO = { key: "mock0001", secret: "mock-secret" };

describe("switchhook platform mock", () => {
	it("says how a router is pointed at it, and logs each request in a line", () =>
		withFolder({}, async (folder) => {
			const mock = await start(folder, []);
			expect(mock.out()).to.contain(
				`The mock of the platform listens on ${mock.url}.`,
			);
			expect(mock.out()).to.contain(
				`hosts: { rest: "${mock.url}", api: "${mock.url}" }`,
			);
			expect(mock.out()).to.contain("VONAGE_API_SECRET=mock-secret");
			const before = mock.out();
			const vonage = sdkFor(mock, {
				apiKey: DEMO.key,
				apiSecret: DEMO.secret,
			});
			await vonage.numbers.getOwnedNumbers({ size: 2 });
			await rejectionOf(
				vonage.numbers.updateNumber({
					country: "GB",
					msisdn: "447700900000",
					moHttpUrl: `${mock.url}/v2/applications`,
				}),
			);
			await call(mock, "GET", "/v2/applications", { secret: "no" });
			const lines = mock.out().slice(before.length).trimEnd().split("\n");
			expect(lines).to.deep.equal([
				"GET    /account/numbers?size=2 200",
				// The call of the URL came to the mock itself.
				"GET    /v2/applications 401 (there are no Basic credentials)",
				`POST   /number/update 420 447700900000 moHttpUrl (GET ${mock.url}/v2/applications answered 401, expected 200)`,
				"GET    /v2/applications 401 (the key abcd1234 or its secret is wrong)",
			]);
			expect(await mock.stop()).to.deep.equal({ code: 0, err: "" });
		}));

	it("writes a state file with an account to try, reads edits, and goes on after a restart", () =>
		withFolder({}, async (folder) => {
			const args = ["--state", "mock.yaml", "--no-probe", "--pace", "0"];
			const first = await start(folder, args);
			expect(first.out()).to.contain("written to mock.yaml");
			const file = join(folder, "mock.yaml");
			const text = await readFile(file, "utf8");
			expect(text).to.contain("apiSecret: mock-secret");
			const update = await call(first, "POST", "/number/update", {
				...DEMO,
				form: {
					country: "GB",
					msisdn: "447700900000",
					moHttpUrl: "https://new.example/sms",
				},
			});
			expect(update.status).to.equal(200);
			const saved = await readFile(file, "utf8");
			expect(saved).to.contain("moHttpUrl: https://new.example/sms");
			await writeFile(file, saved.replace("name: Hotline", "name: Edited"));
			const read = await call(first, "GET", "/v2/applications", DEMO);
			expect(await read.text()).to.contain('"name":"Edited"');
			expect(first.out()).to.contain("mock.yaml was edited and read again");
			await first.stop();

			const second = await start(folder, args);
			// A file's own secrets are not told.
			expect(second.out()).to.not.contain("mock-secret");
			const numbers = await call(second, "GET", "/account/numbers", {
				...DEMO,
			});
			expect(await numbers.text()).to.contain("https://new.example/sms");
			await writeFile(file, "accounts: 1\n");
			await call(second, "GET", "/account/numbers", DEMO);
			const { code, err } = await second.stop();
			expect(code).to.equal(0);
			expect(err).to.equal(
				"mock.yaml:1:11: error: `accounts` is a number. Expected a list.\nmock.yaml has 1 error. The mock goes on with the state of before, and does not write the file until it is fixed.\n",
			);
		}));

	it("keeps to the pace that it is given", () =>
		withFolder({}, async (folder) => {
			const mock = await start(folder, ["--pace", "1"]);
			const statuses = await Promise.all(
				[1, 2, 3].map(
					async () =>
						(await call(mock, "GET", "/account/numbers", DEMO)).status,
				),
			);
			expect(statuses.sort()).to.deep.equal([200, 429, 429]);
			await mock.stop();
		}));

	it("gives an id to applications of a file that have none, and names several accounts", () =>
		withFolder(
			{
				"mock.json": `{ "accounts": [
  { "apiKey": "one", "apiSecret": "secret-1", "applications": [{ "name": "New" }] },
  { "apiKey": "two", "apiSecret": "secret-2" } ] }`,
			},
			async (folder) => {
				const mock = await start(folder, ["--state", "mock.json"]);
				expect(mock.out()).to.match(/^one +0 +1$/m);
				expect(mock.out()).to.match(/^two +0 +0$/m);
				expect(mock.out()).to.match(/apiSecret: \$\{VONAGE_API_SECRET_2\}/);
				expect(mock.out()).to.not.contain("secret-");
				const text = await readFile(join(folder, "mock.json"), "utf8");
				expect(text).to.match(/"id": "[0-9a-f-]{36}"/);
				await mock.stop();
			},
		));

	it("says what is wrong with a state file, and does not start", () =>
		withFolder({ "mock.yaml": "accounts: []\nmore: 1\n" }, async (folder) => {
			const ran = await run(folder, ["--state", "mock.yaml"]);
			expect(ran.code).to.equal(1);
			expect(ran.out).to.equal("");
			expect(ran.err).to.contain("mock.yaml:2:1: error: unknown key `more`");
			expect(ran.err).to.contain(
				"mock.yaml has 1 error. The mock was not started.",
			);
		}));

	it("goes on where the state file cannot be written", () =>
		withFolder({}, async (folder) => {
			const mock = await start(folder, ["--state", "gone/mock.yaml"]);
			const { code, err } = await mock.stop();
			expect(code).to.equal(0);
			expect(err).to.match(
				/^gone\/mock\.yaml cannot be written: ENOENT.* The change is kept in memory\.\n$/,
			);
		}));

	it("refuses an address that is not of this machine, a port that is taken, and a pace that is none", () =>
		withFolder({}, async (folder) => {
			for (const listen of ["0.0.0.0:4010", "192.0.2.1:80", "unix:mock.sock"]) {
				const error = await rejectionOf(run(folder, ["--listen", listen]));
				expect(error).to.be.instanceOf(CannotRun);
				expect((error as Error).message).to.contain("on loopback only");
			}
			const taken = createServer().listen(0, "127.0.0.1");
			await new Promise((done) => taken.once("listening", done));
			const { port } = taken.address() as AddressInfo;
			const listen = `127.0.0.1:${port}`;
			const error = await rejectionOf(run(folder, ["--listen", listen]));
			taken.close();
			expect(error).to.be.instanceOf(CannotRun);
			expect((error as Error).message).to.contain(
				`Stop the program that listens on ${listen}, or write \`--listen 127.0.0.1:0\`.`,
			);
			for (const pace of ["fast", "-1", ""]) {
				expect(
					await rejectionOf(run(folder, ["--pace", pace])),
				).to.be.instanceOf(CommanderError);
			}
			const folderError = await rejectionOf(run(folder, ["--state", "."]));
			expect(folderError).to.be.instanceOf(CannotRun);
			expect((folderError as Error).message).to.match(
				/^\. cannot be read: EISDIR/,
			);
		}));
});

// --- helpers ---

interface Ended {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** Runs the command until the signal, and tells of each text that it writes. */
async function run(
	folder: string,
	args: readonly string[],
	{
		signal = AbortSignal.abort(),
		onWrite = () => {},
	}: { readonly signal?: AbortSignal; onWrite?(out: string): void } = {},
): Promise<Ended> {
	let out = "";
	let err = "";
	let code = 0;
	const command = platformMockCommand({
		stdout: {
			write(text) {
				out += text;
				onWrite(out);
			},
		},
		stderr: { write: (text) => (err += text) },
		env: {},
		cwd: folder,
		isTTY: false,
		interrupted: () => signal,
		exit: (ended) => {
			code = ended;
		},
	});
	command.exitOverride().configureOutput({ writeErr: () => {} });
	await command.parseAsync(args, { from: "user" });
	return { code, out, err };
}

/** Starts the mock on a free port, and resolves when it listens. */
async function start(
	folder: string,
	args: readonly string[],
): Promise<{
	readonly url: string;
	out(): string;
	stop(): Promise<Pick<Ended, "code" | "err">>;
}> {
	const end = new AbortController();
	let out = "";
	let ended: Promise<Ended> | undefined;
	const url = await new Promise<string>((resolve, reject) => {
		ended = run(folder, ["--listen", "127.0.0.1:0", ...args], {
			signal: end.signal,
			onWrite(text) {
				out = text;
				const found = /listens on (http:\S+\d)/.exec(text)?.[1];
				if (found !== undefined) resolve(found);
			},
		});
		ended.catch(reject);
	});
	return {
		url,
		out: () => out,
		async stop() {
			end.abort();
			const { code, err } = (await ended) as Ended;
			return { code, err };
		},
	};
}
