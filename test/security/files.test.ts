import { once } from "node:events";
import {
	mkdtemp,
	readdir,
	readlink,
	rm,
	truncate,
	writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Handler } from "../../src/handler/handler.ts";
import { sendFile } from "../../src/http/send-file.ts";
import { type Router, startRouter, talk } from "../http/router.ts";

const SIZE = 8_000_000;

describe("a large file that is sent", () => {
	let folder: string;
	let file: string;
	let router: Router;
	let settle: () => void;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-files-"));
		file = join(folder, "big.bin");
		await writeFile(file, Buffer.alloc(SIZE, "A"));
		const slow = new Promise<undefined>((done) => {
			settle = () => done(undefined);
		});
		const big: Handler = {
			handle: () => ({
				status: 200,
				headers: { "content-length": String(SIZE) },
				body: { file, start: 0, end: SIZE - 1 },
			}),
		};
		const shared = { mode: "reply", methods: ["GET"] } as const;
		router = await startRouter({
			routes: [
				{ ...shared, path: "/big", handler: big },
				{
					...shared,
					path: "/slow",
					handler: { handle: () => slow },
				},
			],
		});
	});
	afterEach(async () => {
		settle();
		await router.close();
		await rm(folder, { recursive: true });
	});

	const open = (text: string): Socket => {
		const socket = connect(router.port, "127.0.0.1");
		socket.on("error", () => undefined);
		socket.write(text);
		return socket;
	};
	/** How often this process has the file open; undefined where the system does not tell. */
	const countOpen = async (): Promise<number | undefined> => {
		const names = await readdir("/proc/self/fd").catch(() => undefined);
		const links = await Promise.all(
			(names ?? []).map((name) =>
				readlink(`/proc/self/fd/${name}`).catch(() => ""),
			),
		);
		return names && links.filter((link) => link === file).length;
	};
	const becomesClosed = async (): Promise<void> => {
		const until = Date.now() + 5000;
		while ((await countOpen()) && Date.now() < until) await turn();
		expect((await countOpen()) ?? 0).to.equal(0);
	};
	const turn = () => new Promise((done) => setImmediate(done));
	const GET_BIG = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";

	it("is closed when the client goes away, which is no fault", async () => {
		const socket = open(GET_BIG);
		await once(socket, "data");
		socket.resetAndDestroy();
		await becomesClosed();
		expect(router.faults).to.deep.equal([]);
	});

	it("is not opened before the answers before it are sent", async () => {
		const socket = open(
			`GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${GET_BIG.repeat(8)}`,
		);
		await router.visited(8);
		for (let round = 0; round < 20; round++) await turn();
		expect((await countOpen()) ?? 0).to.equal(0);
		socket.resetAndDestroy();
		await once(socket, "close");
		settle();
		await router.visited(9);
		await becomesClosed();
		expect(router.faults).to.deep.equal([]);
	});

	it("is sent whole behind another answer", async () => {
		const socket = open(
			`GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${GET_BIG}GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n`,
		);
		let size = 0;
		let end = "";
		socket.on("data", (chunk: Buffer) => {
			size += chunk.length;
			end = (end + chunk.toString("latin1")).slice(-300);
			if (end.includes("404")) socket.destroy();
		});
		await router.visited(2);
		settle();
		await once(socket, "close");
		expect(size).to.be.greaterThan(SIZE);
		expect(end).to.match(/A{10}HTTP\/1\.1 404 /);
	});

	it("is sent to a request whose body is not read", async () => {
		const heard = await talk(
			router.port,
			"GET /big HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\na",
			/\r\n\r\nA+/,
		);
		expect(heard).to.match(/connection: close/i);
	});

	it("ends the connection when it becomes shorter meanwhile", async () => {
		const socket = open(`${GET_BIG}GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n`);
		socket.pause();
		await router.visited(1);
		await truncate(file, 1_000_000);
		let heard = "";
		socket.on("data", (chunk: Buffer) => {
			heard = (heard + chunk.toString("latin1")).slice(-100);
		});
		socket.resume();
		await once(socket, "close");
		expect(heard).not.to.include("404");
		expect(String(router.faults[0])).to.include("became shorter");
		await becomesClosed();
	});

	it("is closed when the client takes nothing any more", async () => {
		const server = createServer((_, response) => {
			response.writeHead(200, { "content-length": SIZE * 4 });
			void sendFile(response, { file, start: 0, end: SIZE * 4 - 1 }, 20).catch(
				() => undefined,
			);
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		await truncate(file, SIZE * 4);
		const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
		socket.on("error", () => undefined);
		socket.pause();
		socket.write(GET_BIG);
		const [connection] = (await once(server, "connection")) as [Socket];
		await once(connection, "close");
		await becomesClosed();
		socket.destroy();
		server.close();
	});
});
