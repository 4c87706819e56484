import { expect } from "chai";
import { type CallOptions, sendBytes, withListener } from "./listener.ts";

const SENT = {
	request: { method: "GET", path: "/a", query: "", body: "" },
	response: { status: 200, headers: {}, body: "", ms: 1 },
	outcome: { outcome: "received" },
};

describe("a body for the admin API", () => {
	const post = { method: "POST" } as const;
	const cases: readonly [string, CallOptions, number, string, RegExp][] = [
		["nothing", {}, 400, "bad-request", /no body/],
		["an empty text", { body: "" }, 400, "bad-request", /no body/],
		["broken JSON", { body: "{" }, 400, "bad-request", /not a JSON object/],
		["a text", { body: '"x"' }, 400, "bad-request", /not a JSON object/],
		["a list", { body: "[]" }, 400, "bad-request", /object/],
		["null", { body: "null" }, 400, "bad-request", /object/],
		[
			"a form",
			{
				body: "kind=a",
				headers: { "content-type": "application/x-www-form-urlencoded" },
			},
			415,
			"wrong-type",
			/Content-Type: application\/json/,
		],
		[
			"plain text, which any page may send",
			{ body: "{}", headers: { "content-type": "text/plain" } },
			415,
			"wrong-type",
			/JSON/,
		],
		[
			"no type",
			{ body: "{}", headers: { "content-type": "" } },
			415,
			"wrong-type",
			/JSON/,
		],
		[
			"an unknown encoding",
			{ body: "{}", headers: { "content-encoding": "zstd" } },
			415,
			"wrong-type",
			/uncompressed/,
		],
		[
			"more than a megabyte",
			{ body: JSON.stringify({ kind: "x".repeat(1_000_001) }) },
			413,
			"too-large",
			/1000000 bytes/,
		],
		[
			"a tower of lists",
			{ body: `{"kind":${"[".repeat(100_000)}${"]".repeat(100_000)}}` },
			400,
			"bad-request",
			/64 levels/,
		],
		[
			"a tower of objects",
			{ body: `${'{"a":'.repeat(100)}1${"}".repeat(100)}` },
			400,
			"bad-request",
			/64 levels/,
		],
		[
			"a prototype",
			{ body: '{"__proto__":{"kind":"a"}}' },
			400,
			"bad-request",
			/./,
		],
		[
			"an unknown property",
			{ body: '{"kind":"a","knid":"b"}' },
			400,
			"bad-request",
			/"knid" is unknown. Known are: kind, to,/,
		],
		[
			"a wrong type inside",
			{ body: '{"kind":7}' },
			400,
			"bad-request",
			/"kind" must be string/,
		],
	];
	for (const [name, options, status, code, detail] of cases) {
		it(`is refused as ${name}`, async () => {
			await withListener(
				async ({ call }) => {
					const called = await call("/api/v1/send", { ...post, ...options });
					expect([called.status, called.json().code]).to.deep.equal([
						status,
						code,
					]);
					expect(called.json().detail).to.match(detail);
				},
				{ router: { send: async () => SENT } },
			);
		});
	}

	it("may have brackets in its texts", async () => {
		await withListener(
			async ({ call }) => {
				const body = JSON.stringify({
					kind: `${"[{".repeat(200)}\\"${"]".repeat(3)}`,
				});
				expect((await call("/api/v1/send", { ...post, body })).status).to.equal(
					200,
				);
			},
			{ router: { send: async () => SENT } },
		);
	});

	it("is not read before the token is checked", async () => {
		await withListener(async ({ port }) => {
			// The body never comes. Without a token nobody waits for it.
			const answer = await sendBytes(
				port,
				"POST /api/v1/send HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n",
			);
			expect(answer).to.match(/^HTTP\/1.1 401 /);
			expect(answer.toLowerCase()).to.include("connection: close");
		});
	});

	it("is asked for, if its client waits for that, after the token is checked", async () => {
		await withListener(
			async ({ port, token }) => {
				const head = (authorization: string) =>
					`POST /api/v1/send HTTP/1.1\r\nhost: localhost\r\n${authorization}content-type: application/json\r\ncontent-length: 12\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n{"kind":"a"}`;
				const answer = await sendBytes(
					port,
					head(`authorization: Bearer ${token}\r\n`),
				);
				expect(answer).to.match(
					/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /,
				);
				expect(await sendBytes(port, head(""))).to.match(/^HTTP\/1.1 401 /);
			},
			{ router: { send: async () => SENT } },
		);
	});

	it("is refused where an operation takes none", async () => {
		await withListener(async ({ call }) => {
			for (const [method, path] of [
				["POST", "/api/v1/reload"],
				["GET", "/api/v1/router"],
			] as const) {
				const called = await call(path, { method, body: "{}" });
				expect(called.json().detail, path).to.equal(
					"This operation takes no body.",
				);
			}
		});
	});
});
