import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createUpstreams } from "../../src/handler/forward/upstream.ts";
import {
	closeAll,
	failureOf,
	forwardTo,
	handle,
	serve,
	serveRaw,
	settingsOf,
} from "./forward-tools.ts";

const TLS = join(import.meta.dirname, "tls");
const CA = join(TLS, "ca.pem");

describe("forwarding over TLS", () => {
	afterEach(closeAll);

	it("trusts the authority that the route names", async () => {
		const { url, received } = await serveTls("server");
		await handle(await forwardTo(url, { settings: { ca: CA } }));
		expect(received).to.have.length(1);
	});

	it("does not trust a certificate of nobody it knows", async () => {
		const { url, received } = await serveTls("server");
		const error = await failureOf(handle(await forwardTo(url)));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.contain("name its authority in `ca`");
		expect(received).to.deep.equal([]);
	});

	it("does not trust it either where NODE_TLS_REJECT_UNAUTHORIZED says so", async () => {
		const { url, received } = await serveTls("server");
		const name = "NODE_TLS_REJECT_UNAUTHORIZED";
		const before = process.env[name];
		// Node.js warns of the variable, which no log of a test needs.
		const { emitWarning } = process;
		process.env[name] = "0";
		process.emitWarning = () => {};
		try {
			const error = await failureOf(handle(await forwardTo(url)));
			expect(error.message).to.contain("name its authority in `ca`");
		} finally {
			process.emitWarning = emitWarning;
			if (before === undefined) delete process.env[name];
			else process.env[name] = before;
		}
		expect(received).to.deep.equal([]);
	});

	it("does not trust a certificate for another name", async () => {
		const { url, received } = await serveTls("elsewhere");
		const handler = await forwardTo(url, { settings: { ca: CA } });
		const error = await failureOf(handle(handler));
		expect(error.message).to.contain("its certificate is for another name");
		expect(received).to.deep.equal([]);
	});

	it("expects the name that the route's own Host says", async () => {
		const { url, received } = await serveTls("elsewhere");
		const headers = { host: "elsewhere.example" };
		await handle(await forwardTo(url, { settings: { ca: CA, headers } }));
		expect(received[0]?.headers.host).to.equal("elsewhere.example");
	});

	it("says so where the other side speaks no TLS", async () => {
		const { url } = await serve(200);
		const handler = await forwardTo(url.replace("http:", "https:"));
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("RetryLater");
	});

	it("waits for a connection no longer than connectTimeout", async () => {
		// The connection stands, but nobody answers the TLS hello.
		const { url } = await serveRaw((socket) => void socket.resume());
		const handler = await forwardTo(url.replace("http:", "https:"), {
			settings: { connectTimeoutMs: 30 },
		});
		const error = await failureOf(handle(handler));
		expect(error.message).to.contain("no connection within `connectTimeout`");
	});
});

describe("forwarding to a Unix socket", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "switchhook-forward-"));
	});
	after(() => rmSync(folder, { recursive: true }));
	afterEach(closeAll);

	it("sends the event there", async () => {
		const socket = join(folder, "app.sock");
		const { received } = await serve(200, { path: socket });
		const handler = await forwardTo("http://localhost/sms", {
			settings: { socket },
		});
		await handle(handler);
		expect(received[0]).to.include({ method: "POST", url: "/sms" });
		expect(received[0]?.headers.host).to.equal("localhost");
	});

	it("tries again where there is none", async () => {
		const socket = join(folder, "none.sock");
		const handler = await forwardTo("http://localhost/", {
			settings: { socket },
		});
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.equal(
			`POST unix:${socket}: there is no such socket (ENOENT)`,
		);
	});
});

describe("createUpstreams", () => {
	afterEach(closeAll);

	it("shares connections among targets that are the same", async () => {
		const upstreams = createUpstreams();
		const target = { ...settingsOf("http://127.0.0.1:9"), host: undefined };
		const { origin, socket, ca, host } = target;
		const same = {
			origin,
			socket,
			ca,
			host,
			connectTimeoutMs: 1,
			keepAliveMs: 1,
			connections: 1,
		};
		const user = { route: "a", mode: "accept" } as const;
		const [first, second, other, caller] = [
			upstreams.open(same, user),
			upstreams.open({ ...same }, { ...user, route: "b" }),
			upstreams.open({ ...same, connections: 2 }, user),
			upstreams.open(same, { route: "c", mode: "reply" }),
		];
		expect(first.pool).to.equal(second.pool);
		expect(first.pool).to.not.equal(other.pool);
		expect(first.pool).to.not.equal(caller.pool);
		expect(first.circuit).to.equal(other.circuit);
		expect(first.circuit).to.not.equal(second.circuit);
		await Promise.all(
			[first, second, other, caller].map((upstream) => upstream.close()),
		);
		expect(upstreams.states()).to.deep.equal([]);
	});
});

// --- helpers ---

function serveTls(name: "server" | "elsewhere") {
	const server = createTlsServer({
		cert: readFileSync(join(TLS, `${name}.pem`)),
		key: readFileSync(join(TLS, `${name}.key.pem`)),
	});
	return serve(200, { server }).then((made) => ({
		...made,
		url: made.url.replace("http:", "https:"),
	}));
}
