import { expect } from "chai";
import type { AdminOperation } from "../../src/admin/operation.ts";
import { AdminProblem } from "../../src/admin/problem.ts";
import { openEvents } from "./event-client.ts";
import { sendBytes, withListener } from "./listener.ts";

/** Operations with ids, parameters, an optional body, and a problem of their own. */
const THINGS: readonly AdminOperation[] = [
	{
		id: "getThing",
		method: "GET",
		path: "/things/:id",
		tag: "things",
		scope: "read",
		summary: "Returns a thing.",
		query: {
			type: "object",
			properties: {
				max: { type: "integer", minimum: 1, maximum: 5, default: 3 },
				is: { type: "boolean" },
				state: { type: "array", items: { enum: ["a", "b"] } },
				text: { type: "string", maxLength: 5 },
			},
		},
		answers: { 200: { description: "It." } },
		handle: ({ params, query, actor }) => ({ body: { params, query, actor } }),
	},
	{
		id: "changeThing",
		method: "POST",
		path: "/things/:id/change",
		tag: "things",
		scope: "operate",
		summary: "Changes a thing.",
		body: {
			type: "object",
			properties: { why: { type: "string", default: "none" } },
		},
		answers: { 202: { description: "Later." } },
		handle({ params, body }) {
			if (params.id === "busy")
				throw new AdminProblem("conflict", "It is busy. Try again later.");
			return {
				status: 202,
				headers: { Location: "/api/v1/jobs/1" },
				body: { body },
			};
		},
	},
	{
		id: "exportThings",
		method: "GET",
		path: "/things",
		tag: "things",
		scope: "read",
		summary: "Exports things.",
		answers: { 200: { description: "Lines.", type: "application/x-ndjson" } },
		handle: () => ({
			stream: { type: "application/x-ndjson", chunks: lines() },
		}),
	},
];

async function* lines() {
	for (let at = 0; at < 3; at++) yield `{"at":${at}}\n`;
}

const options = { operations: THINGS };

