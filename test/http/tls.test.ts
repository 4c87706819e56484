import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { request as httpsRequest } from "node:https";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { expect } from "chai";
import { formatWording } from "../../src/finding/finding.ts";
import { openTls, type Tls } from "../../src/http/tls.ts";
import type { TlsSettings } from "../../src/tls/files.ts";
import { certFile, readCert } from "../tls/certs.ts";
import { type Router, startRouter } from "./router.ts";

describe("a listener with a certificate", () => {
	it("answers over HTTPS, by TLS 1.2 or later, and keeps to HTTP/1.1", () =>
		withTls({}, async ({ router }) => {
			expect(router.url).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
			const { status, subject } = await ask(router);
			expect(status).to.equal(200);
			expect(subject).to.equal("first");
			const modern = await ask(router, { minVersion: "TLSv1.3" });
			expect(modern.status).to.equal(200);
			const old = await ask(router, {
				minVersion: "TLSv1.1",
				maxVersion: "TLSv1.1",
				ciphers: "DEFAULT@SECLEVEL=0",
			});
			expect(old.fault).to.match(/EPROTO|TLS|SSL/);
		}));

	it("disconnects a client that speaks HTTP, and says so", () =>
		withTls({}, async ({ router }) => {
			const heard = await plain(router.port, "GET / HTTP/1.1\r\n\r\n");
			expect(heard).to.equal("");
			await until(() => router.rejections.length > 0);
			expect(router.rejections[0]).to.deep.include({
				peer: "127.0.0.1",
				status: undefined,
				reason: "the client speaks HTTP, and the router HTTPS",
			});
		}));

	it("keeps its limits: the head, and addresses that no route admits", () =>
		withTls({ bounds: { headLimitBytes: 4096 } }, async ({ router }) => {
			const long = await ask(router, { headers: { x: "x".repeat(5000) } });
			expect(long.status).to.equal(431);
			const other = await startRouter({
				bounds: {
					tls: await openTls(quiet(settingsOf({}))),
					peers: () => ({ isWelcome: () => false, isProxy: () => false }),
				},
			});
			try {
				expect((await ask(other)).fault).to.match(/ECONNRESET|socket/);
			} finally {
				await other.close();
			}
		}));

	it("does not wait at its end for clients that have not finished the handshake", () =>
		withTls({}, async ({ router }) => {
			const socket = connectPlain(router.port, "127.0.0.1");
			const closed = new Promise((done) => socket.once("close", done));
			socket.on("error", () => {});
			await new Promise((done) => socket.once("connect", done));
			socket.write(Buffer.from([0x16, 3, 1]));
			await router.listening.close();
			await closed;
		}));

	it("disconnects a client that does not finish the handshake in time", () =>
		withTls({ handshakeMs: 50 }, async ({ router }) => {
			const heard = await plain(router.port, Buffer.from([0x16, 3, 1]));
			expect(heard).to.equal("");
			await until(() => router.rejections.length > 0);
			expect(router.rejections[0]?.reason).to.match(
				/did not finish the TLS handshake in time/,
			);
		}));

	it("disconnects a client that reads nothing of its answers", () =>
		withTls(
			{
				bounds: { stallMs: 40 },
				body: "x".repeat(64 * 1024 * 1024),
			},
			async ({ router }) => {
				const socket = connect({
					port: router.port,
					host: "127.0.0.1",
					rejectUnauthorized: false,
				});
				socket.on("error", () => {});
				await new Promise((done) => socket.once("secureConnect", done));
				socket.pause();
				socket.write(
					"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
				);
				await router.visited(1);
				// Waits for the answer to be read, or for the client to be disconnected.
				await router.listening.close();
				socket.destroy();
			},
		)).timeout(20_000);

	describe("and authorities for clients", () => {
		const ca = certFile("authority.crt");
		const client = {
			cert: readCert("client.crt"),
			key: readCert("client.key"),
		};
		const foreigner = {
			cert: readCert("foreigner.crt"),
			key: readCert("foreigner.key"),
		};

		it("wants a certificate of theirs", () =>
			withTls(
				{ tls: { ca, clientCertificates: "required" } },
				async ({ router }) => {
					expect((await ask(router, client)).status).to.equal(200);
					expect((await ask(router)).fault).to.not.equal(undefined);
					expect((await ask(router, foreigner)).fault).to.not.equal(undefined);
					await until(() => router.rejections.length > 1);
					const reasons = router.rejections.map(({ reason }) => reason);
					expect(reasons[0]).to.match(/peer did not return a certificate/);
					expect(reasons[1]).to.match(/client certificate is refused/);
					expect(router.visits).to.have.length(1);
				},
			));

		it("takes none, but no foreign one, where it is optional", () =>
			withTls(
				{ tls: { ca, clientCertificates: "optional" } },
				async ({ router }) => {
					expect((await ask(router, client)).status).to.equal(200);
					expect((await ask(router)).status).to.equal(200);
					expect((await ask(router, foreigner)).fault).to.not.equal(undefined);
					await until(() => router.rejections.length > 0);
					expect(router.rejections[0]?.reason).to.match(
						/the client certificate is refused: /,
					);
					expect(router.visits).to.have.length(2);
				},
			));
	});

	describe("whose files change", () => {
		it("takes the new certificate without a reload, and keeps open connections", () =>
			withTls({ everyMs: 5 }, async ({ router, replace, told }) => {
				expect((await ask(router)).subject).to.equal("first");
				await replace("second.crt", "second.key");
				await until(() => told.includes("replaced"));
				expect((await ask(router)).subject).to.equal("second");
			}));

		it("keeps the certificate before where the new pair is broken, says so once, and takes the next good one", () =>
			withTls({ everyMs: 5 }, async ({ router, replace, told }) => {
				await replace("second.crt", "first.key");
				await until(() => told.length > 0);
				expect(told[0]).to.match(/^kept: the key does not belong/);
				expect((await ask(router)).subject).to.equal("first");
				await replace("README.md", "first.key");
				await until(() => told.length > 1);
				expect(told[1]).to.match(/^kept: .*has no valid certificate/);
				await replace("second.crt", "second.key");
				await until(() => told.includes("replaced"));
				expect((await ask(router)).subject).to.equal("second");
			}));

		it("reads them at once when it is told to, as at a reload", () =>
			withTls(
				{ everyMs: 3_600_000 },
				async ({ router, replace, tls, told }) => {
					await replace("second.crt", "second.key");
					await tls.refresh();
					expect((await ask(router)).subject).to.equal("second");
					await replace("second.crt", "none.key").catch(() => {});
					await tls.refresh();
					await replace("expired.crt", "expired.key");
					await tls.refresh();
					expect(told).to.have.length(3);
					expect(told[2]).to.match(/^used: the certificate expired/);
				},
			));
	});
});

