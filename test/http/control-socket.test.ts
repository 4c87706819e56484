import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createFirewall } from "../../src/gate/firewall.ts";
import { compileRanges } from "../../src/gate/ranges.ts";
import { createApp, type Visit } from "../../src/http/app.ts";
import {
	listenForControl,
	shortenSocketPath,
} from "../../src/http/control-socket.ts";
import type { Listening } from "../../src/http/server.ts";
import { ask, type Router, startRouter } from "./router.ts";

/** A friend is admitted, this machine is not. */
const FRIEND = "203.0.113.7";

describe("the control socket", () => {
	let folder: string;
	let router: Router;
	let control: Listening;
	let visits: Visit[];

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-control-"));
		visits = [];
		router = await startRouter({
			trusted: ["127.0.0.1"],
			door: { firewall: createFirewall([FRIEND], compileRanges([FRIEND])) },
			listen: [
				{ kind: "tcp", host: "127.0.0.1", port: 0 },
				{ kind: "unix", path: join(folder, "other.sock") },
			],
		});
	});
	afterEach(async () => {
		await control?.close();
		await router.close();
		await rm(folder, { recursive: true, force: true });
	});

	const openAt = async (path = join(folder, "switchhook.sock")) => {
		const app = createApp({
			runtime: () => router.runtime,
			onVisit: (visit) => visits.push(visit),
			onFault: (error) => {
				throw error;
			},
			isControl: true,
		});
		control = await listenForControl(app, path);
		return path;
	};
	const askAs = (
		socketPath: string,
		client: string,
		options: Parameters<typeof ask>[1] = {},
	) =>
		ask("http://localhost/hook", {
			method: "POST",
			body: "{}",
			...options,
			socketPath,
			headers: {
				"switchhook-client": client,
				"content-type": "application/json",
			},
		});

	it("takes a hundred connections at once, and closes any more", async () => {
		const path = await openAt();
		// Its share for one peer does not bound the operator, who is all of them.
		const sockets = Array.from({ length: 101 }, () =>
			connect(path).on("error", () => {}),
		);
		await Promise.race(
			sockets.map(
				(socket) => new Promise((done) => socket.once("close", done)),
			),
		);
		const open = sockets.filter(({ closed }) => !closed);
		expect(open).to.have.length(100);
		for (const socket of open) socket.destroy();
	});

	it("is for the user of the process alone, whatever the umask says", async () => {
		const mask = process.umask(0);
		try {
			const path = await openAt();
			const { mode } = await stat(path);
			expect(mode & 0o777).to.equal(0o600);
			expect(process.umask()).to.equal(0);
		} finally {
			process.umask(mask);
		}
	});

	it("plays the client that is named, and says what became of it", async () => {
		const path = await openAt();
		const { status, headers, body } = await askAs(path, FRIEND);
		expect({ status, body }).to.deep.equal({ status: 200, body: "" });
		expect(headers).to.include({
			"switchhook-client": FRIEND,
			"switchhook-outcome": "handled",
			"switchhook-route": "route-0",
			"switchhook-event": router.events[0]?.id,
		});
		expect(router.events[0]?.headers).not.to.have.property("switchhook-client");
		expect(visits[0]?.client.isPlayed).to.equal(true);
	});

	it("has the firewall judge that client, and says why it is refused", async () => {
		const path = await openAt();
		for (const client of ["127.0.0.1", "127.1", "", `${FRIEND}, ${FRIEND}`]) {
			const { status, headers, body } = await askAs(path, client);
			expect(status, client).to.equal(403);
			expect(headers, client).to.include({
				"switchhook-outcome": "denied",
				"switchhook-error": "FIREWALL_DENIED",
				"content-type": "application/json",
				"content-length": String(body.length),
			});
			const said = JSON.parse(body) as Record<string, string>;
			expect(said.error).to.equal("FIREWALL_DENIED");
			expect(said.reason).to.contain(
				`is in none of the allowed networks: ${FRIEND}`,
			);
			expect(said.help).to.contain("firewall");
		}
		expect(router.events).to.deep.equal([]);
	});

	it("passes no other gate by itself", async () => {
		const path = await openAt();
		const large = await askAs(path, FRIEND, { body: "a".repeat(1001) });
		expect(large.status).to.equal(413);
		expect(large.headers["switchhook-error"]).to.equal("BODY_TOO_LARGE");
		const nowhere = await ask("http://localhost/%00/nowhere", {
			socketPath: path,
		});
		expect(nowhere.status).to.equal(404);
		expect(nowhere.headers["switchhook-client"]).to.equal("unknown");
	});

	it("sends no body where none may be", async () => {
		const path = await openAt();
		const { status, body } = await askAs(path, "127.0.0.1", {
			method: "HEAD",
			body: "",
		});
		expect({ status, body }).to.deep.equal({ status: 403, body: "" });
	});

	it("is believed nowhere else: its header means nothing on another listener", async () => {
		for (const socketPath of [undefined, join(folder, "other.sock")]) {
			const { status, headers, body } = await ask(
				`${socketPath === undefined ? router.url : "http://localhost"}/hook?a=1`,
				{
					...(socketPath === undefined ? {} : { socketPath }),
					headers: { "switchhook-client": FRIEND },
				},
			);
			expect({ status, body }).to.deep.equal({ status: 403, body: "" });
			expect(Object.keys(headers).join(" ")).not.to.contain("switchhook");
		}
	});

	it("follows no link, and replaces nothing that is no socket", async () => {
		const path = join(folder, "switchhook.sock");
		await symlink(join(folder, "elsewhere.sock"), path);
		await expectTaken(path);
		await rm(path);
		await writeFile(path, "mine");
		await expectTaken(path);
		expect((await stat(path)).size).to.equal(4);
	});

	it("is gone when it is closed", async () => {
		const path = await openAt();
		await control.close();
		expect(await stat(path).catch(() => undefined)).to.equal(undefined);
	});

	it("may have a path that is longer than an address", async () => {
		if (process.platform !== "linux") {
			const long = `/${"a".repeat(200)}`;
			const failed = await shortenSocketPath(long).catch((error) => error.code);
			expect(failed).to.equal("ENAMETOOLONG");
			return;
		}
		const deep = join(folder, ...Array(5).fill("a".repeat(50)));
		await mkdir(deep, { recursive: true });
		const path = await openAt(join(deep, "switchhook.sock"));
		expect((await stat(path)).isSocket()).to.equal(true);
		const short = await shortenSocketPath(path);
		expect((await askAs(short.path, FRIEND)).status).to.equal(200);
		await short.release();
		await control.close();
		expect(await stat(path).catch(() => undefined)).to.equal(undefined);
	});

	async function expectTaken(path: string): Promise<void> {
		const failed = await openAt(path).then(
			() => undefined,
			(error: NodeJS.ErrnoException) => error.code,
		);
		expect(failed).to.equal("EADDRINUSE");
	}
});
