import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { createUpstreams } from "../../src/handler/forward/upstream.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { packEnvelope } from "../../src/inbox/port/envelope.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import type { RetryPolicy } from "../../src/inbox/port/retry.ts";
import { createDelivery } from "../../src/runtime/inbox/deliver.ts";
import { createRandom } from "../crash/random.ts";
import {
	closeAll,
	forwardTo,
	handle,
	initOf,
	type Received,
	serve,
} from "../handler/forward-tools.ts";
import { rest } from "../inbox/hand-timing.ts";
import { type Bench, bench, many } from "../inbox/worker-bench.ts";
import { servedRoute } from "./served.ts";

/** What a service does with a message. */
type Service = (response: ServerResponse, received: Received) => void;

describe("bad messages among good ones and calls", () => {
	afterEach(closeAll);

	for (const [what, bad] of [
		["a 500", (response) => void response.writeHead(500).end()],
		["a 501", (response) => void response.writeHead(501).end()],
		["silence", () => {}],
		["a connection that breaks", (response) => void response.destroy()],
		["a 502", (response) => void response.writeHead(502).end()],
		["a 503", (response) => void response.writeHead(503).end()],
		["a 504", (response) => void response.writeHead(504).end()],
	] as const satisfies readonly (readonly [string, Service])[])
		it(`that are answered with ${what}: the good ones come within seconds, and no caller is turned away`, async () => {
			const course = await play(
				(response, received) =>
					received.body.includes("bad")
						? bad(response)
						: void response.writeHead(200).end(),
				{ timeoutMs: what === "silence" ? SILENCE_MS : undefined },
			);
			await course.send(what === "silence" ? 12 : 20, "bad");
			await course.send(30, "good");
			for (let second = 0; second < 10; second++) {
				await course.pass(1000);
				await course.call();
			}
			expect(course.delivered()).to.equal(30);
			await course.send(1, "good");
			await course.send(5, "bad");
			await course.send(1, "good");
			await course.pass(6000);
			expect(course.delivered(), "in the midst of retries").to.equal(32);
			for (let minute = 0; minute < 5; minute++) {
				await course.send(1, "good");
				await course.pass(60_000);
				await course.call();
				expect(course.delivered()).to.equal(33 + minute);
			}
			const tries = course.triesOf("bad");
			// They back off by themselves, as each of them would alone.
			expect(Math.max(...tries)).to.be.at.most(12);
		});

	it("are held to nobody's account but theirs, whatever came first", async () => {
		const course = await play(
			(response, received) => {
				if (!received.body.includes("bad")) response.writeHead(200).end();
			},
			{ timeoutMs: SILENCE_MS },
		);
		for (let round = 0; round < 4; round++) {
			await course.send(12, "bad");
			await course.send(1, "good");
			await course.pass(10_000);
			expect(course.delivered()).to.equal(round + 1);
		}
	});

	it("do not hold up a lane that none of them is in", async () => {
		const course = await play(
			(response, received) => {
				if (!received.body.includes("bad")) response.writeHead(200).end();
			},
			{ timeoutMs: SILENCE_MS },
		);
		await course.send(10, "bad");
		await course.pass(500);
		for (const text of ["first", "second", "third"])
			await course.send(1, text, { orderKey: "lane" });
		await course.pass(6000);
		const texts = course.received.flatMap(
			({ body }) => /first|second|third/.exec(body)?.[0] ?? [],
		);
		expect(texts).to.deep.equal(["first", "second", "third"]);
	});
});

describe("a service that is away", () => {
	afterEach(closeAll);

	for (const [what, away] of [
		["answers 503", (response) => void response.writeHead(503).end()],
		["breaks connections", (response) => void response.destroy()],
		["is silent", () => {}],
	] as const satisfies readonly (readonly [string, Service])[])
		it(`for a minute, and ${what}, has all its messages seconds after it is back`, async () => {
			let isAway = true;
			const course = await play(
				(response) =>
					isAway ? away(response) : void response.writeHead(200).end(),
				{ timeoutMs: what === "is silent" ? SILENCE_MS : undefined },
			);
			for (let second = 0; second < 60; second++) {
				await course.send(1, "good");
				await course.pass(1000);
			}
			expect(course.received.length).to.be.at.most(30);
			isAway = false;
			await course.pass(5000);
			// Those whose first tries opened the circuit wait for their second.
			expect(course.delivered()).to.be.at.least(50);
			await course.pass(20_000);
			expect(course.delivered()).to.equal(60);
			// One each that succeeded, and the five that opened the circuit.
			const tries = course.attempts().reduce((sum, count) => sum + count, 0);
			expect(tries).to.be.within(65, 67);
			const states = course.upstreams.states().map(({ circuit }) => circuit);
			expect(states).to.deep.equal(["closed", "closed"]);
		});

	for (const status of [502, 503, 504])
		it(`with ${status} for longer than a short list of retries, loses nothing`, async () => {
			let isAway = true;
			const course = await play(
				(response) => void response.writeHead(isAway ? status : 200).end(),
				{ retry: { kind: "list", delaysMs: [1000, 2000, 3000] } },
			);
			await course.send(3, "good");
			await course.pass(12_000);
			isAway = false;
			await course.pass(6000);
			expect(course.delivered()).to.equal(3);
		});

	it("is tried with few, and longer and longer from one to the next", async () => {
		const course = await play((response) => void response.writeHead(503).end());
		await course.send(1000, "good");
		await course.pass(60_000);
		expect(course.received.length).to.be.within(15, 30);
		const counted = course.attempts().reduce((sum, count) => sum + count, 0);
		expect(counted).to.be.at.most(14);
	});
});

