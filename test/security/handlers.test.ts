import { getEventListeners } from "node:events";
import { expect } from "chai";
import type { HookEvent, Reply } from "../../src/event/webhook.ts";
import { Countdown } from "../../src/handler/countdown.ts";
import type { Deadline, Handler } from "../../src/handler/handler.ts";
import { handle } from "../../src/runtime/request/handle.ts";
import { createServices } from "../../src/runtime/services.ts";
import { ask, type Router, startRouter } from "../http/router.ts";
import { servedRoute } from "../runtime/served.ts";

type Handle = Handler["handle"];

describe("a handler that misbehaves", () => {
	const event = {} as HookEvent;
	const run = (work: Handle, drain: AbortSignal, timeoutMs = 5) =>
		handle(
			{
				route: servedRoute({ timeoutMs, handler: { handle: work } }),
				event,
				invalid: undefined,
			},
			[],
			{ ...createServices(), drain },
		);

	const looks: [what: string, work: Handle][] = [
		["answers at once", (_, { signal }) => void signal],
		[
			"throws",
			(_, { signal }) => {
				throw new Error(String(signal.aborted));
			},
		],
		["answers later", async (_, { signal }) => void signal],
		[
			"rejects",
			async (_, { signal }) => {
				throw new Error(String(signal.aborted));
			},
		],
		["never answers", (_, { signal }) => new Promise(() => signal)],
	];
	for (const [what, work] of looks) {
		it(`leaves no listener behind when it looks at its signal and ${what}`, async () => {
			const drain = new AbortController().signal;
			await run(work, drain);
			await run(work, drain);
			expect(getEventListeners(drain, "abort")).to.have.length(0);
		});
	}

	it("leaves no listener behind when it looks at its signal afterwards", async () => {
		const drain = new AbortController();
		let kept: Deadline | undefined;
		await run((_, deadline) => {
			kept = deadline;
			return undefined;
		}, drain.signal);
		expect(kept?.signal.aborted).to.equal(false);
		expect(getEventListeners(drain.signal, "abort")).to.have.length(0);
	});

	it("finds its signal aborted when it looks after its time", async () => {
		const countdown = new Countdown(1, new AbortController().signal);
		await countdown.race(new Promise(() => undefined)).catch(() => undefined);
		expect(countdown.signal.aborted).to.equal(true);
		expect(countdown.signal.reason).to.include({ code: "HANDLER_TIMEOUT" });
	});

	it("may reject after its time without anyone minding", async () => {
		const drain = new AbortController().signal;
		let fail = (_: Error): void => undefined;
		const late = new Promise<undefined>((_, reject) => {
			fail = reject;
		});
		const answer = await run(() => late, drain);
		expect(answer.reply.status).to.equal(503);
		fail(new Error("too late"));
		await late.catch(() => undefined);
	});

	for (const thrown of [
		null,
		undefined,
		0,
		"",
		Symbol("x"),
		{},
		Object.create(null),
	]) {
		for (const how of ["throw", "reject"]) {
			it(`may ${how} ${typeof thrown === "object" && thrown ? "an object" : String(thrown)}`, async () => {
				const drain = new AbortController().signal;
				const answer = await run(() => {
					if (how === "reject") return Promise.reject(thrown);
					throw thrown;
				}, drain);
				expect(answer.reply.status).to.equal(503);
				expect(answer.outcome).to.equal("failed");
			});
		}
	}

	describe("in its reply", () => {
		let router: Router;
		afterEach(() => router.close());
		const answerWith = async (reply: Reply) => {
			router = await startRouter({
				routes: [{ mode: "reply", handler: { handle: () => reply } }],
			});
			return ask(`${router.url}/hook`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: "{}",
			});
		};

		const unsendable: [what: string, headers: Record<string, string>][] = [
			["a line break in a header", { "x-a": "b\r\nSet-Cookie: c" }],
			["a header that is no token", { "x a": "b" }],
			["a character past latin-1", { "x-a": "\u20ac" }],
			["a trailer without chunks", { trailer: "x-a" }],
		];
		for (const [what, headers] of unsendable) {
			it(`is answered for, with ${what}`, async () => {
				const heard = await answerWith({ status: 200, headers, body: "a" });
				expect(heard).to.include({ status: 503, body: "" });
				expect(heard.headers).not.to.have.property("set-cookie");
				const { answer } = await router.visited(1);
				expect(answer.outcome).to.equal("failed");
				expect(answer.route?.name).to.equal("route-0");
				expect(router.faults).to.deep.equal([]);
			});
		}
	});
});
