import { expect } from "chai";
import {
	type Router,
	type RouterOptions,
	startRouter,
	talk,
} from "./router.ts";

const HEAD = "\r\n\r\n";

describe("what RFC 9112 leaves no choice about", () => {
	let router: Router;
	const start = async (options: RouterOptions = {}): Promise<void> => {
		router = await startRouter({
			routes: [{ methods: ["GET", "POST"] }],
			...options,
		});
	};
	beforeEach(() => start());
	afterEach(() => router.close());

	for (const [what, head, status] of [
		["HTTP/2.0 in a request line", "GET /hook HTTP/2.0\r\nHost: x", 505],
		["a request line without a version", "GET /hook", 505],
		["two Host lines", "GET /hook HTTP/1.1\r\nHost: x\r\nHost: y", 400],
		["the same Host twice", "GET /hook HTTP/1.1\r\nHost: x\r\nhost: x", 400],
		["two empty Host lines", "GET /hook HTTP/1.1\r\nHost:\r\nHost:", 400],
		["no Host", "GET /hook HTTP/1.1", 400],
	] as const) {
		it(`refuses ${what} and closes`, async () => {
			const heard = await talk(
				router.port,
				`${head}${HEAD}GET /hook HTTP/1.1\r\nHost: x${HEAD}`,
				/never/,
			);
			expect(heard).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
			expect(heard).to.match(/connection: close/i);
			expect(heard.match(/HTTP\/1\.1/g)).to.have.length(1);
			expect(router.events).to.have.length(0);
		});
	}

	it("takes HTTP/1.0, which may leave Host out", async () => {
		const heard = await talk(router.port, `GET /hook HTTP/1.0${HEAD}`, /never/);
		expect(heard).to.match(/^HTTP\/1\.1 200 /);
	});

	it("sends no 100 Continue to HTTP/1.0", async () => {
		const heard = await talk(
			router.port,
			`POST /hook HTTP/1.0\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2${HEAD}{}`,
			/never/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 200 /);
		expect(router.events).to.have.length(1);
	});

	const next = `GET /hook?next=1 HTTP/1.1\r\nHost: x${HEAD}`;
	for (const [what, first] of [
		[
			"a request that says Connection: close",
			`GET /hook HTTP/1.1\r\nHost: x\r\nConnection: close${HEAD}`,
		],
		["a request of HTTP/1.0", `GET /hook HTTP/1.0${HEAD}`],
		[
			"a body that was not read, whose answer says it",
			`POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 4${HEAD}{  }`,
		],
		[
			"a body of a wrong type",
			`POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 4${HEAD}{  }`,
		],
		[
			"a chunked body that was not read",
			`POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked${HEAD}0${HEAD}`,
		],
	] as const) {
		it(`handles nothing behind ${what}`, async () => {
			const heard = await talk(router.port, first + next.repeat(3), /never/);
			expect(heard.match(/HTTP\/1\.1/g)).to.have.length(1);
			const after = router.events.filter(({ query }) => query === "next=1");
			expect(after).to.deep.equal([]);
			expect(router.visits).to.have.length(1);
		});
	}
});

describe("the head of a request", () => {
	let router: Router;
	afterEach(() => router.close());
	const get = (length: number): string =>
		`GET /hook?a=${"x".repeat(length)} HTTP/1.1\r\nHost: x\r\nConnection: close${HEAD}`;

	it("may have 16 KiB, and the limit is named where it has more", async () => {
		router = await startRouter({ routes: [{ methods: ["GET"] }] });
		expect(await talk(router.port, get(16_000), /never/)).to.match(
			/^HTTP\/1\.1 200 /,
		);
		for (const length of [16_500, 60_000, 1_000_000]) {
			expect(await talk(router.port, get(length), /never/)).to.match(
				/^HTTP\/1\.1 431 /,
			);
		}
		expect(router.rejections).to.have.length(3);
		for (const rejection of router.rejections) {
			expect(rejection).to.deep.equal({
				peer: "127.0.0.1",
				status: 431,
				severity: "warn",
				code: "HEAD_TOO_LARGE",
				reason:
					"HEAD_TOO_LARGE: the request line and headers exceed the 16384 bytes of `server.headLimit`",
			});
		}
	});

	it("may have what the configuration says", async () => {
		router = await startRouter({
			routes: [{ methods: ["GET"] }],
			bounds: { headLimitBytes: 65_536 },
		});
		expect(await talk(router.port, get(60_000), /never/)).to.match(
			/^HTTP\/1\.1 200 /,
		);
		expect(await talk(router.port, get(70_000), /never/)).to.match(
			/^HTTP\/1\.1 431 /,
		);
	});

	it("counts all its headers", async () => {
		router = await startRouter({ routes: [{ methods: ["GET"] }] });
		const many = `${"x".repeat(10)}: ${"y".repeat(40)}\r\n`.repeat(400);
		const heard = await talk(
			router.port,
			`GET /hook HTTP/1.1\r\nHost: x\r\n${many}\r\n`,
			/never/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 431 /);
	});

	for (const [what, bytes] of [
		[
			"TLS on a port without it",
			"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		],
		["bytes in the target", `GET /caf\xe9 HTTP/1.1\r\nHost: x${HEAD}`],
		[
			"a broken length",
			`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: a${HEAD}`,
		],
	] as const) {
		it(`that breaks the grammar is refused, and the log hears why: ${what}`, async () => {
			router = await startRouter();
			expect(
				await talk(router.port, Buffer.from(bytes, "latin1"), /never/),
			).to.match(/^HTTP\/1\.1 400 /);
			expect(router.rejections[0]).to.include({
				status: 400,
				severity: "info",
			});
			expect(router.rejections[0]?.reason).to.match(/^HTTP_SYNTAX: Parse/);
		});
	}
});
