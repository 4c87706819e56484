import { expect } from "chai";
import {
	createEventStream,
	type EventStreamOptions,
	type StreamOptions,
} from "../../src/admin/event-stream.ts";
import { createFeed, type FeedEvent } from "../../src/observe/feed.ts";

describe("the stream of events", () => {
	it("sends each event with its type and an id", async () => {
		const { feed, open } = stream();
		const client = open();
		expect(await client.next()).to.equal("retry: 2000\n\n");
		const more = client.next();
		feed.publish(delivery("a"));
		const text = await more;
		expect(text).to.match(/^id: [0-9a-f]{12}-1\nevent: delivery\ndata: \{/);
		expect(text.endsWith("\n\n")).to.equal(true);
		expect(dataOf(text)).to.deep.equal([delivery("a")]);
		await client.end();
	});

	it("sends what came together as one chunk, in order", async () => {
		const { feed, open } = stream();
		const client = open();
		await client.next();
		for (let at = 0; at < 5; at++) feed.publish(delivery(`${at}`));
		expect(idsOf(await client.next())).to.deep.equal(["0", "1", "2", "3", "4"]);
		await client.end();
	});

	it("watches only while it has clients, and a minute longer", async () => {
		const { feed, open, timers } = stream();
		expect(feed.isWatched).to.equal(false);
		const one = open();
		const two = open();
		await one.next();
		await two.next();
		expect(feed.isWatched).to.equal(true);
		await one.end();
		expect(timers.pending(60_000)).to.equal(0);
		await two.end();
		expect(feed.isWatched).to.equal(true);
		timers.fire(60_000);
		expect(feed.isWatched).to.equal(false);
	});

	it("goes on watching for a client that comes back in time", async () => {
		const { feed, open, timers } = stream();
		const one = open();
		await one.next();
		await one.end();
		const two = open();
		await two.next();
		expect(timers.pending(60_000)).to.equal(0);
		expect(feed.isWatched).to.equal(true);
		await two.end();
	});

	it("continues after the last id of a client that was away", async () => {
		const { feed, open } = stream();
		const first = open();
		await first.next();
		feed.publish(delivery("a"));
		const lastId = idOf(await first.next());
		await first.end();
		feed.publish(delivery("b"));
		feed.publish(delivery("c"));
		const again = open({ lastId });
		await again.next();
		expect(idsOf(await again.next())).to.deep.equal(["b", "c"]);
		await again.end();
	});

	it("says how many events are no longer kept", async () => {
		const { feed, open } = stream({ kept: 3 });
		const first = open();
		await first.next();
		feed.publish(delivery("0"));
		const lastId = idOf(await first.next());
		await first.end();
		for (let at = 1; at <= 10; at++) feed.publish(delivery(`${at}`));
		const again = open({ lastId });
		await again.next();
		const text = await again.next();
		expect(text).to.match(/^event: skipped\ndata: \{"count":7\}\n\n/);
		expect(idsOf(text)).to.deep.equal(["8", "9", "10"]);
		await again.end();
	});

	for (const lastId of [
		"nonsense",
		"0123456789ab-3",
		"-1",
		"x-y",
		"",
		"😀-1",
	]) {
		it(`says that an unknown number is missing after ${JSON.stringify(lastId)}`, async () => {
			const { open } = stream();
			const client = open({ lastId });
			await client.next();
			expect(await client.next()).to.equal(
				'event: skipped\ndata: {"count":null}\n\n',
			);
			await client.end();
		});
	}

	it("does not take an id from before a gap for one of now", async () => {
		const { feed, open, timers } = stream();
		const first = open();
		await first.next();
		feed.publish(delivery("a"));
		const lastId = idOf(await first.next());
		await first.end();
		timers.fire(60_000);
		// Nobody saw this one.
		feed.publish(delivery("b"));
		const again = open({ lastId });
		await again.next();
		expect(await again.next()).to.include('{"count":null}');
		await again.end();
	});

	it("drops the oldest events of a slow client, tells it how many, and spares the others", async () => {
		const { feed, open } = stream({ buffered: 100, kept: 1000 });
		const slow = open();
		const fast = open();
		await slow.next();
		await fast.next();
		const seen: string[] = [];
		for (let at = 0; at < 250; at++) {
			feed.publish(delivery(`${at}`));
			if (at % 50 === 49) seen.push(...idsOf(await fast.next()));
		}
		expect(seen).to.have.length(250);
		const text = await slow.next();
		const { count } = JSON.parse(
			/skipped\ndata: (.*)\n/.exec(text)?.[1] ?? "{}",
		) as { readonly count: number };
		const ids = idsOf(text);
		expect(count + ids.length).to.equal(250);
		expect(ids.at(-1)).to.equal("249");
		await slow.end();
		await fast.end();
	});

	it("sends only the types and routes that a client asks for", async () => {
		const { feed, open } = stream();
		const client = open({
			types: new Set(["delivery"]),
			routes: new Set(["one"]),
		});
		await client.next();
		feed.publish(RELOAD);
		feed.publish(delivery("other", "two"));
		feed.publish(delivery("own", "one"));
		expect(idsOf(await client.next())).to.deep.equal(["own"]);
		await client.end();
	});

	it("sends a comment when nothing happens, so that nobody closes the connection", async () => {
		const { open, timers } = stream();
		const client = open();
		await client.next();
		const more = client.next();
		await timers.armed(15_000);
		timers.fire(15_000);
		expect(await more).to.equal(": \n\n");
		await client.end();
	});

	it("ends for a client that leaves while it waits, and forgets its timer", async () => {
		const { open, timers, clients } = stream();
		const client = open();
		await client.next();
		const more = client.iterator.next();
		await timers.armed(15_000);
		client.abort();
		expect(
			(await more).done === true || (await client.iterator.next()).done,
		).to.equal(true);
		expect(timers.pending(15_000)).to.equal(0);
		expect(clients()).to.equal(0);
	});

	it("cannot be split by a line break in a text", async () => {
		const { feed, open } = stream();
		const client = open();
		await client.next();
		feed.publish({
			...delivery("a"),
			reason: "x\n\nevent: reload\ndata: {}\n\n",
		});
		const text = await client.next();
		expect(text.match(/\n\n/g)).to.have.length(1);
		await client.end();
	});
});

// --- helpers ---

const RELOAD: FeedEvent = {
	type: "reload",
	at: 0,
	outcome: "reloaded",
	ms: 1,
	routes: 1,
	errors: 0,
	warnings: 0,
};

function delivery(id: string, route = "one") {
	return {
		type: "delivery",
		at: 0,
		id,
		route,
		kind: "sms.inbound",
		outcome: "delivered",
	} as const;
}

/** A stream whose timers fire when the test says so. */
function stream(options: EventStreamOptions = {}) {
	const feed = createFeed();
	const timers = createTimers();
	const events = createEventStream(feed, { ...options, defer: timers.defer });
	return {
		feed,
		timers,
		clients: () => events.clients,
		open(given: Partial<StreamOptions> = {}) {
			const controller = new AbortController();
			const iterator = events
				.stream({ signal: controller.signal, ...given })
				[Symbol.asyncIterator]();
			return {
				iterator,
				next: async () => String((await iterator.next()).value),
				abort: () => controller.abort(),
				async end() {
					controller.abort();
					await iterator.return?.();
				},
			};
		},
	};
}

function createTimers() {
	const timers = new Set<{ readonly ms: number; readonly run: () => void }>();
	const waiting = new Set<{ readonly ms: number; readonly done: () => void }>();
	const pending = (ms: number): number =>
		[...timers].filter((timer) => timer.ms === ms).length;
	return {
		pending,
		defer(run: () => void, ms: number) {
			const timer = { ms, run };
			timers.add(timer);
			for (const one of waiting) if (one.ms === ms) one.done();
			return () => void timers.delete(timer);
		},
		fire(ms: number) {
			for (const timer of [...timers]) {
				if (timer.ms !== ms) continue;
				timers.delete(timer);
				timer.run();
			}
		},
		/** Resolves when such a timer waits. */
		armed: (ms: number) =>
			pending(ms) > 0
				? Promise.resolve()
				: new Promise<void>((done) => waiting.add({ ms, done })),
	};
}

function dataOf(text: string): unknown[] {
	return [...text.matchAll(/event: (?!skipped)\w+\ndata: (.*)\n/g)].map(
		([, data = ""]) => JSON.parse(data),
	);
}

function idsOf(text: string): string[] {
	return dataOf(text).map((event) => (event as { id: string }).id);
}

function idOf(text: string): string {
	return /^id: (.*)$/m.exec(text)?.[1] ?? "";
}