describe("the ids and parameters of an operation", () => {
	const ids: readonly [string, number, string?][] = [
		["01a22797-7e1c", 200, "01a22797-7e1c"],
		["a%20b", 200, "a b"],
		["%E2%82%AC", 200, "€"],
		["a+b", 200, "a+b"],
		["%00", 400],
		["%0a", 400],
		["%25", 400],
		["%2525", 400],
		["%", 400],
		["%ff", 400],
		["a%2Fb", 200, "a/b"],
		["..%2F..%2Fetc%2Fpasswd", 200, "../../etc/passwd"],
		["__proto__", 200, "__proto__"],
		["x".repeat(200), 200, "x".repeat(200)],
		["x".repeat(201), 400],
		["", 404],
	];
	it("are decoded once, and refused where no id has such a sign", async () => {
		await withListener(async ({ call }) => {
			for (const [sent, status, id] of ids) {
				const called = await call(`/api/v1/things/${sent}`);
				const label = sent.slice(0, 40);
				expect(called.status, label).to.equal(status);
				if (id !== undefined)
					expect(called.json().params).to.deep.equal({ id });
			}
		}, options);
	});

	const queries: readonly [string, unknown][] = [
		["", { max: 3 }],
		["max=5&is=true", { max: 5, is: true }],
		["state=a", { max: 3, state: ["a"] }],
		["state=a&state=b", { max: 3, state: ["a", "b"] }],
		["text=%C3%A4%2B+", { max: 3, text: "ä+ " }],
		["max=6", 'The parameter "max" must be <= 5.'],
		["max=1.5", 'The parameter "max" must be integer.'],
		["max=", 'The parameter "max" must be integer.'],
		["max=1&max=2", 'The parameter "max" is given twice. Give it once.'],
		[
			"state=c",
			'The parameter "state.0" must be equal to one of the allowed values: a, b.',
		],
		[
			"text=123456",
			'The parameter "text" must NOT have more than 5 characters.',
		],
		["text=a%00b", 'The parameter "text" contains a NUL.'],
		[
			"__proto__=1",
			'The parameter "__proto__" is unknown. Known are: max, is, state, text.',
		],
		[
			"constructor[x]=1",
			'The parameter "constructor[x]" is unknown. Known are: max, is, state, text.',
		],
	];
	it("are read by the schema, and a wrong one is named", async () => {
		await withListener(async ({ call }) => {
			for (const [query, expected] of queries) {
				const { json } = await call(`/api/v1/things/x?${query}`);
				expect(
					json()[typeof expected === "string" ? "detail" : "query"],
					query,
				).to.deep.equal(expected);
			}
		}, options);
	});

	it("may come with a body or without", async () => {
		await withListener(async ({ call }) => {
			const change = (body?: string) =>
				call("/api/v1/things/x/change", {
					method: "POST",
					...(body !== undefined && { body }),
				});
			const bare = await change();
			expect([bare.status, bare.headers.location]).to.deep.equal([
				202,
				"/api/v1/jobs/1",
			]);
			expect(bare.json()).to.deep.equal({ body: { why: "none" } });
			expect((await change('{"why":"x"}')).json()).to.deep.equal({
				body: { why: "x" },
			});
			expect((await change("{}")).status).to.equal(202);
		}, options);
	});

	it("get the problem that an operation throws", async () => {
		await withListener(async ({ call }) => {
			const called = await call("/api/v1/things/busy/change", {
				method: "POST",
			});
			expect([called.status, called.json().detail]).to.deep.equal([
				409,
				"It is busy. Try again later.",
			]);
		}, options);
	});

	it("stream what an operation yields", async () => {
		await withListener(async ({ call }) => {
			const { text, headers } = await call("/api/v1/things");
			expect(text).to.equal('{"at":0}\n{"at":1}\n{"at":2}\n');
			expect(headers["content-type"]).to.equal("application/x-ndjson");
		}, options);
	});

	it("do not break the head of an answer", async () => {
		await withListener(async ({ port, token }) => {
			const answer = await sendBytes(
				port,
				`GET /api/v1/things/a%0d%0aSet-Cookie:x=y HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
			);
			expect(answer).to.match(/^HTTP\/1.1 400 /);
			expect(answer.toLowerCase()).to.not.include("set-cookie");
		}, options);
	});

	it("are told to those who watch, if something was changed", async () => {
		await withListener(async ({ call, feed }) => {
			const seen: unknown[] = [];
			const end = feed.watch((event) => seen.push(event));
			await call("/api/v1/things/x");
			await call("/api/v1/things/busy/change", { method: "POST" });
			await call("/api/v1/things/x/change", { method: "POST" });
			end();
			expect(seen).to.have.length(1);
			expect(seen[0]).to.deep.include({
				type: "action",
				actor: "local",
				operation: "changeThing",
				params: { id: "x" },
			});
		}, options);
	});
});

describe("a slow client of the event stream", () => {
	it("costs bounded memory, and hears how much it missed", async () => {
		await withListener(async ({ port, token, feed }) => {
			const slow = await openEvents(port, "/api/v1/events", { token });
			slow.pause();
			const reason = "x".repeat(1000);
			// Apart enough to be within the limit of a second.
			const everyMs = 10;
			for (let round = 0; round < 200; round++) {
				for (let at = 0; at < 100; at++) {
					feed.publish({
						...{ type: "delivery", id: "1", route: "a" },
						at: (round * 100 + at) * everyMs,
						...{ kind: "sms.inbound", outcome: "waiting", reason },
					} as const);
				}
				// The stream writes between the rounds, until the socket is full.
				await new Promise((done) => setImmediate(done));
			}
			slow.resume();
			const { data } = await slow.next("skipped");
			expect(data.count).to.be.a("number").and.greaterThan(1000);
			slow.close();
		});
	});
});
