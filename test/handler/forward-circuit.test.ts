import { expect } from "chai";
import { createForwardHandler } from "../../src/handler/forward.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { createUpstreams } from "../../src/handler/upstream.ts";
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
		expect(handler.pauseMs?.()).to.equal(1000);
		const error = await failureOf(handle(handler));
		expect(isRetryLater(error)).to.equal(true);
		expect(error).to.include({ afterMs: 1000, isUncounted: true });
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
		expect(handler.pauseMs?.()).to.equal(0);
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

	it("says once that it opened, and once that it closed", async () => {
		let status = 500;
		const { url } = await serve((response) => response.writeHead(status).end());
		const handler = await forwardTo(url, { upstreams: upstreamsOf(), log });
		await fail(handler, 7);
		now += 1000;
		await fail(handler, 1);
		now += 2000;
		status = 200;
		await handle(handler);
		await handle(handler);
		expect(lines).to.deep.equal([
			[
				"warn",
				{ upstream: url, pauseMs: 1000 },
				"the upstream fails again and again: it is given a rest, then probed",
			],
			["info", { upstream: url }, "the upstream answers again"],
		]);
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
			expect(handler.pauseMs?.(), url).to.equal(1000);
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
		expect(handler.pauseMs?.()).to.equal(0);
		expect(lines).to.deep.equal([]);
	});

	it("does not count a 5xx that means success", async () => {
		const { url } = await serve(501);
		const handler = await forwardTo(url, {
			upstreams: upstreamsOf(),
			settings: { successStatus: [{ from: 200, to: 599 }] },
		});
		for (let times = 0; times < 6; times += 1) await handle(handler);
		expect(handler.pauseMs?.()).to.equal(0);
	});

	it("fails at once in reply mode while it is open", async () => {
		const { url, received } = await serve(500);
		const kind = {
			name: "a",
			reply: { body: "any", required: false },
		} as const;
		const handler = await forwardTo(url, {
			upstreams: upstreamsOf(),
			mode: "reply",
			kind,
		});
		await fail(handler, 5);
		const error = await failureOf(handle(handler));
		expect(error.code).to.equal("UPSTREAM_FAILED");
		expect(received).to.have.length(5);
	});

	it("is shared by the handlers of an origin, and by no other", async () => {
		const upstreams = upstreamsOf();
		const [bad, good] = [await serve(500), await serve(200)];
		const first = await forwardTo(`${bad.url}/a`, { upstreams });
		const second = await forwardTo(`${bad.url}/b`, {
			upstreams,
			settings: { connectTimeoutMs: 1234 },
		});
		const third = await forwardTo(good.url, { upstreams });
		await fail(first, 5);
		expect(second.pauseMs?.()).to.equal(1000);
		expect(third.pauseMs?.()).to.equal(0);
		expect(upstreams.states()).to.deep.equal([
			{ name: bad.url, circuit: "open" },
			{ name: good.url, circuit: "closed" },
		]);
	});

	it("is another one for another `ca` or Host, as these may be what failed", async () => {
		const upstreams = upstreamsOf();
		const { url } = await serve(500);
		await fail(await forwardTo(url, { upstreams }), 5);
		const settings = { headers: { host: "other.example" } };
		const other = await forwardTo(url, { upstreams, settings });
		expect(other.pauseMs?.()).to.equal(0);
	});

	it("lives as long as one handler uses it, as at a reload", async () => {
		const upstreams = upstreamsOf();
		const { url } = await serve(500);
		const make = async (): Promise<Handler> => {
			const made = await createForwardHandler(initOf(url, { upstreams }));
			return made.handler as Handler;
		};
		const old = await make();
		await fail(old, 5);
		const next = await make();
		await old.close?.();
		await old.close?.();
		expect(next.pauseMs?.()).to.equal(1000);
		await next.close?.();
		expect((await make()).pauseMs?.()).to.equal(0);
	});
});

// --- helpers ---

async function fail(handler: Handler, times: number): Promise<void> {
	for (let count = 0; count < times; count += 1) {
		await failureOf(handle(handler));
	}
}
