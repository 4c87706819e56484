import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import type { Peers } from "../../src/gate/peers.ts";
import { boundsOf } from "../../src/http/descriptors.ts";
import { ask, type Router, startRouter, talk } from "../http/router.ts";

const GET = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";

/** A socket that reads nothing before it is told to; its errors are its own. */
function open(router: Router, localAddress = "127.0.0.1"): Socket {
	const socket = connect({
		port: router.port,
		host: "127.0.0.1",
		localAddress,
	});
	return socket.on("error", () => {});
}

/** Resolves with what the other end said before it closed. */
async function heardUntilClosed(socket: Socket): Promise<string> {
	let heard = "";
	socket.setEncoding("latin1").on("data", (text: string) => {
		heard += text;
	});
	if (!socket.closed) await new Promise((done) => socket.once("close", done));
	return heard;
}

describe("a client that sends ahead", () => {
	let router: Router;
	beforeEach(async () => {
		router = await startRouter();
	});
	afterEach(() => router.close());

	it("may have eight requests waiting", async () => {
		const heard = await talk(router.port, GET.repeat(9), /(?:404[\s\S]*){9}/);
		expect(heard.match(/ 404 /g)).to.have.length(9);
	});

	it("may send as many as it likes, one behind the other", async () => {
		const socket = open(router);
		for (let count = 1; count <= 50; count++) {
			socket.write(GET);
			await router.visited(count);
		}
		socket.destroy();
	});

	it("is sent away with more, and is told of once", async () => {
		const heard = await talk(router.port, GET.repeat(2048), /never/);
		expect(heard.match(/ 404 /g)?.length ?? 0).to.be.lessThan(10);
		expect(router.rejections).to.deep.equal([
			{
				peer: "127.0.0.1",
				status: undefined,
				severity: "warn",
				reason:
					"more than 8 requests waited on one connection, so it was closed",
			},
		]);
		expect(router.visits.length).to.be.lessThan(10);
	});

	it("takes no more than its share from others, however much it sends", async () => {
		// Each sends the next block once the one before is answered, for as long as it is let.
		const block = Buffer.from(GET.repeat(2048));
		const sockets = Array.from({ length: 20 }, () => {
			const socket = open(router);
			let owed = 0;
			const push = (): void => {
				owed += 2048;
				socket.write(block);
			};
			return socket.once("connect", push).on("data", (bytes: Buffer) => {
				owed -= bytes.toString("latin1").split("HTTP/1.1 ").length - 1;
				if (owed <= 0) push();
			});
		});
		const closed = sockets.map((socket) => once(socket, "close"));
		for (let count = 0; count < 20; count++)
			expect((await ask(`${router.url}/nowhere`)).status).to.equal(404);
		await Promise.all(closed);
		// Without the bound, all 40,960 of a first block are handled before the others.
		expect(router.visits.length).to.be.lessThan(20 + 20 * 10);
	});
});

describe("a client that does not read", () => {
	it("is sent away", async () => {
		const router = await startRouter({ bounds: { stallMs: 200 } });
		try {
			const socket = open(router);
			socket.pause();
			// Answers fill its buffers, one request at a time, until the router cannot write any more.
			const isGone = new Promise((done) => socket.once("close", done));
			const write = (): void => {
				if (!socket.destroyed)
					socket.write(GET.repeat(8), () => setImmediate(write));
			};
			write();
			await isGone;
		} finally {
			await router.close();
		}
	});
});

