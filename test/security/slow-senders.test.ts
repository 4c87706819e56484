import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { ask, type Router, startRouter } from "../http/router.ts";

const HEAD = "POST /hook HTTP/1.1\r\nHost: x\r\n";

describe("a slow sender", () => {
	let router: Router;
	const sockets: Socket[] = [];
	afterEach(async () => {
		for (const socket of sockets.splice(0)) socket.destroy();
		await router.close();
	});
	const open = (): Socket => {
		const socket = connect(router.port, "127.0.0.1").on("error", () => {});
		sockets.push(socket);
		return socket;
	};

	it("is answered 408 when its head takes too long, however it trickles", async () => {
		router = await startRouter({ bounds: { headMs: 100 } });
		const socket = open();
		const heard = heardUntilClosed(socket);
		socket.write(HEAD);
		const trickle = setInterval(() => socket.write("x: y\r\n"), 10);
		try {
			expect(await heard).to.match(/^HTTP\/1\.1 408 /);
		} finally {
			clearInterval(trickle);
		}
		expect(router.visits).to.have.length(0);
	});

	it("is answered 408 when its body takes too long, however it trickles", async () => {
		router = await startRouter({ bounds: { headMs: 100, requestMs: 200 } });
		const socket = open();
		const heard = heardUntilClosed(socket);
		socket.write(
			`${HEAD}Content-Type: application/json\r\nContent-Length: 900\r\n\r\n`,
		);
		const trickle = setInterval(() => socket.write(" "), 10);
		try {
			expect(await heard).to.match(/^(?:HTTP\/1\.1 408 |$)/);
		} finally {
			clearInterval(trickle);
		}
		expect(router.events).to.have.length(0);
	});

	it("that sends nothing more after its answer is closed after a while, and not before", async () => {
		router = await startRouter({ bounds: { idleMs: 50 } });
		const socket = open();
		const heard = heardUntilClosed(socket);
		socket.write(`${HEAD}Content-Length: 0\r\n\r\n`);
		expect(await heard).to.match(/^HTTP\/1\.1 2\d\d .*Keep-Alive: timeout/is);
	});

	it("that sends a flood of headers is answered 431, whether they are long or many", async () => {
		router = await startRouter();
		for (const flood of [
			`x: ${"y".repeat(20_000)}\r\n`,
			"x: y\r\n".repeat(9000),
			":\r\n".repeat(8000),
		]) {
			const socket = open();
			const heard = heardUntilClosed(socket);
			socket.write(`${HEAD}${flood}\r\n`);
			expect(await heard).to.match(/^HTTP\/1\.1 4(?:31|00) /);
		}
		expect(router.visits).to.have.length(0);
	});

	it("cannot hide a flood behind the body: trailers and extensions of chunks are bounded", async () => {
		router = await startRouter();
		const chunked = `${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
		for (const flood of [
			`1;${"x".repeat(40_000)}\r\n{\r\n`,
			`2\r\n{}\r\n0\r\n${"x: y\r\n".repeat(9000)}\r\n`,
		]) {
			const socket = open();
			const heard = heardUntilClosed(socket);
			socket.write(chunked + flood);
			expect(await heard).to.match(/^HTTP\/1\.1 4(?:13|31|00) /);
		}
		expect(router.events).to.have.length(0);
	});

	it("leaves the others alone: hundreds of them, and a storm of connections", async () => {
		router = await startRouter({ bounds: { maxConnections: 400 } });
		for (let count = 0; count < 90; count++) open().write(HEAD);
		const storm = Array.from({ length: 500 }, () =>
			heardUntilClosed(open().setTimeout(1000)),
		);
		const { status } = await ask(`${router.url}/hook`, {
			method: "POST",
			localAddress: "127.0.0.9",
		});
		expect(status).to.equal(200);
		for (const socket of sockets) socket.destroy();
		await Promise.all(storm);
		expect(router.rejections.length).to.be.above(400);
	});
});

// --- helpers ---

async function heardUntilClosed(socket: Socket): Promise<string> {
	let heard = "";
	socket.setEncoding("latin1").on("data", (text: string) => {
		heard += text;
	});
	if (!socket.closed) await new Promise((done) => socket.once("close", done));
	return heard;
}
