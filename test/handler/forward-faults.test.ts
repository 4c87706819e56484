import { expect } from "chai";
import { createForwardHandler } from "../../src/handler/forward/forward.ts";
import {
	closeAll,
	failureOf,
	forwardTo,
	handle,
	initOf,
	serve,
	serveRaw,
} from "./forward-tools.ts";

describe("forwarding to an upstream that is not well", () => {
	afterEach(closeAll);

	it("tries again where nothing listens", async () => {
		const { url, close } = await serve(200);
		await close();
		const error = await failureOf(handle(await forwardTo(url)));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.equal(
			`POST ${url}: nothing listens there (ECONNREFUSED)`,
		);
		expect(error.cause).to.be.instanceOf(Error);
		expect(error.isUncounted).to.equal(false);
	});

	it("tries again where the host is unknown", async () => {
		const handler = await forwardTo("http://no-such-host.invalid/");
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.match(/host/);
	});

	const talks: Readonly<Record<string, string>> = {
		garbage: "SSH-2.0-OpenSSH_9.6\r\n",
		"half of a head": "HTTP/1.1 200 OK\r\ncontent-le",
		"two lengths":
			"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
		"an unasked 101":
			"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
		"an endless head": `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`,
	};
	for (const [what, text] of Object.entries(talks)) {
		it(`tries again after ${what}`, async () => {
			const { url } = await serveRaw((socket) => {
				socket.once("data", () => socket.end(text, "latin1"));
			});
			const error = await failureOf(handle(await forwardTo(url)));
			expect(error.name).to.equal("RetryLater");
			expect(error.message).to.match(new RegExp(`^POST ${url}: .`));
		});
	}

	it("passes over interim answers", async () => {
		const { url } = await serveRaw((socket) => {
			socket.once("data", () =>
				socket.end(
					"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
				),
			);
		});
		expect(await handle(await forwardTo(url))).to.equal(undefined);
	});

	it("tries again where the connection is closed or reset without a word", async () => {
		for (const end of ["end", "resetAndDestroy"] as const) {
			const server = await serveRaw((socket) => {
				socket.once("data", () => socket[end]());
			});
			const error = await failureOf(handle(await forwardTo(server.url)));
			expect(error.name, end).to.equal("RetryLater");
			expect(server.connections(), end).to.equal(1);
		}
	});

	it("tries again when no answer comes in time, with the time of its own", async () => {
		const { url } = await serveRaw((socket) => void socket.resume());
		const handler = await forwardTo(url, { settings: { timeoutMs: 30 } });
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.equal(`POST ${url} did not answer within 30 ms`);
	});

	it("has no longer than the route", async () => {
		const { url } = await serveRaw((socket) => void socket.resume());
		const handler = await forwardTo(url, { settings: { timeoutMs: 60_000 } });
		const error = await failureOf(handle(handler, {}, { timeoutMs: 30 }));
		expect(error.message).to.contain("within 30 ms");
	});

	it("takes the status of a failure whose body hangs", async () => {
		const { url } = await serve((response) => {
			response.writeHead(400).write("bad order");
		});
		let error = new Error("did not answer");
		// On a busy machine even the status takes a while.
		for (let timeoutMs = 60; error.message.includes("did not answer"); ) {
			const handler = await forwardTo(url, { settings: { timeoutMs } });
			error = await failureOf(handle(handler, {}, { timeoutMs: 60_000 }));
			timeoutMs *= 2;
		}
		expect(error.name).to.equal("GiveUp");
		expect(error.message).to.contain("answered 400: bad order");
	});

	it("gives up what cannot be written as a request", async () => {
		const { url, connections } = await serve(200);
		const event = { method: "GET", query: "a=\u0001", raw: new Uint8Array() };
		const error = await failureOf(handle(await forwardTo(url), event));
		expect(error.name).to.equal("GiveUp");
		expect(connections()).to.equal(0);
	});

	it("stops at drain, and the attempt does not count", async () => {
		const drain = new AbortController();
		const { url } = await serve(() => drain.abort(new Error("stopping")));
		const handler = await forwardTo(url);
		const work = handle(handler, {}, { drain: drain.signal });
		const error = await failureOf(work);
		expect(error).to.include({ name: "RetryLater", isUncounted: true });
		expect(error.message).to.contain("as the router stops");
		const next = await failureOf(handle(handler, {}, { drain: drain.signal }));
		expect(next.isUncounted).to.equal(true);
	});

	it("fails in reply mode, for the fallback to answer", async () => {
		const { url, close } = await serve(200);
		await close();
		const kind = {
			name: "a",
			reply: { body: "any", required: false },
		} as const;
		const handler = await forwardTo(url, { mode: "reply", kind });
		const error = await failureOf(handle(handler));
		expect(error).to.include({ code: "UPSTREAM_FAILED", status: 502 });
	});
});

