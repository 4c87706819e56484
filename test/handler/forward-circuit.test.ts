import { expect } from "chai";
import { createForwardHandler } from "../../src/handler/forward/forward.ts";
import { createUpstreams } from "../../src/handler/forward/upstream.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { isRetryLater } from "../../src/plugin/steer.ts";
import {
	closeAll,
	failureOf,
	forwardTo,
	handle,
	initOf,
	serve,
	serveRaw,
} from "./forward-tools.ts";

describe("the circuit of an upstream", () => {
	let now = 0;
	let lines: unknown[][] = [];
	const upstreamsOf = () =>
		createUpstreams({
			now: () => now,
			random: () => 0.999_999,
		});
	const log = {
		warn: (...line: unknown[]) => void lines.push(["warn", ...line]),
		info: (...line: unknown[]) => void lines.push(["info", ...line]),
	};

	beforeEach(() => {
		now = 1000;
		lines = [];
	});
	afterEach(closeAll);

	it("keeps events from an upstream that fails, and no attempt counts", async () => {
		const { url, received } = await serve(503);
		const handler = await forwardTo(url, { upstreams: upstreamsOf(), log });
		await fail(handler, 5);
		expect(restOf(handler)).to.equal(1000);
		const error = await failureOf(handle(handler));
		expect(isRetryLater(error)).to.equal(true);
		expect(error).to.include({ restMs: 1000, isUncounted: true });
		expect(error.message).to.equal(
			`${url} fails again and again: it is not tried for another 1000 ms`,
		);
		expect(received).to.have.length(5);
	});

	it("tries with one event after the pause, and lets all pass when it was taken", async () => {
		let status = 503;
		let arrived = (): void => {};
		const { url, received } = await serve((response) => {
			arrived();
			if (status === 200) setImmediate(() => response.writeHead(200).end());
			else response.writeHead(status).end();
		});
		const handler = await forwardTo(url, { upstreams: upstreamsOf(), log });
		await fail(handler, 5);
		now += 1000;
		expect(restOf(handler)).to.equal(0);
		status = 200;
		const isThere = new Promise<void>((resolve) => {
			arrived = resolve;
		});
		const probe = handle(handler);
		await isThere;
		expect(await failureOf(handle(handler))).to.include({ isUncounted: true });
		await probe;
		await Promise.all([handle(handler), handle(handler)]);
		expect(received).to.have.length(8);
	});

	it("says once what opened it, and once that it closed", async () => {
		let status = 503;
		const { url } = await serve((response) => response.writeHead(status).end());
		const handler = await forwardTo(url, { upstreams: upstreamsOf(), log });
		await fail(handler, 4);
		await failureOf(handle(handler, { id: "the-fifth" }));
		await fail(handler, 2);
		now += 1000;
		await fail(handler, 1);
		now += 2000;
		status = 200;
		await handle(handler, { id: "good" });
		await handle(handler);
		const route = "inbound-sms";
		const reason = "answered 503";
		expect(lines).to.deep.equal([
			[
				"warn",
				{ upstream: url, route, id: "the-fifth", reason, pauseMs: 1000 },
				"the upstream fails again and again: it is given a rest, then probed",
			],
			[
				"info",
				{ upstream: url, route, id: "good", openMs: 3000 },
				"the upstream answers again",
			],
		]);
	});

	for (const status of [502, 503, 504])
		it(`counts ${status}, which says that nobody is there`, async () => {
			const { url } = await serve(status);
			const handler = await forwardTo(url, { upstreams: upstreamsOf() });
			await fail(handler, 5);
			expect(restOf(handler)).to.equal(1000);
		});

	for (const status of [400, 404, 408, 425, 429, 500, 501, 507, 520])
		it(`does not count ${status}, which is about one event`, async () => {
			const { url } = await serve(status);
			const handler = await forwardTo(url, { upstreams: upstreamsOf() });
			await fail(handler, 12);
			expect(handler.caution?.()).to.equal(undefined);
		});

	it("uses up no try of an event that finds nobody there as a probe, and keeps to Retry-After", async () => {
		const { url } = await serve((response) =>
			response.writeHead(503, { "retry-after": "7" }).end(),
		);
		const handler = await forwardTo(url, { upstreams: upstreamsOf() });
		await fail(handler, 5);
		now += 1000;
		expect(await failureOf(handle(handler))).to.include({
			isUncounted: true,
			afterMs: 7000,
			restMs: 2000,
		});
	});

	it("uses up no try of an event that has no answer as a probe", async () => {
		const hanging = await serveRaw((socket) => void socket.resume());
		const handler = await forwardTo(hanging.url, {
			upstreams: upstreamsOf(),
			settings: { timeoutMs: 10 },
		});
		await fail(handler, 5);
		now += 1000;
		expect(await failureOf(handle(handler, { id: "other" }))).to.include({
			isUncounted: true,
			restMs: 2000,
		});
		expect(handler.caution?.()?.avoid.at(-1)).to.equal("other");
	});

	it("counts an event that makes the service hang no more, once another was answered", async () => {
		const { url } = await serve((response, { body }) => {
			if (body !== "bad") response.writeHead(200).end();
		});
		const handler = await forwardTo(url, { upstreams: upstreamsOf() });
		const bad = { id: "bad", raw: Buffer.from("bad") };
		// Only what is never answered has a limit: the other answer may take its time on a busy machine.
		const hang = () => failureOf(handle(handler, bad, { timeoutMs: 10 }));
		await hang();
		await handle(handler, { id: "good" });
		for (let times = 0; times < 7; times += 1) await hang();
		expect(handler.caution?.()).to.equal(undefined);
	});

	it("counts faults of the connection and answers that do not come", async () => {
		const gone = await serve(200);
		await gone.close();
		const hanging = await serveRaw((socket) => void socket.resume());
		for (const { url } of [gone, hanging]) {
			const handler = await forwardTo(url, {
				upstreams: upstreamsOf(),
				settings: { timeoutMs: 10 },
			});
			await fail(handler, 5);
			expect(restOf(handler), url).to.equal(1000);
		}
	});

	it("counts neither refusals nor what was broken off here", async () => {
		const drain = new AbortController();
		const { url } = await serve((response) => response.writeHead(429).end());
		const handler = await forwardTo(url, { upstreams: upstreamsOf(), log });
		await fail(handler, 6);
		drain.abort();
		for (let times = 0; times < 6; times += 1) {
			await failureOf(handle(handler, {}, { drain: drain.signal }));
		}
		await failureOf(handle(handler, { method: "a b" }));
		expect(handler.caution?.()).to.equal(undefined);
		expect(lines).to.deep.equal([]);
	});

	it("does not count a 503 that means success", async () => {
		const { url } = await serve(503);
		const handler = await forwardTo(url, {
			upstreams: upstreamsOf(),
			settings: { successStatus: [{ from: 200, to: 599 }] },
		});
		for (let times = 0; times < 6; times += 1) await handle(handler);
		expect(handler.caution?.()).to.equal(undefined);
	});

	it("fails at once in reply mode while it is open, and is tried each second", async () => {
		const { url, received } = await serve(503);
		const handler = await forwardTo(url, {
			upstreams: upstreamsOf(),
			mode: "reply",
			kind: REPLY,
		});
		await fail(handler, 5);
		const error = await failureOf(handle(handler));
		expect(error.code).to.equal("UPSTREAM_FAILED");
		expect(received).to.have.length(5);
		for (let times = 1; times < 9; times += 1) {
			now += 1000;
			await fail(handler, 2);
			expect(received).to.have.length(5 + times);
		}
	});

	it("is a route's own: what one sends, turns nobody away from another", async () => {
		const upstreams = upstreamsOf();
		const { url } = await serve((response, { url: path }) =>
			response.writeHead(path === "/a" ? 503 : 200).end(),
		);
		const of = (path: string, mode: "accept" | "reply") =>
			forwardTo(`${url}/${path}`, {
				upstreams,
				mode,
				kind: REPLY,
				route: { ...initOf(url).route, name: path },
			});
		const [first, second] = [await of("a", "accept"), await of("b", "accept")];
		const caller = await of("c", "reply");
		await fail(first, 5);
		expect(restOf(first)).to.equal(1000);
		await handle(second);
		expect(await handle(caller)).to.include({ status: 200 });
		expect(upstreams.states()).to.deep.equal([
			{ name: url, route: "a", circuit: "open" },
			{ name: url, route: "b", circuit: "closed" },
			{ name: url, route: "c", circuit: "closed" },
		]);
	});

	it("leaves callers connections of their own", async () => {
		const upstreams = upstreamsOf();
		const held: (() => void)[] = [];
		const { url } = await serve((response, { url: path }) => {
			if (path === "/c") response.writeHead(200).end();
			else held.push(() => void response.writeHead(200).end());
		});
		const settings = { connections: 1 };
		const message = await forwardTo(`${url}/a`, { upstreams, settings });
		const caller = await forwardTo(`${url}/c`, {
			upstreams,
			settings,
			mode: "reply",
			kind: REPLY,
		});
		const work = [handle(message), handle(message)];
		expect(await handle(caller)).to.include({ status: 200 });
		let isDone = false;
		const all = Promise.all(work).then(() => {
			isDone = true;
		});
		while (!isDone) {
			held.shift()?.();
			await new Promise(setImmediate);
		}
		await all;
	});

	it("is another one for another `ca` or Host, as these may be what failed", async () => {
		const upstreams = upstreamsOf();
		const { url } = await serve(503);
		await fail(await forwardTo(url, { upstreams }), 5);
		const settings = { headers: { host: "other.example" } };
		const other = await forwardTo(url, { upstreams, settings });
		expect(other.caution?.()).to.equal(undefined);
	});

	it("lives as long as one handler uses it, as at a reload", async () => {
		const upstreams = upstreamsOf();
		const { url } = await serve(503);
		const make = async (): Promise<Handler> => {
			const made = await createForwardHandler(initOf(url, { upstreams }));
			return made.handler as Handler;
		};
		const old = await make();
		await fail(old, 5);
		const next = await make();
		await old.close?.();
		await old.close?.();
		expect(restOf(next)).to.equal(1000);
		await next.close?.();
		expect((await make()).caution?.()).to.equal(undefined);
	});
});

// --- helpers ---

const REPLY = {
	name: "a",
	reply: { body: "any", required: false },
} as const;

let made = 0;

/** Events that fail, each another. */
async function fail(handler: Handler, times: number): Promise<void> {
	for (let count = 0; count < times; count += 1) {
		await failureOf(handle(handler, { id: `event-${made++}` }));
	}
}

function restOf(handler: Handler): number {
	return handler.caution?.()?.restMs ?? Number.NaN;
}
