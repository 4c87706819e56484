import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { readBody } from "../../src/http/read-body.ts";
import { garbageCollector } from "../collect-garbage.mjs";
import { ask, type Heard, type Router, startRouter } from "../http/router.ts";

describe("a hostile body", () => {
	let router: Router;
	beforeEach(async () => {
		router = await startRouter();
	});
	afterEach(() => router.close());

	const post = (
		headers: Record<string, string>,
		body: string | Uint8Array,
	): Promise<Heard> =>
		ask(`${router.url}/hook`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body,
		});
	const GZIP = { "content-encoding": "gzip" };

	// Mocha fails the test in which an error is caught by nobody; a good compressed body comes after
	// whatever the bad one has started.
	const expectAlive = async (): Promise<void> => {
		const before = router.events.length;
		expect((await post(GZIP, gzipSync('{"alive":1}'))).status).to.equal(200);
		expect((await post({}, "{}")).status).to.equal(200);
		expect(router.events.length).to.equal(before + 2);
	};

	for (const coding of ["gzip", "deflate", "br"]) {
		it(`does not end the process with broken ${coding} in an unknown charset`, async () => {
			const headers = {
				"content-encoding": coding,
				"content-type": "application/json; charset=klingon",
			};
			const heard = await post(headers, "this is not compressed");
			expect(heard.status).to.equal(415);
			await expectAlive();
		});

		it(`answers ${coding} that is cut short or broken with 400`, async () => {
			const pack = { gzip: gzipSync, deflate: deflateSync }[coding];
			const whole = (pack ?? brotliCompressSync)(
				JSON.stringify({ text: "a long text ".repeat(20) }),
			);
			for (const body of [
				whole.subarray(0, whole.length - 10),
				whole.subarray(0, 1),
				Buffer.concat([whole.subarray(0, 12), Buffer.alloc(20, 0xff)]),
			]) {
				const heard = await post({ "content-encoding": coding }, body);
				expect(heard.status).to.equal(400);
			}
			await expectAlive();
		});
	}

	it("does not end the process with a fault behind the limit", async () => {
		const packed = gzipSync(
			Buffer.from(
				Array.from({ length: 3000 }, (_, index) => 32 + ((index * 7) % 90)),
			),
		);
		packed.fill(0xff, packed.length - 12);
		expect((await post(GZIP, packed)).status).to.be.oneOf([400, 413]);
		await expectAlive();
	});

	it("unpacks up to the limit, and not a byte more", async () => {
		const text = (length: number) => `"${"x".repeat(length - 2)}"`;
		expect((await post(GZIP, gzipSync(text(1000)))).status).to.equal(200);
		expect((await post(GZIP, gzipSync(text(1001)))).status).to.equal(413);
	});

	it("stops at the limit in a body of several members, or packed twice", async () => {
		const half = gzipSync(" ".repeat(600));
		expect((await post(GZIP, Buffer.concat([half, half]))).status).to.equal(
			413,
		);
		const bomb = gzipSync(gzipSync(Buffer.alloc(5_000_000)));
		for (const coding of ["gzip, gzip", "gzip,gzip", "identity, gzip"]) {
			const heard = await post({ "content-encoding": coding }, bomb);
			expect(heard.status, coding).to.be.oneOf([413, 415]);
		}
		await expectAlive();
	});

	const charsets = [
		"klingon",
		"constructor",
		"__proto__",
		"hasownproperty",
		"undefined",
		"base64",
		"hex",
		"binary",
		"utf-7",
		"utf-7-imap",
		"internal",
		"'",
		'"utf-8',
		"",
	];
	for (const charset of charsets) {
		it(`is refused in the charset ${JSON.stringify(charset)}`, async () => {
			const type = `application/json; charset=${charset}`;
			const heard = await post({ "content-type": type }, "{}");
			expect(heard.status).to.equal(415);
			expect(router.events).to.have.length(0);
		});
	}

	it("is refused when what it unpacks to is not UTF-8", async () => {
		const heard = await post(GZIP, gzipSync(Uint8Array.of(0x22, 0xff, 0x22)));
		expect(heard.status).to.equal(400);
	});

	it("may nest as deep as the limit lets it", async () => {
		await router.close();
		router = await startRouter({ door: { bodyLimitBytes: 1_000_000 } });
		for (const body of [
			`${"[".repeat(400_000)}${"]".repeat(400_000)}`,
			`${'{"a":'.repeat(150_000)}1${"}".repeat(150_000)}`,
		]) {
			expect((await post({}, body)).status).to.be.oneOf([200, 400]);
		}
		expect((await post({}, "[".repeat(900_000))).status).to.equal(400);
		await expectAlive();
	});

	it("cannot reach the prototype of anything", async () => {
		await post(
			{},
			'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
		);
		await post(
			{ "content-type": "application/x-www-form-urlencoded" },
			"__proto__=x&__proto__=y&constructor=z&__proto__[polluted]=1&toString=1",
		);
		expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
		const form = router.events[1]?.payload as object;
		expect(Object.getPrototypeOf(form)).to.equal(Object.prototype);
		expect(Object.entries(form)).to.deep.include(["__proto__", ["x", "y"]]);
	});

	it("may have a thousand fields, and no more", async () => {
		await router.close();
		router = await startRouter({ door: { bodyLimitBytes: 1_000_000 } });
		const type = { "content-type": "application/x-www-form-urlencoded" };
		const fields = (count: number) => Array(count).fill("a=1").join("&");
		expect((await post(type, fields(1000))).status).to.equal(200);
		expect((await post(type, fields(1001))).status).to.equal(400);
		expect((await post(type, "&".repeat(900_000))).status).to.equal(400);
	});

	it("may stop at any byte", async () => {
		const whole =
			'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n';
		for (let length = 1; length < whole.length; length++) {
			const socket = connect(router.port, "127.0.0.1");
			socket.on("error", () => undefined);
			await once(socket, "connect");
			socket.write(whole.slice(0, length));
			// By turns a half-closed, a closed and a reset connection.
			if (length % 3 === 0) socket.end();
			else if (length % 3 === 1) socket.destroySoon();
			else socket.resetAndDestroy();
			socket.resume();
		}
		await expectAlive();
		expect(router.events).to.have.length(2);
		expect(router.faults).to.deep.equal([]);
	});
});

