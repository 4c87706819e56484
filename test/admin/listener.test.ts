import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { sendBytes, withListener } from "./listener.ts";

describe("the admin listener", () => {
	it("answers an operation with JSON, and headers that forbid everything a page could do with it", async () => {
		await withListener(async ({ call }) => {
			const { status, headers, json } = await call("/api/v1/router");
			expect(status).to.equal(200);
			expect(json()).to.include({ version: "0.0.0", routes: 1 });
			expect(headers["content-type"]).to.equal(
				"application/json; charset=utf-8",
			);
			expect(headers["content-security-policy"]).to.include(
				"default-src 'none'",
			);
			expect(headers["x-content-type-options"]).to.equal("nosniff");
			expect(headers["cache-control"]).to.equal("no-store");
			expect(headers).to.not.have.property("access-control-allow-origin");
		});
	});

	it("answers HEAD like GET, without a body", async () => {
		await withListener(async ({ call }) => {
			const { status, text } = await call("/api/v1/router", { method: "HEAD" });
			expect([status, text]).to.deep.equal([200, ""]);
		});
	});

	it("answers every error as a problem with a code and advice", async () => {
		await withListener(async ({ call }) => {
			const { status, headers, json } = await call("/api/v1/nothing");
			expect(status).to.equal(404);
			expect(headers["content-type"]).to.match(/^application\/problem\+json/);
			expect(json()).to.deep.equal({
				type: "/api/v1/docs#not-found",
				title: "Not found",
				status: 404,
				detail:
					"There is nothing at this path. `/api/v1/docs` lists all operations.",
				code: "not-found",
			});
		});
	});

	const wrong: readonly [string, string, number, string][] = [
		["DELETE", "/api/v1/router", 405, "wrong-method"],
		["PATCH", "/api/v1/reload", 405, "wrong-method"],
		["OPTIONS", "/api/v1/router", 405, "wrong-method"],
		["TRACE", "/api/v1/router", 405, "wrong-method"],
		["PROPFIND", "/healthz", 405, "wrong-method"],
		["POST", "/healthz", 405, "wrong-method"],
		["PUT", "/session", 405, "wrong-method"],
		["POST", "/metrics", 405, "wrong-method"],
		["POST", "/api/v1/docs", 405, "wrong-method"],
		["GET", "/api/v1/Router", 404, "not-found"],
		["GET", "/api/v1/router/", 404, "not-found"],
		["GET", "/api/v1//router", 404, "not-found"],
		["GET", "/api/v2/router", 404, "not-found"],
		["GET", "/nothing", 404, "not-found"],
		["GET", "/api/v1/%", 404, "not-found"],
		["GET", "/api/v1/%ff", 404, "not-found"],
		["GET", "/api/v1/../../etc/passwd", 404, "not-found"],
		["GET", "/api/v1/router?unknown=1", 400, "bad-request"],
		["GET", "/api/v1/findings?of=all", 400, "bad-request"],
		["GET", "/api/v1/findings?of=disk&of=disk", 400, "bad-request"],
	];
	for (const [method, path, status, code] of wrong) {
		it(`answers ${method} ${path} with ${status} ${code}`, async () => {
			await withListener(async ({ call }) => {
				const called = await call(path, { method });
				expect(called.status).to.equal(status);
				expect(called.json().code).to.equal(code);
				if (status === 405) expect(called.headers.allow).to.be.a("string");
			});
		});
	}

	it("names the methods that a path takes", async () => {
		await withListener(async ({ call }) => {
			const called = await call("/api/v1/reload", { method: "DELETE" });
			expect(called.headers.allow).to.equal("GET, HEAD, POST");
			expect(called.json().detail).to.equal(
				"The path does not take DELETE. It takes GET, HEAD, POST.",
			);
		});
	});

	it("answers that the store is away as unavailable", async () => {
		await withListener(
			async ({ call, log }) => {
				const called = await call("/api/v1/findings?of=disk");
				expect(called.status).to.equal(503);
				expect(called.json().code).to.equal("unavailable");
				expect(called.text).to.not.include("db.internal");
				expect(log.some(({ severity }) => severity === "error")).to.equal(
					false,
				);
			},
			{
				router: {
					check: async () => {
						throw new HookError("INBOX_UNAVAILABLE", "db.internal is away");
					},
				},
			},
		);
	});

	it("hides a fault of its own from the client, and logs it", async () => {
		await withListener(
			async ({ call, log }) => {
				const called = await call("/api/v1/findings?of=disk");
				expect(called.status).to.equal(500);
				expect(called.text).to.not.include("/srv/secret");
				expect(called.json().code).to.equal("internal");
				const line = log.find(({ severity }) => severity === "error");
				expect(line?.path).to.equal("/api/v1/findings");
			},
			{
				router: {
					check: async () => {
						throw new Error("no such file: /srv/secret");
					},
				},
			},
		);
	});

	it("answers what is no HTTP as a problem too", async () => {
		await withListener(async ({ port }) => {
			const garbage = await sendBytes(port, "nonsense\r\n\r\n");
			expect(garbage).to.match(/^HTTP\/1.1 400 /);
			expect(garbage).to.include('"code":"bad-request"');
			const flood = await sendBytes(
				port,
				`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
			);
			expect(flood).to.match(/^HTTP\/1.1 431 /);
			expect(flood).to.include('"code":"head-too-large"');
		});
	});
});