describe("the connections to an upstream", () => {
	afterEach(closeAll);

	it("are used again, also after failures with a body", async () => {
		let status = 200;
		const { url, connections } = await serve((response) => {
			response.writeHead(status).end("x".repeat(10_000));
		});
		const handler = await forwardTo(url, { settings: { connections: 1 } });
		for (status of [200, 204, 404, 503, 200]) {
			await handle(handler).catch(() => {});
		}
		expect(connections()).to.equal(1);
	});

	it("are broken off where a body that nobody wants is long", async () => {
		let sent = 0;
		const { url, received } = await serve((response) => {
			response.writeHead(200);
			const more = (): void => {
				if (response.destroyed) return;
				sent += 65_536;
				response.write(Buffer.alloc(65_536), more);
			};
			more();
		});
		const handler = await forwardTo(url, { settings: { connections: 1 } });
		await handle(handler);
		// There is one connection only: a second event passes when the first body was broken off.
		await handle(handler);
		expect(received).to.have.length(2);
		expect(sent).to.be.lessThan(50_000_000);
	});

	it("are no more than allowed", async () => {
		const waiting: (() => void)[] = [];
		const { url, connections } = await serve((response) => {
			waiting.push(() => response.end());
			if (waiting.length === 2) for (const end of waiting.splice(0)) end();
		});
		const handler = await forwardTo(url, { settings: { connections: 2 } });
		await Promise.all(Array.from({ length: 10 }, () => handle(handler)));
		expect(connections()).to.equal(2);
	});

	it("are not kept where keepAlive is zero", async () => {
		const { url, connections } = await serve(200);
		const handler = await forwardTo(url, { settings: { keepAliveMs: 0 } });
		await handle(handler);
		await handle(handler);
		expect(connections()).to.equal(2);
	});

	it("may be closed from the other side between two events", async () => {
		let count = 0;
		const server = await serveRaw((socket) => {
			let requests = 0;
			socket.on("data", (data) => {
				if (!data.toString().startsWith("POST ")) return;
				count += 1;
				requests += 1;
				// The second request on a connection finds it closed, as by a server's own idle time.
				if (requests === 2) socket.end();
				else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
			});
		});
		const handler = await forwardTo(server.url, {
			settings: { connections: 1 },
		});
		await handle(handler);
		await handle(handler);
		expect(server.connections()).to.equal(2);
		expect(count).to.equal(3);
	});

	it("are closed with the handler, though an answer still comes", async () => {
		let close = (): void => {};
		const closed = new Promise<void>((resolve) => {
			close = resolve;
		});
		const { url } = await serve((response) => {
			response.writeHead(200).write("x");
			response.once("close", close);
		});
		const { handler } = await createForwardHandler(initOf(url));
		if (handler === undefined) throw new Error("no handler");
		await handle(handler, {}, { timeoutMs: 60_000 });
		await handler.close?.();
		await closed;
	});

	it("put no listener on the drain signal", async () => {
		const { url } = await serve(200);
		const handler = await forwardTo(url);
		const drain = new AbortController();
		let listeners = 0;
		const add = drain.signal.addEventListener.bind(drain.signal);
		const remove = drain.signal.removeEventListener.bind(drain.signal);
		drain.signal.addEventListener = ((...given: Parameters<typeof add>) => {
			listeners += 1;
			add(...given);
		}) as typeof add;
		drain.signal.removeEventListener = ((
			...given: Parameters<typeof remove>
		) => {
			listeners -= 1;
			remove(...given);
		}) as typeof remove;
		const both = [1, 2].map(() => handle(handler, {}, { drain: drain.signal }));
		expect(listeners).to.equal(0);
		await Promise.all(both);
		expect(listeners).to.equal(0);
	});
});