describe("a body that comes in pieces", () => {
	/** A request by hand, so that nothing but the reader keeps a chunk. */
	const start = () => {
		const request = Object.assign(new EventEmitter(), {
			headers: {},
			complete: true,
		});
		const body = readBody(
			request as unknown as IncomingMessage,
			{} as ServerResponse,
			100_000,
		);
		return { request, body };
	};

	it("is put together again, whatever their size", async () => {
		for (const size of [1, 2, 3, 1000, 4095, 4096, 4097, 60_000]) {
			const whole = randomBytes(90_000);
			const { request, body } = start();
			for (let at = 0; at < whole.length; at += size)
				request.emit("data", Buffer.from(whole.subarray(at, at + size)));
			request.emit("end");
			expect(whole.equals(await body), String(size)).to.equal(true);
		}
	});

	it("takes no more memory than in one", () => {
		const collect = garbageCollector();
		const measure = (): number => {
			collect();
			const { heapUsed, arrayBuffers } = process.memoryUsage();
			return heapUsed + arrayBuffers;
		};
		const before = measure();
		const { request, body } = start();
		for (let count = 0; count < 90_000; count++)
			request.emit("data", Buffer.from("x"));
		// As a list of chunks it is nine megabytes.
		expect(measure() - before).to.be.lessThan(2_000_000);
		expect(body).to.be.instanceOf(Promise);
		request.emit("end");
	});
});