// --- helpers ---

interface Ground {
	readonly router: Router;
	readonly tls: Tls;
	/** What the listener heard. */
	readonly told: string[];
	/** Writes other files in the places of certificate and key. */
	replace(cert: string, key: string): Promise<void>;
}

interface GroundOptions {
	readonly tls?: Partial<TlsSettings>;
	readonly everyMs?: number;
	readonly handshakeMs?: number;
	readonly bounds?: NonNullable<Parameters<typeof startRouter>[0]>["bounds"];
	/** The body of each answer. */
	readonly body?: string;
}

async function withTls(
	{
		tls: over = {},
		everyMs = 3_600_000,
		handshakeMs = 10_000,
		bounds = {},
		body,
	}: GroundOptions,
	use: (ground: Ground) => Promise<void>,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-tls-"));
	const replace = async (cert: string, key: string): Promise<void> => {
		// As the tools for renewal do: a reader sees the whole file or the one before.
		await copyFile(certFile(cert), join(folder, "new.crt"));
		await copyFile(certFile(key), join(folder, "new.key"));
		await rename(join(folder, "new.crt"), join(folder, "tls.crt"));
		await rename(join(folder, "new.key"), join(folder, "tls.key"));
	};
	await replace("first.crt", "first.key");
	const settings = settingsOf({
		cert: join(folder, "tls.crt"),
		key: join(folder, "tls.key"),
		...over,
	});
	const told: string[] = [];
	const tls = await openTls({
		settings: () => settings,
		everyMs,
		handshakeMs,
		replaced: () => void told.push("replaced"),
		troubled(problems, isKept) {
			const text = problems.map((one) => formatWording(one)).join(" ");
			told.push(`${isKept ? "kept" : "used"}: ${text}`);
		},
	});
	const handler =
		body === undefined
			? {}
			: {
					mode: "reply" as const,
					handler: { handle: () => ({ status: 200, headers: {}, body }) },
				};
	const router = await startRouter({
		routes: [handler],
		bounds: { ...bounds, tls },
	});
	try {
		await use({ router, tls, told, replace });
	} finally {
		tls.close();
		await router.close();
		await rm(folder, { recursive: true });
	}
}

function settingsOf(over: Partial<TlsSettings>): TlsSettings {
	return {
		cert: certFile("first.crt"),
		key: certFile("first.key"),
		clientCertificates: "none",
		...over,
	};
}

function quiet(settings: TlsSettings) {
	return { settings: () => settings, replaced() {}, troubled() {} };
}

/** Asks once on a connection of its own. */
function ask(
	{ port }: Router,
	options: ConnectionOptions & { headers?: Record<string, string> } = {},
): Promise<{ status?: number; subject?: string; fault?: string }> {
	return new Promise((done) => {
		const request = httpsRequest(
			{
				port,
				host: "127.0.0.1",
				path: "/hook",
				method: "POST",
				agent: false,
				ca: readCert("authority.crt"),
				...options,
			},
			(response) => {
				const { socket } = response as unknown as {
					socket: { getPeerCertificate(): { subject: { CN: string } } };
				};
				const subject = socket.getPeerCertificate().subject.CN;
				response
					.resume()
					.on("end", () => done({ status: response.statusCode ?? 0, subject }));
			},
		);
		request.on("error", (error: NodeJS.ErrnoException) =>
			done({ fault: `${error.code} ${error.message}` }),
		);
		request.end();
	});
}

function plain(port: number, text: string | Buffer): Promise<string> {
	return new Promise((done) => {
		const socket = connectPlain(port, "127.0.0.1", () => socket.write(text));
		let heard = "";
		socket.on("data", (chunk) => {
			heard += chunk;
		});
		socket.on("error", () => {});
		socket.on("close", () => done(heard));
	});
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) await new Promise((done) => setTimeout(done, 5));
}
