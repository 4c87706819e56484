import { expect } from "chai";
import { createForwardHandler } from "../../src/handler/forward/forward.ts";
import { createUpstreams } from "../../src/handler/forward/upstream.ts";
import {
	closeAll,
	failureOf,
	forwardTo,
	handle,
	initOf,
	SMS,
	serve,
} from "./forward-tools.ts";

describe("forwarding in accept mode", () => {
	afterEach(closeAll);

	it("sends the event, and is content with a 2xx", async () => {
		const { url, received } = await serve(202);
		const handler = await forwardTo(`${url}/sms?a=b`);
		expect(await handle(handler)).to.equal(undefined);
		expect(received).to.have.length(1);
		const [{ method, url: path, headers, body } = never()] = received;
		expect([method, path, body]).to.deep.equal([
			"POST",
			"/sms?a=b",
			Buffer.from(SMS.raw).toString(),
		]);
		expect(headers).to.include({
			host: new URL(url).host,
			"content-length": String(SMS.raw.length),
			"switchhook-event-id": SMS.id,
			"x-forwarded-proto": "https",
		});
	});

	it("leaves a GET a GET, with its query and no body", async () => {
		const { url, received } = await serve(200);
		const handler = await forwardTo(`${url}/sms`);
		await handle(handler, {
			method: "GET",
			query: "to=4477&text=a%20b",
			raw: new Uint8Array(8).subarray(0, 0),
			headers: {},
		});
		expect(received[0]).to.include({
			method: "GET",
			url: "/sms?to=4477&text=a%20b",
			body: "",
		});
		expect(received[0]?.headers).to.not.have.any.keys(
			"content-length",
			"transfer-encoding",
		);
	});

	it("sends bytes as they are, from within a larger buffer", async () => {
		const { url, received } = await serve(200);
		const raw = new Uint8Array(Buffer.from("xx{}yy").buffer.slice(0)).fill(
			0x61,
		);
		await handle(await forwardTo(url), { raw: raw.subarray(2, 4) });
		expect(received[0]?.body).to.equal("aa");
	});

	it("takes a 2xx for a success though its body never ends", async () => {
		const { url } = await serve((response) => {
			response.writeHead(200).write("on and on");
		});
		expect(await handle(await forwardTo(url))).to.equal(undefined);
	});

	const statuses: Readonly<Record<number, "delivered" | "retry" | "final">> = {
		200: "delivered",
		204: "delivered",
		299: "delivered",
		300: "final",
		301: "final",
		302: "final",
		304: "final",
		307: "final",
		400: "final",
		401: "final",
		403: "final",
		404: "final",
		408: "retry",
		409: "final",
		410: "final",
		422: "final",
		425: "retry",
		429: "retry",
		500: "retry",
		501: "retry",
		502: "retry",
		503: "retry",
		504: "retry",
		599: "retry",
	};
	for (const [status, outcome] of Object.entries(statuses)) {
		it(`takes ${status} for ${outcome}`, async () => {
			const { url, received } = await serve(Number(status));
			const work = handle(await forwardTo(url));
			if (outcome === "delivered") {
				expect(await work).to.equal(undefined);
			} else {
				const error = await failureOf(work);
				expect(error.name).to.equal(
					outcome === "retry" ? "RetryLater" : "GiveUp",
				);
				expect(error.message).to.match(
					new RegExp(`^POST ${url} answered ${status}`),
				);
				expect(error.isUncounted ?? false).to.equal(false);
			}
			expect(received).to.have.length(1);
		});
	}

	it("does not follow a redirect", async () => {
		const target = await serve(200);
		const { url } = await serve((response) => {
			response.writeHead(307, { location: `${target.url}/there` }).end();
		});
		const error = await failureOf(handle(await forwardTo(url)));
		expect(error.name).to.equal("GiveUp");
		expect(error.message).to.contain(`answered 307 to ${target.url}/there`);
		expect(target.received).to.deep.equal([]);
	});

	it("goes by the route's own statuses", async () => {
		let status = 409;
		const { url } = await serve((response) => response.writeHead(status).end());
		const handler = await forwardTo(url, {
			settings: {
				successStatus: [
					{ from: 200, to: 299 },
					{ from: 409, to: 409 },
				],
				retryStatus: [{ from: 404, to: 404 }],
			},
		});
		await handle(handler);
		status = 404;
		expect((await failureOf(handle(handler))).name).to.equal("RetryLater");
		status = 503;
		expect((await failureOf(handle(handler))).name).to.equal("GiveUp");
	});

	it("waits as long as Retry-After says", async () => {
		const now = Date.UTC(2026, 0, 1);
		const later = new Date(now + 90_000).toUTCString();
		for (const [header, afterMs] of [
			["7", 7000],
			[later, 90_000],
			["soon", undefined],
		] as const) {
			const { url } = await serve((response) => {
				response.writeHead(503, { "retry-after": header }).end();
			});
			const handler = await forwardTo(url, { now: () => now });
			expect((await failureOf(handle(handler))).afterMs).to.equal(afterMs);
		}
	});

	it("keeps the beginning of a refusal, and no secret of the URL", async () => {
		const { url } = await serve((response) => {
			response.writeHead(422).end(`{"error":"no\n${"x".repeat(5000)}"}`);
		});
		const handler = await forwardTo(`${url}/hook/s3cret?token=s3cret`);
		const { message } = await failureOf(handle(handler));
		expect(message).to.match(/answered 422: \{"error":"no x+…$/);
		expect([...message].length).to.be.lessThan(600);
		expect(message).to.not.contain("s3cret");
	});

	it("goes where it was told to, whatever proxies the environment names", async () => {
		const proxy = await serve(500);
		const { url, received } = await serve(200);
		process.env.HTTP_PROXY = proxy.url;
		process.env.http_proxy = proxy.url;
		try {
			await handle(await forwardTo(url));
		} finally {
			delete process.env.HTTP_PROXY;
			delete process.env.http_proxy;
		}
		expect(received).to.have.length(1);
		expect(proxy.connections()).to.equal(0);
	});
});

describe("forwarding in reply mode", () => {
	afterEach(closeAll);

	const call = { mode: "reply", kind: kindOf("ncco") } as const;

	it("replies with the upstream's NCCO", async () => {
		const { url } = await serve((response) => {
			response.writeHead(200).end('[{ "action": "talk", "text": "Hi" }]');
		});
		const reply = await handle(await forwardTo(url, call));
		expect(reply?.status).to.equal(200);
		expect(JSON.parse(String(reply?.body))).to.deep.equal([
			{ action: "talk", text: "Hi" },
		]);
	});

	it("refuses an NCCO that is not valid", async () => {
		const { url } = await serve((response) => response.end("[]"));
		const error = await failureOf(handle(await forwardTo(url, call)));
		expect(error.code).to.equal("NCCO_INVALID");
	});

	it("passes another answer on with its status and headers", async () => {
		const { url } = await serve((response) => {
			response.writeHead(201, {
				"content-type": "text/plain",
				"set-cookie": "a=b",
			});
			response.end("done");
		});
		const handler = await forwardTo(url, {
			mode: "reply",
			kind: kindOf("any"),
		});
		const reply = await handle(handler);
		expect(reply).to.include({ status: 201 });
		expect(String(reply?.body)).to.equal("done");
		expect(reply?.headers).to.include({ "content-type": "text/plain" });
		expect(reply?.headers).to.not.have.any.keys(
			"set-cookie",
			"connection",
			"content-length",
			"transfer-encoding",
			"keep-alive",
		);
	});

	it("fails with any other status, and with a redirect", async () => {
		for (const status of [302, 404, 429, 503]) {
			const { url } = await serve(status);
			const error = await failureOf(handle(await forwardTo(url, call)));
			expect(error).to.include({ code: "UPSTREAM_FAILED", status: 502 });
			expect(error.message).to.contain(`answered ${status}`);
		}
	});

	it("takes an answer of exactly the largest size, and no larger one", async () => {
		let size = 1000;
		const { url } = await serve((response) => {
			response.end(Buffer.alloc(size, 0x20));
		});
		const handler = await forwardTo(url, {
			mode: "reply",
			kind: kindOf("any"),
			settings: { maxBodyBytes: 1000 },
		});
		expect((await handle(handler))?.body).to.have.length(1000);
		size = 1001;
		const error = await failureOf(handle(handler));
		expect(error.code).to.equal("UPSTREAM_FAILED");
		expect(error.message).to.contain("more than `maxBody` allows, 1000 bytes");
		size = 10_000_000;
		expect((await failureOf(handle(handler))).message).to.contain("`maxBody`");
	});

	it("fails when the answer's body breaks off or does not come in time", async () => {
		const torn = await serve((response) => {
			response.writeHead(200, { "content-length": 10 }).write("[1");
			setImmediate(() => response.destroy());
		});
		const error = await failureOf(handle(await forwardTo(torn.url, call)));
		expect(error.code).to.equal("UPSTREAM_FAILED");
		const slow = await serve((response) => {
			response.writeHead(200).write("[");
		});
		const late = await failureOf(
			handle(await forwardTo(slow.url, call), {}, { timeoutMs: 40 }),
		);
		expect(late.message).to.contain("did not answer within 40 ms");
	});
});

describe("createForwardHandler", () => {
	afterEach(closeAll);

	it("refuses a file of authorities that is missing or holds none", async () => {
		for (const [ca, what] of [
			["/nowhere/ca.pem", "cannot be read (ENOENT)"],
			[import.meta.dirname, "is a folder"],
			[import.meta.filename, "holds no certificate"],
		] as const) {
			const init = initOf("https://127.0.0.1:9", { settings: { ca } });
			const { handler, findings } = await createForwardHandler(init);
			expect(handler).to.equal(undefined);
			expect(findings[0]).to.include({ severity: "error", line: 1 });
			expect(findings[0]?.what).to.contain(what);
		}
	});

	it("warns where the signature covers less than is sent", async () => {
		const keys = [Buffer.alloc(24)];
		const route = {
			name: "a",
			path: "/a",
			hasSchema: false,
			methods: ["GET", "POST"],
		};
		const warn = async (as: "original" | "json", given = route) => {
			const init = initOf("http://127.0.0.1:9", {
				route: given,
				settings: { as, keys },
			});
			return (await createForwardHandler(init)).findings.map(
				({ what }) => what,
			);
		};
		expect(await warn("original")).to.deep.equal([
			"the signature covers the body only, not the query of a GET",
		]);
		expect(await warn("json")).to.deep.equal([]);
		expect(
			await warn("original", { ...route, methods: ["POST"] }),
		).to.deep.equal([]);
	});

	it("asks for the checker only where NCCOs come back", async () => {
		const checker = () => {
			throw new Error("asked");
		};
		await forwardTo("http://127.0.0.1:9", { checker, kind: kindOf("ncco") });
		await forwardTo("http://127.0.0.1:9", {
			checker,
			mode: "reply",
			kind: kindOf("any"),
		});
		const error = await failureOf(
			forwardTo("http://127.0.0.1:9", {
				checker,
				mode: "reply",
				kind: kindOf("ncco"),
			}),
		);
		expect(error.message).to.equal("asked");
	});

	it("names a webhook with a schema of its own by that alone", async () => {
		const { url, received } = await serve(200);
		const route = {
			name: "a",
			path: "/a",
			hasSchema: true,
			methods: ["POST"],
		};
		const kind = { ...kindOf("any"), name: "invoice-paid" };
		const settings = { as: "cloudevent" } as const;
		await handle(await forwardTo(url, { route, kind, settings }));
		await handle(await forwardTo(url, { settings }));
		expect(received.map(({ headers }) => headers["ce-type"])).to.deep.equal([
			"invoice-paid",
			"com.vonage.sms.inbound",
		]);
	});

	it("leaves nothing open behind", async () => {
		const { url } = await serve(200);
		const upstreams = createUpstreams();
		const handler = await forwardTo(url, { upstreams });
		await handle(handler);
		expect(upstreams.states()).to.have.length(1);
		await handler.close?.();
		expect(upstreams.states()).to.deep.equal([]);
		const error = await failureOf(handle(handler));
		expect(error).to.include({ name: "RetryLater", isUncounted: true });
	});
});

// --- helpers ---

function kindOf(body: "ncco" | "any") {
	return { name: "my.kind", reply: { body, required: true } };
}

function never(): never {
	throw new Error("nothing was received");
}
