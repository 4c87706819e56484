import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { HookEvent, Reply } from "../../src/event/webhook.ts";
import { parseAddress } from "../../src/gate/address.ts";
import { ClientLimits } from "../../src/gate/client-limits.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { createStack } from "../../src/route/stack.ts";
import { Occupancy } from "../../src/runtime/occupancy.ts";
import type { Inbound } from "../../src/runtime/request/inbound.ts";
import { receive } from "../../src/runtime/request/pipeline.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import type { Surroundings } from "../../src/runtime/services.ts";
import { createServices } from "../../src/runtime/services.ts";
import { fakeKind, matchOf } from "../route/kinds.ts";
import { servedRoute } from "./served.ts";

const AROUND: Surroundings = {
	drain: new AbortController().signal,
	occupancy: new Occupancy(),
	...createServices(),
};
const SORRY: Reply = { status: 200, headers: {}, body: "sorry" };
const saying = (body: string): Handler => ({
	handle: () => ({ status: 200, headers: {}, body }),
});

function served(over: Partial<ServedRoute> = {}): ServedRoute {
	return servedRoute({
		kind: fakeKind("test.any", "any", {
			levels: ["app"],
			contentTypes: ["query", "json"],
		}),
		handler: saying("hello"),
		...over,
	});
}

function post(payload: unknown, over: Partial<Inbound> = {}): Inbound {
	return {
		method: "POST",
		path: "/x",
		query: "",
		headers: { "content-type": "application/json" },
		client: { address: undefined, found: "test" },
		params: {},
		receivedAt: 0,
		hasBody: true,
		read: async () => Buffer.from(JSON.stringify(payload)),
		unpack: () => undefined,
		...over,
	};
}

const get = (query: string): Inbound =>
	post(
		{},
		{
			method: "GET",
			query,
			hasBody: false,
			headers: {},
			read: () => Promise.reject(new Error("it was read")),
		},
	);

function stackOf(...routes: ServedRoute[]) {
	return createStack("/x", routes, {
		firewall: createFirewall(["any"], undefined),
		onDenied: "reject",
		onUnsigned: "reject",
		signature: UNSIGNED,
		bodyLimitBytes: 100,
	});
}

const codeOf = (error: unknown): string =>
	error instanceof HookError ? error.code : String(error);

