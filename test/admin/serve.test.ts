import { once } from "node:events";
import { copyFile, cp, readFile, stat, writeFile } from "node:fs/promises";
import { request as requestHttps } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createAdminClient, findAdmin } from "../../src/cli/admin/client.ts";
import { readAdminFile, writeAdminFile } from "../../src/cli/admin/file.ts";
import { exists } from "../../src/cli/load.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { until } from "../crash/site.ts";
import {
	bareCommandLine,
	startCommand,
	startProgram,
} from "../end-to-end/process.ts";
import { ask } from "../http/router.ts";
import { useRouters } from "../serving/serve.ts";
import { certFile, readCert } from "../tls/certs.ts";
import { openEvents } from "./event-client.ts";
import { type AdminSite, openSite, SITE, withSite } from "./site.ts";

const TLS = fileURLToPath(new URL("../handler/tls/", import.meta.url));

describe("a router with an admin listener", function () {
	this.timeout(60_000);

	const start = useRouters();

	describe("that is watched", () => {
		let site: AdminSite & { close(): Promise<void> };
		before(async () => {
			site = await openSite({ start });
		});
		after(() => site?.close());

		it("counts by route, and lists the narrowest level first", async () => {
			const { call } = site;
			const send = (body: object) =>
				call("/api/v1/send", { method: "POST", body: JSON.stringify(body) });
			await send({ kind: "sms.inbound", set: { to: "447700900001" } });
			await send({ kind: "sms.inbound", set: { to: "447700900001" } });
			await send({ kind: "sms.inbound", set: { to: "447700900002" } });
			const { paths } = (await call("/api/v1/routes")).json() as unknown as {
				readonly paths: readonly {
					readonly path: string;
					readonly url: string;
					readonly kinds: readonly {
						readonly levels: readonly {
							readonly level: string;
							readonly routes: readonly {
								readonly name: string;
								readonly setAt: string;
								readonly isPausable: boolean;
								readonly counts: Readonly<Record<string, unknown>>;
							}[];
						}[];
					}[];
				}[];
			};
			const [sms] = paths.filter(({ path }) => path === "/sms");
			const levels = sms?.kinds[0]?.levels ?? [];
			expect(
				levels.map(({ level, routes: [route] }) => [
					level,
					route?.name,
					route?.counts.webhooks,
					route?.counts.lastMinute,
				]),
			).to.deep.equal([
				["number", "support", { received: 2 }, 2],
				["account", "inbound", { received: 1 }, 1],
			]);
			expect(sms?.url).to.equal(
				`http://localhost:${new URL(site.origin).port}/sms`,
			);
			expect(levels[0]?.routes[0]).to.include({
				setAt: "number 447700900001, Inbound Webhook URL",
				isPausable: true,
			});
			const some = (await call("/api/v1/routes?route=answer")).json();
			expect(JSON.stringify(some)).to.include('"name":"answer"');
			expect(JSON.stringify(some)).to.include('"isPausable":false');
			expect(some.paths).to.have.length(1);
			const none = (await call("/api/v1/routes?route=nothing")).json();
			expect(none).to.deep.equal({ paths: [], internal: [] });
		});

		it("says in its summary which route fails since when, and which deliveries wait", async () => {
			const { call } = site;
			const before = Date.now();
			await call("/api/v1/send", {
				method: "POST",
				body: JSON.stringify({ to: "failing" }),
			});
			const summaryNow = async () =>
				(await call("/api/v1/summary")).json() as unknown as {
					readonly troubles: readonly Readonly<Record<string, unknown>>[];
					readonly inbox?: { readonly waiting: number };
				};
			let summary = await summaryNow();
			await until("a delivery that waits", async () => {
				summary = await summaryNow();
				return summary.inbox?.waiting === 1 && summary.troubles.length > 0;
			});
			expect(summary).to.include({ health: "failing", routes: 4 });
			expect(summary.troubles).to.have.length(1);
			const [trouble] = summary.troubles;
			expect(trouble).to.include({ code: "route-fails", route: "failing" });
			expect(trouble?.share).to.equal(1);
			expect(trouble?.since).to.be.within(before, Date.now());
			const tree = (await call("/api/v1/routes?route=failing")).text;
			expect(tree).to.include('"inbox":{"waiting":1,"dead":0,"quarantined":0}');
			expect(tree).to.match(/"failing":\{"since":\d+,"share":1\}/);
			expect(tree).to.include(
				'"circuits":[{"upstream":"http://127.0.0.1:9","isOpen":false}]',
			);
		});

		it("reloads, keeps the old configuration with an error, and says why", async () => {
			const { call, configure } = site;
			const states = async () =>
				(await call("/api/v1/reload")).json().reload as Record<string, unknown>;
			const reload = async () =>
				(await call("/api/v1/reload", { method: "POST" })).json()
					.reload as Record<string, unknown>;
			expect(await states()).to.equal(null);
			await configure(SITE.replace("kind: sms.dlr", "kind: sms.drl"));
			const disk = (await call("/api/v1/findings?of=disk")).json() as {
				readonly findings: readonly Record<string, unknown>[];
			};
			expect(disk.findings[0]).to.include({
				severity: "error",
				file: "routes.yaml",
				line: 9,
			});
			const serving = (await call("/api/v1/findings")).text;
			expect(serving).to.not.include("sms.drl");
			const refused = await reload();
			expect(refused).to.include({ outcome: "refused", routes: 4 });
			expect(JSON.stringify(refused.findings)).to.include("sms.drl");
			expect(await states()).to.deep.equal(refused);
			await configure(SITE.replace("name: failing", "name: renamed"));
			const reloaded = await reload();
			expect(reloaded).to.deep.include({
				outcome: "reloaded",
				added: ["renamed"],
				removed: ["failing"],
			});
			await configure(SITE);
			expect(await reload()).to.include({ outcome: "reloaded", routes: 4 });
		});

		it("tells of webhooks, refusals, deliveries and reloads as they come", async () => {
			const { port, token, origin, call } = site;
			const events = await openEvents(port, "/api/v1/events", { token });
			const send = (body: object) =>
				call("/api/v1/send", { method: "POST", body: JSON.stringify(body) });
			const { outcome } = (
				await send({ kind: "sms.inbound", set: { msisdn: "447700900123" } })
			).json() as { readonly outcome: { readonly event: string } };
			const webhook = await events.next("webhook");
			expect(webhook.data).to.include({
				outcome: "received",
				route: "inbound",
				id: outcome.event,
				status: 200,
				level: "account",
				number: "44********23",
			});
			expect(webhook.data).to.not.have.property("plainNumbers");
			const delivery = await events.next("delivery");
			expect(delivery.data).to.include({
				outcome: "delivered",
				id: outcome.event,
				attempt: 1,
			});
			await ask(`${origin}/sms?token=abc&text=447700900123`);
			const denied = await events.next("refusal");
			expect(denied.data).to.include({
				outcome: "denied",
				code: "FIREWALL_DENIED",
				client: "127.0.0.1",
				path: "/sms",
			});
			await call("/api/v1/reload", { method: "POST" });
			const reload = await events.next("reload");
			expect(reload.data).to.include({ outcome: "reloaded", routes: 4 });
			expect(JSON.stringify([webhook, delivery, denied])).to.not.include(
				"447700900123",
			);
			events.close();
			await send({ to: "failing" });
			const again = await openEvents(port, "/api/v1/events", {
				token,
				headers: { "last-event-id": reload.id ?? "" },
			});
			expect((await again.next("webhook")).data.route).to.equal("failing");
			expect((await again.next("delivery")).data.outcome).to.equal("waiting");
			again.close();
			// A browser cannot send the header with a new connection.
			const narrow = await openEvents(
				port,
				`/api/v1/events?after=${reload.id}&route=failing&outcome=waiting`,
				{ token },
			);
			const narrowed = await narrow.next("delivery");
			expect(narrowed.data.route).to.equal("failing");
			narrow.close();
		});

		it("logs who reloads and sends", async () => {
			const { command, call } = site;
			await call("/api/v1/reload", { method: "POST" });
			await command.says(/"actor":"local".*a reload was requested/);
		});
	});

	it("keeps its token in admin.json for its user alone, and nowhere in the log", async () => {
		await withSite(async ({ folder, command, token, port, call }) => {
			const path = join(folder, "data", "admin.json");
			expect((await stat(path)).mode & 0o777).to.equal(0o600);
			const file = JSON.parse(await readFile(path, "utf8"));
			expect(file).to.deep.equal({
				url: `http://127.0.0.1:${port}`,
				token,
				pid: command.child.pid,
			});
			expect(token).to.match(/^[\w-]{43}$/);
			expect((await call("/api/v1/router")).status).to.equal(200);
			await call("/api/v1/router", { token: "wrong" });
			expect(command.stdout()).to.include(`"admin":"http://127.0.0.1:${port}"`);
			expect(command.stdout() + command.stderr()).to.not.include(token);
			command.child.kill("SIGTERM");
			expect(await command.ended).to.equal(0);
			expect(await exists(path)).to.equal(false);
		});
	});

	it("is ready once it serves, and not while it stops", async () => {
		const config = SITE.replace("hello", "slow").replace(
			"{ ncco: [{ action: talk, text: slow }] }",
			"{ plugin: slow }, timeout: 20s",
		);
		const slow = `export default { name: "slow", on: { "voice.answer": () => new Promise((done) => { globalThis.done = done; console.error("begun"); process.once("SIGUSR2", () => done([{ action: "talk", text: "late" }])); }) } };`;
		await withSite(
			async ({ command, call }) => {
				const ready = await call("/readyz", { token: null });
				expect(ready.status).to.equal(200);
				expect(ready.json()).to.deep.equal({
					status: "ready",
					checks: [
						{ name: "serving", ok: true },
						{ name: "store", ok: true },
						{ name: "room", ok: true },
					],
				});
				const sent = call("/api/v1/send", {
					method: "POST",
					body: JSON.stringify({ to: "answer" }),
				});
				await command.says(/begun/);
				command.child.kill("SIGTERM");
				await command.says(/stopping/);
				const stopping = await call("/readyz");
				expect(stopping.status).to.equal(503);
				expect(stopping.json()).to.deep.include({ status: "not ready" });
				expect(stopping.text).to.include("the router starts or stops");
				// Whoever has no token learns which check failed, but no more.
				const stranger = await call("/readyz", { token: null });
				expect(stranger.text).to.not.include("reason");
				expect((await call("/healthz", { token: null })).status).to.equal(200);
				command.child.kill("SIGUSR2");
				expect((await sent).status).to.equal(200);
				expect(await command.ended).to.equal(0);
			},
			{ config, files: { "plugins/slow.mjs": slow } },
		);
	});

	it("takes tokens and hosts with a reload, and ends the sessions of a token that is gone", async () => {
		const withTokens = (admin: string) =>
			SITE.replace("networks:", `admin: ${admin}\nnetworks:`);
		const first = "the-first-token-of-this-test";
		const config = withTokens(
			// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
			'{ token: "${FIRST}", hosts: [old.example.com] }',
		);
		await withSite(
			async ({ folder, call, configure }) => {
				const session = await call("/session", {
					method: "POST",
					token: null,
					body: JSON.stringify({ token: first }),
				});
				const cookie = String(session.headers["set-cookie"]).split(";")[0];
				const look = async (options: object) =>
					(await call("/api/v1/router", { token: null, ...options })).status;
				const codes = async () => [
					await look({ token: first }),
					await look({ headers: { cookie } }),
					await look({
						token: undefined,
						headers: { host: "old.example.com" },
					}),
				];
				expect(await codes()).to.deep.equal([200, 200, 401]);
				// The check of the files reads the variables anew, and leaves those of the process.
				await writeFile(join(folder, ".env"), "");
				const disk = await call("/api/v1/findings?of=disk");
				expect(disk.text).to.include("`FIRST` is not set");
				expect(await codes()).to.deep.equal([200, 200, 401]);
				await configure(withTokens("{ hosts: [new.example.com] }"));
				await call("/api/v1/reload", { method: "POST" });
				expect(await codes()).to.deep.equal([401, 401, 421]);
			},
			{ config, files: { ".env": `FIRST=${first}` } },
		);
	});

	it("ends with streams still open", async () => {
		await withSite(async ({ command, port, token }) => {
			const events = await openEvents(port, "/api/v1/events", { token });
			command.child.kill("SIGTERM");
			await events.ended;
			expect(await command.ended).to.equal(0);
		});
	});

	it("may be off", async () => {
		await withFolder(
			{
				"routes.yaml": SITE.replace("networks:", "admin: off\nnetworks:"),
			},
			async (folder) => {
				const command = startProgram(bareCommandLine(["serve"]), folder);
				try {
					await command.says(/listens on http/);
					expect(command.stdout()).to.not.include('"admin"');
					const file = join(folder, "data", "admin.json");
					expect(await exists(file)).to.equal(false);
				} finally {
					command.child.kill("SIGKILL");
					await command.ended;
				}
			},
		);
	});

	it("does not start with a written port that is in use", async () => {
		const { server, port } = await takePort();
		try {
			const written = SITE.replace(
				"networks:",
				`admin: { listen: "127.0.0.1:${port}" }\nnetworks:`,
			);
			for (const [config, args] of [
				[written, []],
				[SITE, ["--admin", `127.0.0.1:${port}`]],
			] as const) {
				await withFolder({ "routes.yaml": config }, async (folder) => {
					const { code, err } = await runCli(["serve", ...args], folder);
					expect(code).to.equal(2);
					expect(err).to.match(
						/admin listener cannot listen on 127\.0\.0\.1:\d+\. Another program uses the port/,
					);
				});
			}
		} finally {
			server.close();
		}
	});

	it("refuses an --admin that opens it to others without a token", async () => {
		await withFolder({ "routes.yaml": SITE }, async (folder) => {
			for (const [address, expected] of [
				["0.0.0.0:0", /has no token/],
				["nonsense", /is not an address/],
				["unix:/tmp/x", /is not an address/],
			] as const) {
				const { code, err } = await runCli(
					["serve", "--admin", address],
					folder,
				);
				expect(code).to.equal(2);
				expect(err).to.match(expected);
			}
		});
	});

	it("speaks TLS with a certificate, which its commands know", async () => {
		const config = withTls("server.pem", "server.key.pem");
		await withFolder({ "routes.yaml": config }, async (folder) => {
			for (const name of ["server.pem", "server.key.pem"])
				await cp(join(TLS, name), join(folder, name));
			const command = startCommand(["serve"], folder);
			try {
				await command.says(/"admin":"https:\/\/127/);
				const file = await readAdminFile(join(folder, "data", "admin.json"));
				if (file === undefined) throw new Error("no file");
				const socket = join(folder, "data", "switchhook.sock");
				const client = await findAdmin(socket);
				expect((await client?.call("GET", "/router"))?.status).to.equal(200);
				// A certificate that the file does not name is not trusted with the token.
				const other = await readFile(join(TLS, "elsewhere.pem"), "utf8");
				const wrong = createAdminClient({ ...file, certificate: other });
				await wrong.call("GET", "/router").then(
					() => expect.fail("it was trusted"),
					(error: Error) => expect(error.message).to.include("no answer"),
				);
				const cookie = await signInOverTls(Number(new URL(file.url).port), {
					...file,
				});
				expect(cookie).to.match(/; Secure$/);
			} finally {
				command.child.kill("SIGKILL");
				await command.ended;
			}
		});
	});

	it("checks the files of its certificate with the configuration", () =>
		withFolder(
			{ "routes.yaml": withTls("tls.crt", "tls.key") },
			async (folder) => {
				const check = async () => {
					const { code, out, err } = await runCli(["check"], folder);
					return { code, text: out + err };
				};
				const missing = await check();
				expect(missing.code).to.equal(1);
				expect(missing.text).to.match(
					/yaml:3:\d+: error: \S+tls\.crt does not/,
				);
				expect(missing.text).to.match(
					/yaml:3:\d+: error: \S+tls\.key does not/,
				);
				expect((await runCli(["check", "--no-env"], folder)).code).to.equal(0);
				await place(folder, "first.crt", "second.key");
				const served = await runCli(["serve", "--admin", ":0"], folder);
				expect(served.code).to.equal(1);
				expect(served.err).to.match(
					/yaml:3:\d+: error: the key does not belong to the certificate/,
				);
				await place(folder, "expired.crt", "expired.key");
				const expired = await check();
				expect(expired.code).to.equal(0);
				expect(expired.text).to.match(
					/yaml:3:\d+: warning: the certificate expired on 2021-01-01/,
				);
			},
		));

	it("renews its certificate with a reload, and its commands know the new one", async () => {
		const config = withTls("tls.crt", "tls.key");
		await withFolder({ "routes.yaml": config }, async (folder) => {
			await place(folder, "first.crt", "first.key");
			const command = startProgram(bareCommandLine(["serve"]), folder);
			const path = join(folder, "data", "admin.json");
			const socket = join(folder, "data", "switchhook.sock");
			const written = async () => (await readAdminFile(path))?.certificate;
			const reload = async (): Promise<unknown> => {
				const client = await findAdmin(socket);
				const { body } = (await client?.call("POST", "/reload")) ?? {};
				return (body as { readonly reload: object }).reload;
			};
			try {
				await command.says(/"admin":"https:\/\/127/);
				const first = await written();
				expect(first?.trim()).to.equal(readCert("first.crt").trim());
				await place(folder, "second.crt", "first.key");
				expect(await reload()).to.include({ outcome: "refused" });
				expect(await written()).to.equal(first);
				await place(folder, "second.crt", "second.key");
				expect(await reload()).to.include({ outcome: "reloaded" });
				await command.says(/certificate of the admin listener was replaced/);
				await until("the new one", async () => (await written()) !== first);
				expect((await written())?.trim()).to.equal(
					readCert("second.crt").trim(),
				);
				// Other paths are read too.
				await copyFile(certFile("first.crt"), join(folder, "other.crt"));
				await copyFile(certFile("first.key"), join(folder, "other.key"));
				await writeFile(
					join(folder, "routes.yaml"),
					withTls("other.crt", "other.key"),
				);
				expect(await reload()).to.deep.include({
					outcome: "reloaded",
					restart: [],
				});
				await until("the other", async () => (await written()) === first);
				const plain = "admin: { listen: 127.0.0.1:0 }\nnetworks:";
				await writeFile(
					join(folder, "routes.yaml"),
					SITE.replace("networks:", plain),
				);
				expect(await reload()).to.deep.include({ restart: ["admin.tls"] });
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
				expect(await exists(path)).to.equal(false);
			} finally {
				if (command.child.exitCode === null) command.child.kill("SIGKILL");
				await command.ended;
			}
		});
	});
});

describe("admin.json", () => {
	it("is not taken from a router that was killed, or from others", async () => {
		await withFolder({}, async (folder) => {
			const path = join(folder, "admin.json");
			const file = { url: "http://127.0.0.1:1", token: "t", pid: process.pid };
			expect(await readAdminFile(path)).to.equal(undefined);
			await writeAdminFile(path, file);
			expect(await readAdminFile(path)).to.deep.equal(file);
			// No process has this number.
			await writeAdminFile(path, { ...file, pid: 2 ** 22 + 1 });
			expect(await readAdminFile(path)).to.equal(undefined);
			for (const text of ["", "{", "[]", '{"url":"x"}', '{"url":7}']) {
				await writeFile(path, text);
				expect(await readAdminFile(path), text).to.equal(undefined);
			}
			await writeFile(path, JSON.stringify(file));
			const { chmod } = await import("node:fs/promises");
			await chmod(path, 0o666);
			expect(await readAdminFile(path)).to.equal(undefined);
		});
	});

	it("leads to a router only if that answers", async () => {
		await withFolder({}, async (folder) => {
			const { server, port } = await takePort();
			server.close();
			await once(server, "close");
			await writeAdminFile(join(folder, "admin.json"), {
				url: `http://127.0.0.1:${port}`,
				token: "t",
				pid: process.pid,
			});
			const socket = join(folder, "switchhook.sock");
			expect(await findAdmin(socket)).to.equal(undefined);
		});
	});
});

// --- helpers ---

function withTls(cert: string, key: string): string {
	const tls = `admin: { listen: "127.0.0.1:0", tls: { cert: ${cert}, key: ${key} } }`;
	return SITE.replace("networks:", `${tls}\nnetworks:`);
}

async function place(folder: string, cert: string, key: string): Promise<void> {
	await copyFile(certFile(cert), join(folder, "tls.crt"));
	await copyFile(certFile(key), join(folder, "tls.key"));
}

async function takePort(): Promise<{
	readonly server: Server;
	readonly port: number;
}> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	return { server, port: (server.address() as AddressInfo).port };
}

function signInOverTls(
	port: number,
	{
		token,
		certificate,
	}: { readonly token: string; readonly certificate?: string | undefined },
): Promise<string> {
	const body = JSON.stringify({ token });
	return new Promise((resolve, reject) => {
		const outgoing = requestHttps(
			{
				host: "127.0.0.1",
				port,
				path: "/session",
				method: "POST",
				agent: false,
				ca: certificate,
				allowPartialTrustChain: true,
				checkServerIdentity: () => undefined,
				headers: {
					"content-type": "application/json",
					"content-length": Buffer.byteLength(body),
				},
			},
			(incoming) => {
				incoming.resume();
				resolve(String(incoming.headers["set-cookie"]));
			},
		);
		outgoing.on("error", reject);
		outgoing.end(body);
	});
}
