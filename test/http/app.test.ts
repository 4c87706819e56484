import { once } from "node:events";
import { connect } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import {
	ask,
	type Router,
	type RouterOptions,
	startRouter,
	talk,
} from "./router.ts";

const JSON_POST = {
	method: "POST",
	headers: { "content-type": "application/json" },
};

describe("the HTTP face", () => {
	let router: Router;
	const start = async (options?: RouterOptions): Promise<void> => {
		router = await startRouter(options);
	};
	afterEach(() => router.close());

	it("hands an event on and answers an empty 200", async () => {
		await start();
		const heard = await ask(`${router.url}/hook?own=1`, {
			...JSON_POST,
			body: '{"any":1}',
		});
		expect(heard).to.include({ status: 200, body: "" });
		expect(router.events).to.have.length(1);
		expect(router.events[0]).to.include({
			kind: "test.any",
			level: "app",
			route: "route-0",
			attempt: 1,
			method: "POST",
		});
		expect(router.events[0]?.payload).to.deep.equal({ any: 1 });
		expect(Buffer.from(router.events[0]?.raw ?? []).toString()).to.equal(
			'{"any":1}',
		);
	});

	it("answers an unknown path with 404 and a wrong method with 405 and Allow", async () => {
		await start();
		expect((await ask(`${router.url}/nowhere`)).status).to.equal(404);
		const heard = await ask(`${router.url}/hook`, { method: "DELETE" });
		expect(heard.status).to.equal(405);
		expect(heard.headers.allow).to.equal("POST");
	});

	it("tells the sender nothing but the status", async () => {
		await start({
			routes: [
				{
					handler: {
						handle: () => {
							throw new Error("the database password is x");
						},
					},
				},
			],
		});
		const heard = await ask(`${router.url}/hook`, { ...JSON_POST, body: "{}" });
		expect(heard).to.include({ status: 500, body: "" });
		const visit = await router.visited(1);
		expect(visit.answer.outcome).to.equal("failed");
		expect((visit.answer.error as Error).message).to.contain("password");
	});

	it("refuses a foreign address before a byte of the body is sent", async () => {
		await start({ trusted: ["127.0.0.1"] });
		const head =
			"POST /hook HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n";
		const heard = await talk(router.port, head, "\r\n\r\n");
		expect(heard).to.match(/^HTTP\/1\.1 403 /);
		expect(heard).to.match(/connection: close/i);
		expect(router.events).to.have.length(0);
	});

	it("lets a foreign address pass where the path only reports, and says so", async () => {
		await start({ trusted: ["127.0.0.1"], door: { onDenied: "report" } });
		const heard = await ask(`${router.url}/hook`, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				"x-forwarded-for": "203.0.113.9",
			},
			body: "{}",
		});
		expect(heard.status).to.equal(200);
		const visit = await router.visited(1);
		expect(visit.answer.reports.map(({ code }) => code)).to.deep.equal([
			"FIREWALL_DENIED",
		]);
	});

	it("invites the body of Expect: 100-continue only behind the firewall", async () => {
		await start({ trusted: ["127.0.0.1"] });
		const head = (client: string): string =>
			`POST /hook HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${client}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`;
		expect(await talk(router.port, head("203.0.113.9"), /403/)).to.match(
			/^HTTP\/1\.1 403 /,
		);
		const socket = connect(router.port, "127.0.0.1");
		socket.setEncoding("utf8");
		socket.write(head("127.0.0.1"));
		const [invitation] = await once(socket, "data");
		expect(invitation).to.match(/^HTTP\/1\.1 100 /);
		socket.write("{}");
		const [answer] = await once(socket, "data");
		expect(answer).to.match(/^HTTP\/1\.1 200 /);
		socket.destroy();
	});

	describe("a body over the limit", () => {
		it("is refused by its Content-Length before it is sent", async () => {
			await start();
			const heard = await talk(
				router.port,
				"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n",
				"\r\n\r\n",
			);
			expect(heard).to.match(/^HTTP\/1\.1 413 /);
		});

		it("is refused while it streams", async () => {
			await start();
			const chunk = `${(600).toString(16)}\r\n${"x".repeat(600)}\r\n`;
			const heard = await talk(
				router.port,
				`POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
				"\r\n\r\n",
			);
			expect(heard).to.match(/^HTTP\/1\.1 413 /);
		});

		it("cannot hide behind a Content-Length that lies", async () => {
			await start();
			// What follows the announced bytes is no part of this body, nor a request that is served.
			const heard = await talk(
				router.port,
				`POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}${"x".repeat(2000)}`,
				/400/,
			);
			expect(heard).to.match(/HTTP\/1\.1 400 /);
			for (const { raw } of router.events) expect(raw).to.have.length(2);
		});

		it("is refused when it unpacks to too much", async () => {
			await start();
			const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
			expect(bomb.length).to.be.greaterThan(1000);
			const small = gzipSync(Buffer.alloc(100_000, 0x20));
			expect(small.length).to.be.lessThan(1000);
			for (const [body, coding] of [
				[bomb, "gzip"],
				[small, "gzip"],
				[brotliCompressSync(Buffer.alloc(10_000_000, 0x20)), "br"],
			] as const) {
				const heard = await ask(`${router.url}/hook`, {
					method: "POST",
					headers: {
						"content-type": "application/json",
						"content-encoding": coding,
					},
					body,
				});
				expect(heard.status).to.equal(413);
			}
		});
	});

	it("unpacks a compressed body and one in another charset", async () => {
		await start();
		const packed = gzipSync('{"any":"é"}');
		await ask(`${router.url}/hook`, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				"content-encoding": "gzip",
			},
			body: packed,
		});
		await ask(`${router.url}/hook`, {
			method: "POST",
			headers: { "content-type": "application/json; charset=iso-8859-1" },
			body: Buffer.from('{"any":"é"}', "latin1"),
		});
		expect(router.events.map(({ payload }) => payload)).to.deep.equal([
			{ any: "é" },
			{ any: "é" },
		]);
		expect(Buffer.from(router.events[0]?.raw ?? [])).to.deep.equal(packed);
	});

	const refused: [
		what: string,
		headers: Record<string, string>,
		body: string | Uint8Array,
		status: number,
	][] = [
		[
			"an unknown content type",
			{ "content-type": "application/trash" },
			"{}",
			415,
		],
		[
			"multipart",
			{ "content-type": "multipart/form-data; boundary=x" },
			"--x--",
			415,
		],
		[
			"an unknown content coding",
			{ "content-type": "application/json", "content-encoding": "zstd" },
			"{}",
			415,
		],
		[
			"an unknown charset",
			{ "content-type": "application/json; charset=klingon" },
			"{}",
			415,
		],
		[
			"broken gzip",
			{ "content-type": "application/json", "content-encoding": "gzip" },
			"{}",
			400,
		],
		["broken JSON", { "content-type": "application/json" }, "{malformed]", 400],
		["an empty JSON body", { "content-type": "application/json" }, "", 400],
		[
			"text that is not UTF-8",
			{ "content-type": "application/json" },
			Uint8Array.of(0x22, 0xff, 0x22),
			400,
		],
		[
			"a broken percent escape in a form",
			{ "content-type": "application/x-www-form-urlencoded" },
			"any=%zz",
			400,
		],
	];
	for (const [what, headers, body, status] of refused) {
		it(`answers ${what} with ${status}`, async () => {
			await start();
			const heard = await ask(`${router.url}/hook`, {
				method: "POST",
				headers,
				body,
			});
			expect(heard).to.include({ status, body: "" });
			expect(router.events).to.have.length(0);
		});
	}

	it("answers a broken percent escape in a query with 400", async () => {
		await start({ routes: [{ methods: ["GET"] }] });
		expect((await ask(`${router.url}/hook?any=%zz`)).status).to.equal(400);
	});

	it("takes +json for JSON", async () => {
		await start();
		const heard = await ask(`${router.url}/hook`, {
			method: "POST",
			headers: {
				"content-type": "application/cloudevents+json; charset=UTF-8",
			},
			body: "{}",
		});
		expect(heard.status).to.equal(200);
	});

	it("notes a sender that goes away in the middle", async () => {
		await start();
		const socket = connect(router.port, "127.0.0.1");
		socket.write(
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{",
		);
		await once(socket, "connect");
		socket.end();
		const visit = await router.visited(1);
		expect((visit.answer.error as HookError).code).to.equal("BODY_ABORTED");
	});

	it("serves the next request of a connection after a refused one with an empty body", async () => {
		await start();
		const post = (body: string): string =>
			`POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
		const heard = await talk(
			router.port,
			post("{") + post("{}"),
			/400[\s\S]*200/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 400 [\s\S]*HTTP\/1\.1 200 /);
	});
});
