import { createVerify } from "node:crypto";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createTestRouter } from "../../src/testing.ts";
import { runCli } from "../cli/cli.ts";
import { type Command, startProgram } from "../end-to-end/process.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import { PUBLIC_KEY, withExample } from "./example.ts";

/** A recipe that runs, with the program that stands for its service. */
interface Site {
	readonly folder: string;
	readonly service: Command;
	readonly serviceUrl: string;
	readonly router: Command;
	/** Sends a webhook, and expects that it came as far as it was meant to. */
	send(...args: readonly string[]): Promise<void>;
}

const startRouter = useRouters();

describe("the service of examples/receipts", () => {
	it("takes what the router signs, in order, and nothing else", () =>
		withSite("receipts", "service.mjs", async (site) => {
			await site.send("sms.dlr", "--set", "messageId=A1", ...is("accepted"));
			await site.send("sms.dlr", "--set", "messageId=A1", ...is("delivered"));
			await site.service.says(/A1 accepted\nA1 delivered\n/);

			const body = JSON.stringify({ id: "1", payload: { messageId: "B2" } });
			const headers = {
				"webhook-id": "1",
				"webhook-timestamp": String(Math.floor(Date.now() / 1000)),
				"webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}`,
			};
			for (const forged of [{}, headers]) {
				const answer = await fetch(site.serviceUrl, {
					method: "POST",
					headers: forged,
					body,
				});
				expect(answer.status).to.equal(401);
			}
			expect(site.service.stdout()).to.not.contain("B2");
		}));
});

describe("the stand-in of examples/two-way-sms", () => {
	it("gets the answer, and the stop word", () =>
		withSite("two-way-sms", "stand-in.mjs", async (site) => {
			const text = (words: string) => [
				"sms.inbound",
				"--to",
				"inbound-sms",
				"--set",
				`text=${words}`,
			];
			await site.send(...text("Where are you?"));
			await site.service.says(
				/SMS to 447700900001: 1 Example Street, London\./,
			);
			await site.send(...text("Stop"));
			await site.service.says(/STOP from 447700900001/);
		}));
});

describe("the stand-in of examples/alerts-slack", () => {
	it("gets the sentence of an alert, with its markup taken away", () =>
		withSite("alerts-slack", "stand-in.mjs", async (site) => {
			await site.send("router.backlog");
			await site.service.says(/Slack: \*router\.backlog\* 80123 of at most/);
			await site.send("router.dead", "--set", "text=12 events are <dead>");
			await site.service.says(/12 events are &lt;dead&gt;\n`switchhook inbox/);
		}));
});

describe("the stand-in of examples/alerts-email", () => {
	it("gets a mail with the key of the service", () =>
		withSite("alerts-email", "stand-in.mjs", async (site) => {
			await site.send("router.dead");
			await site.service.says(
				/Mail to on-call@example\.com: 12 events of `orders` are dead/,
			);
		}));
});

describe("the stand-in of examples/recordings", () => {
	it("has the recording at the second request, and the archive has it whole", () =>
		withSite("recordings", "stand-in.mjs", async (site) => {
			await site.send(
				"ncco.record",
				"--query",
				"from=447700900001",
				"--set",
				`recording_url=${site.serviceUrl}v1/files/1`,
				"--set",
				"recording_uuid=of-a-test",
			);
			await site.service.says(/files\/1 404[\s\S]*files\/1 200/);
			await site.router.says(/archived/);
			const archive = join(site.folder, "recordings");
			expect((await readdir(archive)).toSorted()).to.deep.equal([
				"of-a-test.json",
				"of-a-test.mp3",
			]);
			const sound = await readFile(join(archive, "of-a-test.mp3"), "utf8");
			expect(sound).to.equal("not really a sound");
			const about = await readFile(join(archive, "of-a-test.json"), "utf8");
			expect(JSON.parse(about)).to.include({ from: "447700900001" });
		}));

	it("gets a token that the key of the application signs", () =>
		withExample("recordings", async ({ folder }) => {
			const router = await createTestRouter({
				config: join(folder, "routes.yaml"),
				env: {
					VONAGE_APPLICATION_ID: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
					VONAGE_SIGNATURE_SECRET: "8f1dd0a1c5e942d7b36a4a8f0e1c2b3d",
					RECORDINGS_FOLDER: join(folder, "archive"),
				},
				clock: "2026-03-01T09:30:00Z",
				fetch: [{ url: "https://api-us.nexmo.com/*", answer: { body: "a" } }],
			});
			try {
				await router.send("recordings", {
					set: {
						recording_url: "https://api-us.nexmo.com/v1/files/1",
						recording_uuid: "../../out",
					},
				});
				await router.settle();
				const [request] = router.fetched();
				const token = request?.headers.authorization?.replace("Bearer ", "");
				const [head = "", claims = "", signature = ""] = `${token}`.split(".");
				const verify = createVerify("sha256").update(`${head}.${claims}`);
				expect(verify.verify(PUBLIC_KEY, signature, "base64url")).to.equal(
					true,
				);
				expect(decode(head)).to.deep.equal({ alg: "RS256", typ: "JWT" });
				const iat = Date.parse("2026-03-01T09:30:00Z") / 1000;
				expect(decode(claims)).to.deep.include({
					application_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
					iat,
					exp: iat + 300,
				});
				// A name that leads out of the folder is not taken.
				const files = await readdir(join(folder, "archive"));
				expect(files.join()).to.match(/^[\da-f-]{36}\.json,[\da-f-]{36}\.mp3$/);
			} finally {
				await router.close();
			}
		}));
});

// --- helpers ---

function is(status: string): readonly string[] {
	return ["--set", `status=${status}`];
}

function decode(part: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(part, "base64url").toString());
}

/** Runs a recipe as its README says, on ports that are free. */
function withSite(
	name: string,
	program: string,
	use: (site: Site) => Promise<void>,
): Promise<void> {
	return withExample(name, async ({ folder }) => {
		const env = join(folder, ".env");
		await appendFile(env, "PORT=0\n");
		const service = startProgram(
			[process.execPath, "--env-file=.env", program],
			folder,
		);
		let router: Command | undefined;
		try {
			const [, port = ""] = await service.says(/port (\d+)/);
			for (const file of [env, join(folder, "routes.yaml")]) {
				const text = (await readFile(file, "utf8"))
					.replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`)
					.replaceAll("127.0.0.1:8080", "127.0.0.1:0")
					.replace("first: 10s", "first: 1s");
				await writeFile(file, text);
			}
			router = startRouter(folder);
			await router.says(/listens on http/);
			await use({
				folder,
				service,
				serviceUrl: `http://127.0.0.1:${port}/`,
				router,
				async send(...args) {
					const { code, out, err } = await runCli(["send", ...args], folder);
					expect(code, out + err).to.equal(0);
				},
			});
		} finally {
			await stopRouter(router);
			service.child.kill("SIGKILL");
			await service.ended;
		}
	});
}