describe("the pipeline", () => {
	it("answers a reply route with what its handler says", async () => {
		const { reply, outcome } = await receive(
			stackOf(served()),
			post({}),
			AROUND,
		);
		expect({ body: reply.body, outcome }).to.deep.equal({
			body: "hello",
			outcome: "handled",
		});
	});

	it("answers 429 beyond the limit of a path, by client, before it reads the body", async () => {
		const limits = new ClientLimits();
		const around = { ...AROUND, limits };
		const limited = {
			...stackOf(served()),
			...{ path: "/x", limit: { intervalMs: 500, burst: 2 } },
		};
		const ask = async (text: string, receivedAt: number, stack = limited) => {
			const client = { address: parseAddress(text), found: "" };
			const request = { ...post({}), client, receivedAt };
			return (await receive(stack, request, around)).reply;
		};
		const statuses = [];
		for (const [text, at] of [
			["192.0.2.1", 0],
			["192.0.2.1", 0],
			["192.0.2.1", 100],
			["192.0.2.2", 100],
			["192.0.2.1", 500],
			["192.0.2.1", 501],
		] as const)
			statuses.push((await ask(text, at)).status);
		expect(statuses).to.deep.equal([200, 200, 429, 200, 200, 429]);
		const refused = await ask("192.0.2.1", 501);
		expect(refused.headers["retry-after"]).to.equal("1");
		expect(
			(await ask("192.0.2.1", 501, stackOf(served()) as never)).status,
		).to.equal(200);
		const unread = {
			...post({}),
			client: { address: parseAddress("192.0.2.1"), found: "" },
		};
		const answer = await receive(
			limited,
			{
				...{ ...unread, receivedAt: 501, hasBody: true },
				read: () => Promise.reject(new Error("it was read")),
			},
			around,
		);
		expect((answer.error as { code?: string } | undefined)?.code).to.equal(
			"LIMIT_EXCEEDED",
		);
	});

	it("waits for another process that counts", async () => {
		const limited = {
			...stackOf(served()),
			limit: { intervalMs: 1, burst: 1 },
		};
		for (const [waitMs, status] of [
			[0, 200],
			[1, 429],
		] as const) {
			const limits = { take: async () => waitMs };
			const { reply } = await receive(limited, post({}), {
				...AROUND,
				limits,
			});
			expect(reply.status).to.equal(status);
		}
	});

	it("answers an accept route with an empty 200, whatever its handler says", async () => {
		const { reply } = await receive(
			stackOf(served({ mode: "accept" })),
			post({}),
			AROUND,
		);
		expect(reply).to.deep.include({ status: 200, body: undefined });
	});

	it("answers an empty 200 where the handler has nothing to say", async () => {
		const quiet: Handler = { handle: async () => undefined };
		const { reply } = await receive(
			stackOf(served({ handler: quiet })),
			post({}),
			AROUND,
		);
		expect(reply).to.deep.include({ status: 200, body: undefined });
	});

	const failures: [what: string, handler: Handler, code: string][] = [
		[
			"throws",
			{
				handle: () => {
					throw new Error("oops");
				},
			},
			"HANDLER_FAILED",
		],
		[
			"rejects",
			{ handle: () => Promise.reject(new Error("oops")) },
			"HANDLER_FAILED",
		],
		[
			"throws what is no Error",
			{
				handle: () => {
					throw "oops";
				},
			},
			"HANDLER_FAILED",
		],
		[
			"builds an invalid NCCO",
			{
				handle: () => {
					throw new HookError("NCCO_INVALID");
				},
			},
			"NCCO_INVALID",
		],
		[
			"never settles",
			{ handle: () => new Promise(() => {}) },
			"HANDLER_TIMEOUT",
		],
	];
	for (const [what, handler, code] of failures) {
		it(`answers 503 when a handler ${what}`, async () => {
			const { reply, outcome, error } = await receive(
				stackOf(served({ handler, timeoutMs: 5 })),
				post({}),
				AROUND,
			);
			expect({
				status: reply.status,
				outcome,
				code: codeOf(error),
			}).to.deep.equal({ status: 503, outcome: "failed", code });
		});

		it(`answers the fallback when a handler ${what}`, async () => {
			const route = served({
				handler,
				timeoutMs: 5,
				fallback: saying("sorry"),
			});
			const { reply, outcome, error } = await receive(
				stackOf(route),
				post({}),
				AROUND,
			);
			expect({ body: reply.body, outcome }).to.deep.equal({
				body: SORRY.body,
				outcome: "fallback",
			});
			expect(error).to.not.equal(undefined);
		});
	}

	for (const [code, onAccept] of [
		["HANDLER_FAILED", 500],
		["HANDLER_REPLY", 500],
		["NCCO_INVALID", 500],
		["UPSTREAM_FAILED", 502],
		["INTERNAL", 500],
	] as const) {
		it(`answers ${code} with 503 on a reply route, as the platform asks once more after it, and with ${onAccept} on an accept route`, async () => {
			const handler: Handler = {
				handle: () => Promise.reject(new HookError(code)),
			};
			const statuses: number[] = [];
			for (const mode of ["reply", "accept"] as const) {
				const stack = stackOf(served({ mode, handler }));
				statuses.push((await receive(stack, post({}), AROUND)).reply.status);
			}
			expect(statuses).to.deep.equal([503, onAccept]);
		});
	}

	it("answers 503 when the handler and the fallback fail", async () => {
		const failing: Handler = {
			handle: () => Promise.reject(new HookError("NCCO_INVALID")),
		};
		const { reply, error } = await receive(
			stackOf(served({ handler: failing, fallback: failing })),
			post({}),
			AROUND,
		);
		expect([reply.status, codeOf(error)]).to.deep.equal([
			503,
			"HANDLER_FAILED",
		]);
	});

	const faulty = fakeKind("test.faulty", "any", {
		decode: () => {
			throw new TypeError("a fault of the router's own");
		},
	});
	for (const [modes, status] of [
		[["reply"], 503],
		[["accept"], 500],
		[["accept", "reply"], 503],
	] as const) {
		it(`answers ${status} to a fault before the route is known, where the path has modes ${modes}`, async () => {
			const stack = stackOf(
				...modes.map((mode) => served({ mode, name: mode, kind: faulty })),
			);
			const { reply, outcome } = await receive(stack, post({}), AROUND);
			expect([reply.status, outcome]).to.deep.equal([status, "failed"]);
		});
	}

	it("answers 500 when an accept route is late, so that the webhook comes again", async () => {
		const handler: Handler = {
			handle: () => new Promise(() => {}),
		};
		const route = served({ mode: "accept", handler, timeoutMs: 5 });
		const { reply, error } = await receive(stackOf(route), post({}), AROUND);
		expect(reply.status).to.equal(500);
		expect((error as Error).message).to.contain("5 ms");
	});

	it("names in Allow what a route takes, and no probe", async () => {
		const kind = fakeKind("test.sms", "any", {
			settings: { account: { rest: "moCallBackUrl" } },
		});
		const { error } = await receive(
			stackOf(served({ kind })),
			get("a=1"),
			AROUND,
		);
		expect((error as HookError).headers).to.deep.equal({ allow: "POST" });
	});

	it("aborts the handler's signal at the timeout", async () => {
		let signal: AbortSignal | undefined;
		const slow: Handler = {
			handle(_event, deadline) {
				signal = deadline.signal;
				return new Promise(() => {});
			},
		};
		await receive(
			stackOf(served({ handler: slow, timeoutMs: 5 })),
			post({}),
			AROUND,
		);
		expect(signal?.aborted).to.equal(true);
	});

	it("aborts the handler's signal when the router stops", async () => {
		const stop = new AbortController();
		const waiting: Handler = {
			handle: (_event, { signal }) =>
				new Promise((_, reject) =>
					signal.addEventListener("abort", () => reject(signal.reason)),
				),
		};
		const answer = receive(stackOf(served({ handler: waiting })), post({}), {
			...AROUND,
			drain: stop.signal,
		});
		await Promise.resolve();
		stop.abort(new Error("stopping"));
		expect((await answer).outcome).to.equal("failed");
	});

	describe("with an invalid payload", () => {
		const kind = fakeKind("test.any", "any", {
			validate: () => [{ path: "/to", message: "is missing" }],
		});
		const never: Handler = {
			handle: () => expect.fail("it was handled"),
		};

		it("answers 422 and hands nothing on", async () => {
			const { reply, outcome, error } = await receive(
				stackOf(served({ kind, handler: never })),
				post({}),
				AROUND,
			);
			expect({
				status: reply.status,
				outcome,
				code: codeOf(error),
			}).to.deep.equal({
				status: 422,
				outcome: "invalid",
				code: "PAYLOAD_INVALID",
			});
			expect((error as Error).message).to.equal("/to is missing");
		});

		it("answers the fallback of a reply route", async () => {
			const { reply, outcome } = await receive(
				stackOf(served({ kind, handler: never, fallback: saying("sorry") })),
				post({}),
				AROUND,
			);
			expect({ body: reply.body, outcome }).to.deep.equal({
				body: "sorry",
				outcome: "fallback",
			});
		});

		it("lets it pass where the route only reports", async () => {
			const { reply, outcome, reports } = await receive(
				stackOf(served({ kind, onInvalid: "report" })),
				post({}),
				AROUND,
			);
			expect({
				body: reply.body,
				outcome,
				reports: reports.map(codeOf),
			}).to.deep.equal({
				body: "hello",
				outcome: "handled",
				reports: ["PAYLOAD_INVALID"],
			});
		});
	});

	describe("with several kinds on one path", () => {
		const stack = stackOf(
			served({
				name: "wide",
				kind: fakeKind("test.wide", "a", { precedence: 1 }),
				handler: saying("wide"),
			}),
			served({
				name: "near",
				kind: fakeKind("test.near", "b", { precedence: 2 }),
				handler: saying("near"),
			}),
		);

		it("asks the kind of the higher precedence first", async () => {
			expect(
				(await receive(stack, post({ a: 1, b: 1 }), AROUND)).reply.body,
			).to.equal("near");
			expect(
				(await receive(stack, post({ a: 1 }), AROUND)).reply.body,
			).to.equal("wide");
		});

		it("answers 422 to what none of them knows", async () => {
			const { error } = await receive(stack, post({ c: 1 }), AROUND);
			expect(codeOf(error)).to.equal("PAYLOAD_UNRECOGNIZED");
		});

		it("does not ask them about what is no object", async () => {
			for (const payload of [[], null, 1, "a"]) {
				const { error } = await receive(stack, post(payload), AROUND);
				expect(codeOf(error)).to.equal("PAYLOAD_UNRECOGNIZED");
			}
		});
	});

	it("answers 404 where no match fits", async () => {
		const route = served({ match: matchOf({ to: "1" }) });
		const { reply, error } = await receive(
			stackOf(route),
			post({ to: "2" }),
			AROUND,
		);
		expect({ status: reply.status, code: codeOf(error) }).to.deep.equal({
			status: 404,
			code: "PAYLOAD_UNROUTED",
		});
	});

	describe("asked whether the URL answers", () => {
		const never: Handler = {
			handle: () => expect.fail("it was handled"),
		};
		const probed = served({
			handler: never,
			kind: fakeKind("test.sms", "any", {
				settings: { account: { rest: "moCallBackUrl" } },
			}),
		});
		const outcomeOf = async (route: ServedRoute, request: Inbound) => {
			const { outcome, reply } = await receive(stackOf(route), request, AROUND);
			return `${outcome} ${reply.status}`;
		};

		it("answers the bare GET of an account's or number's URL, even of one for POST only", async () => {
			expect(await outcomeOf(probed, get(""))).to.equal("probe 200");
		});

		it("answers no bare GET of other URLs", async () => {
			expect(await outcomeOf(served({ handler: never }), get(""))).to.equal(
				"unknown 405",
			);
		});

		it("takes a GET with a query or a body for a webhook", async () => {
			expect(await outcomeOf(probed, get("a=1"))).to.equal("unknown 405");
			expect(
				await outcomeOf(probed, post("Hello World", { method: "GET" })),
			).to.equal("unknown 405");
		});

		it("answers a HEAD without handling it", async () => {
			const head = post({}, { method: "HEAD", hasBody: false });
			expect(await outcomeOf(probed, head)).to.equal("probe 200");
			expect(
				await outcomeOf(served({ handler: never, methods: ["GET"] }), head),
			).to.equal("probe 200");
			expect(await outcomeOf(served({ handler: never }), head)).to.equal(
				"unknown 405",
			);
		});

		it("asks a file about a HEAD", async () => {
			const file: Handler = {
				handle: ({ method }: HookEvent) => ({
					status: 200,
					headers: {},
					body: method,
				}),
			};
			const { reply } = await receive(
				stackOf(served({ methods: ["GET"], handler: file, isFetched: true })),
				{ ...get(""), method: "HEAD" },
				AROUND,
			);
			expect(reply.body).to.equal("HEAD");
		});
	});
});