describe("connections", () => {
	let router: Router;
	afterEach(() => router.close());
	const connected = async (address: string): Promise<Socket> => {
		const socket = open(router, address);
		await once(socket, "connect");
		return socket;
	};
	/** Asks, and hears nothing where the connection is turned away. */
	const statusOn = async (socket: Socket): Promise<string> => {
		socket.write(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
		return (await heardUntilClosed(socket)).slice(9, 12);
	};

	it("from one address are at most a quarter of all", async () => {
		router = await startRouter({ bounds: { maxConnections: 16 } });
		const held = [];
		for (let count = 0; count < 4; count++)
			held.push(await connected("127.0.0.2"));
		expect(await statusOn(open(router, "127.0.0.2"))).to.equal("");
		expect(router.rejections[0]?.reason).to.equal(
			"this address has 4 connections, its limit (a quarter of `server.maxConnections`)",
		);
		expect(await statusOn(open(router, "127.0.0.3"))).to.equal("404");
		const [first] = held;
		if (first === undefined) throw new Error("there are four");
		expect(await statusOn(first)).to.equal("404");
		expect(await statusOn(open(router, "127.0.0.2"))).to.equal("404");
		for (const socket of held) socket.destroy();
	});

	it("of a trusted proxy are as many as there may be", async () => {
		router = await startRouter({
			trusted: ["127.0.0.2"],
			bounds: { maxConnections: 8 },
		});
		const held = [];
		for (let count = 0; count < 7; count++)
			held.push(await connected("127.0.0.2"));
		expect(await statusOn(open(router, "127.0.0.2"))).to.equal("404");
		for (const socket of held) socket.destroy();
	});

	it("are bounded over all addresses", async () => {
		router = await startRouter({
			trusted: ["127.0.0.2"],
			bounds: { maxConnections: 8 },
		});
		const held = [];
		for (let count = 0; count < 8; count++)
			held.push(await connected("127.0.0.2"));
		expect(await statusOn(open(router, "127.0.0.3"))).to.equal("");
		expect(router.rejections[0]).to.deep.include({
			peer: "127.0.0.3",
			reason: "there are 8 connections, the limit of `server.maxConnections`",
		});
		for (const socket of held) socket.destroy();
	});

	it("of a peer that no route admits are closed before a byte is read, also after a reload", async () => {
		let peers: Peers = {
			isWelcome: (peer) => peer !== "127.0.0.66",
			isProxy: () => false,
		};
		router = await startRouter({ bounds: { peers: () => peers } });
		expect(await statusOn(open(router, "127.0.0.66"))).to.equal("");
		expect(router.rejections).to.deep.equal([
			{
				peer: "127.0.0.66",
				status: undefined,
				severity: "warn",
				reason: "no route admits this address",
			},
		]);
		expect(router.visits).to.have.length(0);
		expect(await statusOn(open(router))).to.equal("404");
		peers = { isWelcome: () => true, isProxy: () => false };
		expect(await statusOn(open(router, "127.0.0.66"))).to.equal("404");
	});

	it("on which nothing comes are closed after 10 s, and not after 30", async function () {
		this.timeout(25_000);
		router = await startRouter();
		const begun = performance.now();
		const silent = heardUntilClosed(await connected("127.0.0.1"));
		const trickling = await connected("127.0.0.1");
		trickling.write("GET / HTTP/1.1\r\nHost:");
		const heard = await Promise.all([silent, heardUntilClosed(trickling)]);
		expect(performance.now() - begun).to.be.lessThan(20_000);
		expect(heard[1]).to.match(/^HTTP\/1\.1 408 /);
		for (const { reason, severity } of router.rejections) {
			expect(reason).to.match(/^HTTP_TIMEOUT: /);
			expect(severity).to.equal("debug");
		}
	});

	it("are no more than three quarters of the descriptors", () => {
		const server = {
			headLimitBytes: 1,
			maxConnections: 10_000,
			workers: 1,
		} as const;
		const bounds = [300, 1e6, Number.POSITIVE_INFINITY, 1].map(
			(descriptors) =>
				boundsOf(server as Parameters<typeof boundsOf>[0], descriptors)
					.maxConnections,
		);
		expect(bounds).to.deep.equal([225, 10_000, 10_000, 1]);
		const here = boundsOf(server as Parameters<typeof boundsOf>[0]);
		expect(here.maxConnections).to.be.within(1, 10_000);
		router = { close: async () => {} } as Router;
	});
});