// --- helpers ---

interface Course extends Bench {
	readonly received: readonly Received[];
	readonly upstreams: ReturnType<typeof createUpstreams>;
	send(count: number, text: string, over?: Partial<NewDelivery>): Promise<void>;
	/** Lets time go on, and waits for all that is on its way to the service. */
	pass(ms: number): Promise<void>;
	/** Somebody calls, and MUST hear the service. */
	call(): Promise<void>;
	delivered(): number;
	/** Of each message, those that counted. */
	attempts(): readonly number[];
	/** How often each message with this text came to the service. */
	triesOf(text: string): readonly number[];
}

interface PlayOptions {
	readonly retry?: RetryPolicy;
	/** Milliseconds of the machine's clock that an answer may take. */
	readonly timeoutMs?: number | undefined;
}

/** A time that silence is waited for; on a busy machine no answer may take as long. */
const SILENCE_MS = 100;

const SLOW: RetryPolicy = {
	kind: "exponential",
	firstMs: 5000,
	factor: 2,
	capMs: 900_000,
	forMs: 86_400_000,
};

/** A route for messages and one for calls, to one service; the worker's time and the circuits' are the test's. */
async function play(
	service: Service,
	{ retry = SLOW, timeoutMs = 5000 }: PlayOptions = {},
): Promise<Course> {
	const { url, received } = await serve((response, request) =>
		request.url === "/call"
			? void response.writeHead(200).end("hello")
			: service(response, request),
	);
	const works: Parameters<typeof bench>[0] = {};
	const made = bench(works);
	const upstreams = createUpstreams({
		now: () => made.timing.nowMs(),
		random: LUCK.next,
	});
	const messages = await forwardTo(`${url}/sms`, {
		upstreams,
		settings: { timeoutMs },
	});
	const calls = await forwardTo(`${url}/call`, {
		upstreams,
		mode: "reply",
		route: { ...initOf(url).route, name: "calls" },
		kind: { name: "a", reply: { body: "any", required: true } },
	});
	made.routes.set("sms", workOf(messages, retry, made));
	made.worker.start();
	return {
		...made,
		received,
		upstreams,
		async send(count, text, over) {
			await made.store.put(
				many(count, "sms", {
					body: Buffer.from(JSON.stringify({ text })),
					envelope: ENVELOPE,
					receivedAt: made.timing.wallMs(),
					...over,
				}),
			);
			await settled(made);
		},
		async pass(ms) {
			for (let left = ms; left > 0; left -= STEP_MS) {
				await made.timing.advance(Math.min(left, STEP_MS));
				await settled(made);
			}
		},
		async call() {
			expect(await handle(calls)).to.include({ status: 200 });
		},
		delivered: () => made.store.count("delivered"),
		attempts: () => [...made.store.rows.values()].map((row) => row.attempts),
		triesOf(text) {
			const tries = new Map<string, number>();
			for (const { body, headers } of received) {
				if (!body.includes(text)) continue;
				const id = String(headers["switchhook-event-id"]);
				tries.set(id, (tries.get(id) ?? 0) + 1);
			}
			return [...tries.values()];
		},
	};
}

const STEP_MS = 500;
const LUCK = createRandom(1);

const ENVELOPE = packEnvelope({
	method: "POST",
	path: "/sms",
	query: "",
	headers: { "content-type": "application/json" },
	params: {},
	claims: {},
	client: undefined,
	handedOn: 0,
	text: undefined,
});

function workOf(handler: Handler, retry: RetryPolicy, { timing }: Bench) {
	const route = servedRoute({
		name: "sms",
		mode: "accept",
		handler,
		retry,
		concurrency: 10,
	});
	return createDelivery(route, {
		now: () => timing.wallMs(),
		random: LUCK.next,
	});
}

/** Waits until nothing is on its way to the service, and nothing more begins by itself. */
async function settled({ worker }: Bench): Promise<void> {
	do {
		for (let turn = 0; worker.stats().running > 0; turn++)
			await (turn < QUICK_TURNS ? rest(1) : setTimeout(1));
		await rest();
	} while (worker.stats().running > 0);
}

/** Turns in which most answers are there. What is silent longer is not asked in each turn, which would keep the processor busy. */
const QUICK_TURNS = 200;
