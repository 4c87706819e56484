import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, link, readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type ListenOptions } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { SHORT_LIVED } from "../program.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:1" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: Hi }] }, fallback: { ncco: [{ action: talk, text: Sorry }] } }
`;
const WITH_WORKERS = ROUTES.replace(
	'"127.0.0.1:1"',
	'"127.0.0.1:1", workers: 2',
).replace("store: none", "store: sqlite:inbox.db");
const CALL = `/answer?from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

/** Writes its arguments, as the real one would send them. */
const FAKE_NOTIFY = `#!/bin/sh\necho "$NOTIFY_SOCKET: $*" >>"$FAKE_LOG"\n`;

describe("a router under systemd", () => {
	const main = useBuild();

	it("serves on the sockets that it is given instead of `server.listen`, TCP and Unix", () =>
		withRouter(main(), {}, async ({ lines, port, unix, stop }) => {
			await lines(/listens on/);
			const tcp = await ask(`http://127.0.0.1:${port}${CALL}`);
			expect(tcp.status).to.equal(200);
			const local = await ask(`http://x${CALL}`, { socketPath: unix });
			// Its peer is a program of this machine, as behind `listen: unix:/path`.
			expect(local.status).to.equal(200);
			const text = await stop();
			expect(text).to.match(new RegExp(`http://127\\.0\\.0\\.1:${port}`));
			expect(text).to.match(/unix:local/);
			// The socket belongs to systemd: it is there for the next router.
			expect((await stat(unix)).isSocket()).to.equal(true);
		}));

	it("serves on them with several workers, which know a client of TCP from one of a Unix socket", () =>
		withRouter(
			main(),
			{},
			async ({ lines, port, unix, stop }) => {
				await lines(/listens on/);
				for (let at = 0; at < 4; at++) {
					// An address of its own: a client of a Unix socket counts as 127.0.0.1.
					const localAddress = "127.0.0.2";
					const url = `http://127.0.0.1:${port}${CALL}`;
					expect((await ask(url, { localAddress })).status).to.equal(200);
					const local = await ask(`http://x${CALL}`, { socketPath: unix });
					expect(local.status).to.equal(200);
				}
				const text = await stop();
				expect(text).to.match(new RegExp(`http://127\\.0\\.0\\.1:${port}`));
				expect(text).to.match(/unix:local/);
				const clients = text
					.split("\n")
					.filter((line) => line.includes('"line":"webhook"'))
					.map((line) => (JSON.parse(line) as { client: string }).client);
				expect(clients.filter((one) => one === "127.0.0.2")).to.have.length(4);
				expect(clients.filter((one) => one === "127.0.0.1")).to.have.length(4);
			},
			WITH_WORKERS,
		)).timeout(60_000);

	it("tells systemd when it serves, reloads and stops, and that it is alive", () =>
		withRouter(
			main(),
			{ NOTIFY_SOCKET: "/run/test", WATCHDOG_USEC: "100000" },
			async ({ lines, told, child, stop }) => {
				await lines(/listens on/);
				await told(/READY=1 STATUS=serving 1 routes/);
				await told(/WATCHDOG=1[\s\S]*WATCHDOG=1/);
				child.kill("SIGHUP");
				await told(/RELOADING=1 MONOTONIC_USEC=\d+[\s\S]*READY=1/);
				await stop();
				const all = await told(/STOPPING=1/);
				expect(all).to.match(/^\/run\/test: READY=1/);
			},
		));
});

// --- helpers ---

interface Ground {
	readonly child: ReturnType<typeof spawn>;
	readonly port: number;
	readonly unix: string;
	/** Resolves when the log has it. */
	lines(pattern: RegExp): Promise<void>;
	/** Resolves with all that was sent to systemd, when it has the pattern. */
	told(pattern: RegExp): Promise<string>;
	/** Ends the router, and resolves with its log. */
	stop(): Promise<string>;
}

/** Starts a router with two sockets that this process opened, in the way of systemd. */
function withRouter(
	main: string,
	env: Record<string, string>,
	use: (ground: Ground) => Promise<void>,
	routes = ROUTES,
): Promise<void> {
	const files = { "routes.yaml": routes, "bin/systemd-notify": FAKE_NOTIFY };
	return withFolder(files, async (folder) => {
		await chmod(join(folder, "bin/systemd-notify"), 0o755);
		await writeFile(join(folder, "told.txt"), "");
		const unix = join(folder, "local.sock");
		const web = await openSocket({ port: 0, host: "127.0.0.1" });
		const local = await openSocket({ path: `${unix}.first` });
		// Node removes the first name when it closes the socket.
		await link(`${unix}.first`, unix);
		// Only the process itself knows its id, which LISTEN_PID names.
		const child = spawn(
			"/bin/sh",
			[
				"-c",
				`LISTEN_PID=$$ exec "$0" "$@"`,
				process.execPath,
				...SHORT_LIVED,
				main,
				"serve",
			],
			{
				cwd: folder,
				env: {
					...process.env,
					PATH: `${join(folder, "bin")}:${process.env.PATH}`,
					FAKE_LOG: join(folder, "told.txt"),
					LISTEN_FDS: "2",
					LISTEN_FDNAMES: "web:local",
					...env,
				},
				stdio: ["ignore", "pipe", "inherit", web.fd, local.fd],
			},
		);
		let text = "";
		child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
		});
		const ended = once(child, "close");
		// This process must take no connection of theirs.
		await Promise.all([web.close(), local.close()]);
		const until = async (isSo: () => Promise<boolean> | boolean) => {
			while (!(await isSo())) {
				if (child.exitCode !== null) throw new Error(`it ended:\n${text}`);
				await new Promise((done) => setTimeout(done, 10));
			}
		};
		const readTold = () => readFile(join(folder, "told.txt"), "utf8");
		try {
			await use({
				child,
				port: web.port,
				unix,
				lines: (pattern) => until(() => pattern.test(text)),
				async told(pattern) {
					if (child.exitCode === null)
						await until(async () => pattern.test(await readTold()));
					const told = await readTold();
					expect(told).to.match(pattern);
					return told;
				},
				async stop() {
					child.kill("SIGTERM");
					expect((await ended)[0], text).to.equal(0);
					return text;
				},
			});
		} finally {
			if (child.exitCode === null) child.kill("SIGKILL");
			await ended;
		}
	});
}

async function openSocket(place: ListenOptions) {
	const server = createServer();
	server.listen(place);
	await once(server, "listening");
	const address = server.address();
	// Node tells no descriptor of a server, but its handle has it.
	const { _handle } = server as unknown as { _handle: { fd: number } };
	return {
		fd: _handle.fd,
		port: (address as AddressInfo).port,
		close: () => new Promise((done) => server.close(done)),
	};
}
