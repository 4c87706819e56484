import { copyFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import { certFile, readCert } from "../tls/certs.ts";
import { type Command, startCommand } from "./process.ts";

const routes = (server = "", extra = ""): string => `version: 1
server: { listen: "127.0.0.1:0", ${server}tls: { cert: tls.crt, key: tls.key } }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: "{{ 'answer' | url }}" }] }, fallback: { ncco: [{ action: talk, text: Sorry }] } }
${extra}`;
const CALL = `/answer?from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

const startRouter = useRouters();

describe("`server.tls`", () => {
	it("serves HTTPS, names it in its URLs, and swaps the certificate at a reload, which a broken pair stops", () =>
		withFolder({ "routes.yaml": routes() }, async (folder) => {
			await place(folder, "first.crt", "first.key");
			const command = startRouter(folder);
			try {
				const [, url = ""] = await command.says(
					/listens on (https:\/\/[\d.:]+)/,
				);
				const first = await call(url);
				expect(first.subject).to.equal("first");
				const port = new URL(url).port;
				expect(first.body).to.contain(`https://localhost:${port}/answer`);
				await place(folder, "second.crt", "first.key");
				command.child.kill("SIGHUP");
				await command.says(/The previous one keeps serving/);
				expect(command.stdout()).to.match(
					/routes\.yaml:2:\d+: error: the key does not belong to the certificate/,
				);
				expect((await call(url)).subject).to.equal("first");
				await place(folder, "second.crt", "second.key");
				command.child.kill("SIGHUP");
				await command.says(/the certificate was replaced/);
				expect((await call(url)).subject).to.equal("second");
				await expectRestart(command, folder);
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
			} finally {
				await stopRouter(command);
			}
		})).timeout(60_000);

	it("is served by all of several workers, and swapped in all of them", () =>
		withFolder({ "routes.yaml": withWorkers() }, async (folder) => {
			await place(folder, "first.crt", "first.key");
			const command = startCommand(["serve"], folder);
			const subjects = async (): Promise<readonly string[]> => {
				const calls = Array.from({ length: 4 }, () => call(url));
				return (await Promise.all(calls)).map(({ subject }) => subject);
			};
			let url = "";
			try {
				[, url = ""] = await command.says(/listens on (https:\/\/[\d.:]+)/);
				expect(await subjects()).to.deep.equal(Array(4).fill("first"));
				await place(folder, "second.crt", "second.key");
				command.child.kill("SIGHUP");
				await command.says(/"worker":1.*the certificate was replaced/);
				await command.says(/"worker":2.*the certificate was replaced/);
				expect(await subjects()).to.deep.equal(Array(4).fill("second"));
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
			} finally {
				await stopRouter(command);
			}
		})).timeout(60_000);

	it("is checked with the configuration: missing files, an expired certificate, one for another host", () =>
		withFolder({ "routes.yaml": routes() }, async (folder) => {
			const missing = await runCli(["check"], folder);
			expect(missing.code).to.equal(1);
			expect(missing.out + missing.err).to.match(/tls\.crt does not exist/);
			expect(missing.out + missing.err).to.match(/tls\.key does not exist/);
			// Where the values of the environment are missing, so are its files.
			expect((await runCli(["check", "--no-env"], folder)).code).to.equal(0);
			await place(folder, "expired.crt", "expired.key");
			const expired = await runCli(["check"], folder);
			expect(expired.code).to.equal(0);
			expect(expired.out + expired.err).to.match(
				/the certificate expired on 2021-01-01/,
			);
			await place(folder, "first.crt", "first.key");
			const at = async (host: string): Promise<string> => {
				const url = `publicUrl: "https://${host}", `;
				await writeFile(join(folder, "routes.yaml"), routes(url));
				const { out, err } = await runCli(["check"], folder);
				return out + err;
			};
			expect(await at("hooks.example.com")).to.not.contain("the certificate");
			expect(await at("other.example.com")).to.match(
				/the certificate is not for other\.example\.com/,
			);
		}));
});

// --- helpers ---

function withWorkers(): string {
	return routes("workers: 2, ").replace("store: none", "store: sqlite:i.db");
}

async function place(folder: string, cert: string, key: string): Promise<void> {
	await copyFile(certFile(cert), join(folder, "tls.crt"));
	await copyFile(certFile(key), join(folder, "tls.key"));
}

/** A port speaks HTTP or HTTPS, until the router restarts. */
async function expectRestart(command: Command, folder: string): Promise<void> {
	const text = routes().replace(", tls: { cert: tls.crt, key: tls.key }", "");
	await writeFile(join(folder, "routes.yaml"), text);
	command.child.kill("SIGHUP");
	await command.says(/`server\.tls` has changed\. It takes effect when/);
}

function call(url: string): Promise<{ subject: string; body: string }> {
	return new Promise((resolve, reject) => {
		const sent = request(
			url + CALL,
			{ agent: false, ca: readCert("authority.crt") },
			(response) => {
				const { socket } = response as unknown as {
					socket: { getPeerCertificate(): { subject: { CN: string } } };
				};
				const subject = socket.getPeerCertificate().subject.CN;
				let body = "";
				response
					.on("data", (chunk) => {
						body += chunk;
					})
					.on("end", () => resolve({ subject, body }));
			},
		);
		sent.on("error", reject);
		sent.end();
	});
}
