import { expect } from "chai";
import { createEventBudget } from "../../src/admin/event-budget.ts";
import { createEventFilter } from "../../src/admin/event-filter.ts";
import {
	createEventStream,
	type EventStreamOptions,
	type StreamOptions,
} from "../../src/admin/event-stream.ts";
import {
	createFeed,
	type FeedEvent,
	type WebhookSeen,
} from "../../src/observe/feed.ts";

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
			filter: createEventFilter({ type: ["delivery"], route: ["one"] }),
		});
		await client.next();
		feed.publish(RELOAD);
		feed.publish(delivery("other", "two"));
		feed.publish(delivery("own", "one"));
		expect(idsOf(await client.next())).to.deep.equal(["own"]);
		await client.end();
	});

	it("sends the first event at once, and gathers those that follow it for a moment", async () => {
		const { feed, open, timers } = stream({ gatherMs: 50 });
		const client = open();
		await client.next();
		const first = client.next();
		await timers.armed(15_000);
		feed.publish(delivery("a"));
		expect(idsOf(await first)).to.deep.equal(["a"]);
		const second = client.next();
		await timers.armed(50);
		feed.publish(delivery("b"));
		feed.publish(delivery("c"));
		expect(timers.pending(50)).to.equal(1);
		timers.fire(50);
		expect(idsOf(await second)).to.deep.equal(["b", "c"]);
		await client.end();
	});

	it("does not wait for more than a whole chunk", async () => {
		const { feed, open, timers } = stream({ gatherMs: 50 });
		const client = open();
		await client.next();
		feed.publish(delivery("first"));
		expect(idsOf(await client.next())).to.deep.equal(["first"]);
		const more = client.next();
		await timers.armed(50);
		for (let at = 0; at < 100; at++) feed.publish(delivery(`${at}`));
		expect(idsOf(await more)).to.have.length(100);
		expect(timers.pending(50)).to.equal(0);
		const end = client.iterator.next();
		await timers.armed(50);
		client.abort();
		await end;
		expect(timers.pending(50)).to.equal(0);
		await client.end();
	});

	it("sends as much traffic as the budget of its type admits, and counts the rest", async () => {
		const { feed, open } = stream({
			createBudget: () => createEventBudget(1000, 2),
		});
		const client = open();
		const deliveries = open({
			filter: createEventFilter({ type: ["delivery"] }),
		});
		await client.next();
		await deliveries.next();
		const publish = (id: string, at: number) =>
			feed.publish({ ...delivery(id), at });
		for (const id of ["a", "b", "c", "d"]) publish(id, 1000);
		const refusal = { ...REFUSAL, id: "r" };
		feed.publish(refusal);
		feed.publish(refusal);
		feed.publish(refusal);
		for (let at = 0; at < 4; at++) feed.publish(RELOAD);
		const text = await client.next();
		expect(text).to.match(/^event: skipped\ndata: \{"count":3\}\n\n/);
		expect(dataOf(text)).to.have.length(2 + 2 + 4);
		// One more has its place after a millisecond, and none where the clock was set back.
		publish("e", 1001);
		publish("f", 1001);
		publish("g", 900);
		expect(idsOf(await client.next())).to.deep.equal(["e"]);
		const own = await deliveries.next();
		expect(own).to.include('{"count":4}');
		expect(idsOf(own)).to.deep.equal(["a", "b", "e"]);
		await client.end();
		await deliveries.end();
	});

	it("needs no event that all clients would only count, and counts it", async () => {
		const { feed, open } = stream({
			createBudget: () => createEventBudget(1000, 2),
		});
		const publish = (id: string, at: number): boolean => {
			const isWanted = feed.wants("delivery", at);
			if (isWanted) feed.publish({ ...delivery(id), at });
			return isWanted;
		};
		const client = open();
		await client.next();
		const wanted = ["a", "b", "c", "d"].map((id) => publish(id, 1000));
		expect(wanted).to.deep.equal([true, true, false, false]);
		expect(feed.wants("refusal", 1000)).to.equal(true);
		expect(feed.wants("reload", 1000)).to.equal(true);
		const text = await client.next();
		expect(text).to.match(/^event: skipped\ndata: \{"count":2\}\n\n/);
		expect(idsOf(text)).to.deep.equal(["a", "b"]);
		expect(publish("e", 1001)).to.equal(true);
		const lastId = idOf(await client.next());
		// A filter may want any of them.
		const quiet = open({ filter: createEventFilter({ route: ["quiet"] }) });
		await quiet.next();
		expect(publish("f", 1001)).to.equal(true);
		await quiet.end();
		expect(publish("g", 1001)).to.equal(false);
		await client.end();
		// Some are kept for a client that comes back.
		const kept = ["h", "i", "j"].map((id) => publish(id, 1001));
		expect(kept).to.deep.equal([true, true, false]);
		const again = open({ lastId });
		await again.next();
		const missed = await again.next();
		expect(missed).to.match(/^event: skipped\ndata: \{"count":2\}\n\n/);
		expect(idsOf(missed)).to.deep.equal(["f", "h", "i"]);
		await again.end();
		expect(feed.isWatched).to.equal(true);
	});

	it("says whether a client has a filter", async () => {
		const heard: boolean[] = [];
		const { open } = stream({ onFiltered: (isOne) => heard.push(isOne) });
		const filtered = () =>
			open({ filter: createEventFilter({ route: ["quiet"] }) });
		const [all, one, other] = [open(), filtered(), filtered()];
		for (const client of [all, one, other]) await client.next();
		expect(heard).to.deep.equal([true]);
		await one.end();
		await all.end();
		expect(heard).to.deep.equal([true]);
		await other.end();
		expect(heard).to.deep.equal([true, false]);
	});

	it("spends the budget of a client only on what fits its filter", async () => {
		const { feed, open } = stream({
			createBudget: () => createEventBudget(1000, 2),
		});
		const client = open({ filter: createEventFilter({ route: ["quiet"] }) });
		await client.next();
		for (let at = 0; at < 50; at++) feed.publish(delivery(`${at}`, "busy"));
		feed.publish(delivery("a", "quiet"));
		feed.publish(delivery("b", "quiet"));
		feed.publish(delivery("c", "quiet"));
		const text = await client.next();
		expect(text).to.match(/^event: skipped\ndata: \{"count":1\}\n\n/);
		expect(idsOf(text)).to.deep.equal(["a", "b"]);
		await client.end();
	});

	it("replays what it keeps to a client that comes back, without a limit of speed", async () => {
		const { feed, open } = stream({
			createBudget: () => createEventBudget(1000, 1),
		});
		const first = open();
		await first.next();
		feed.publish({ ...delivery("a"), at: 1000 });
		const lastId = idOf(await first.next());
		await first.end();
		for (const id of ["b", "c", "d"])
			feed.publish({ ...delivery(id), at: 1000 });
		const again = open({ lastId });
		await again.next();
		expect(idsOf(await again.next())).to.deep.equal(["b", "c", "d"]);
		await again.end();
	});

	it("does not pretend to know how many of the forgotten events a filter wanted", async () => {
		const { feed, open } = stream({ kept: 3 });
		const filter = () => createEventFilter({ route: ["quiet"] });
		const first = open({ filter: filter() });
		await first.next();
		feed.publish(delivery("a", "quiet"));
		const lastId = idOf(await first.next());
		await first.end();
		for (let at = 1; at <= 10; at++) feed.publish(delivery(`${at}`, "busy"));
		feed.publish(delivery("b", "quiet"));
		const again = open({ lastId, filter: filter() });
		await again.next();
		const text = await again.next();
		expect(text).to.include('{"count":null}');
		expect(idsOf(text)).to.deep.equal(["b"]);
		await again.end();
	});

	it("never sends the plain numbers that filters compare", async () => {
		const { feed, open } = stream();
		const client = open({
			filter: createEventFilter({ number: "+44 7700 900001" }),
		});
		await client.next();
		feed.publish(webhook("a", { plainNumbers: ["447700900001"] }));
		const text = await client.next();
		expect(idsOf(text)).to.deep.equal(["a"]);
		expect(text).to.not.match(/7700|plainNumbers/);
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

describe("the filter of a stream", () => {
	const sms = webhook("a", {
		route: "one",
		kind: "sms.inbound",
		level: "number",
		number: "44********01",
		plainNumbers: ["447700900001", "ALICE"],
	});

	for (const [sent, isWanted] of [
		[{}, true],
		[{ type: ["webhook"] }, true],
		[{ type: ["refusal"] }, false],
		[{ kind: ["sms.inbound", "sms.dlr"] }, true],
		[{ kind: ["sms.dlr"] }, false],
		[{ level: ["number"] }, true],
		[{ level: ["account"] }, false],
		[{ outcome: ["received"] }, true],
		[{ outcome: ["dead"] }, false],
		[{ route: ["one"], level: ["number"], outcome: ["received"] }, true],
		[{ route: ["one"], level: ["app"] }, false],
		[{ minMs: 1 }, true],
		[{ minMs: 1.5 }, false],
		[{ number: "447700900001" }, true],
		[{ number: "0044 7700-900001" }, true],
		[{ number: "44********01" }, true],
		[{ number: "44••••••••01" }, true],
		[{ number: "alice" }, true],
		[{ number: "447700900002" }, false],
		[{ number: "7700900" }, false],
		[{ number: "44********02" }, false],
	] as const) {
		it(`${isWanted ? "takes" : "refuses"} a webhook with ${JSON.stringify(sent)}`, () => {
			expect(createEventFilter(sent).wants(sms)).to.equal(isWanted);
		});
	}

	for (const sent of [
		{ level: ["number"] },
		{ number: "447700900001" },
		{ outcome: ["received"] },
	] as const) {
		it(`lets attempts follow their webhook with ${JSON.stringify(sent)}`, () => {
			const { wants } = createEventFilter(sent);
			expect(wants(delivery("a"))).to.equal(false);
			wants(sms);
			expect(wants(delivery("a"))).to.equal(true);
			expect(wants(delivery("b"))).to.equal(false);
		});
	}

	it("remembers webhooks only as long as they are recent", () => {
		const { wants } = createEventFilter({ level: ["number"] });
		for (let at = 0; at < 3000; at++) wants({ ...sms, id: `${at}` });
		expect(wants(delivery("0"))).to.equal(false);
		expect(wants(delivery("2999"))).to.equal(true);
	});

	it("refuses events without the field that it looks at", () => {
		for (const sent of [
			{ route: ["one"] },
			{ kind: ["sms.inbound"] },
			{ number: "447700900001" },
			{ minMs: 0, route: ["one"] },
		])
			expect(createEventFilter(sent).wants(RELOAD)).to.equal(false);
	});
});

// --- helpers ---

function webhook(id: string, more: Partial<WebhookSeen> = {}): WebhookSeen {
	return {
		type: "webhook",
		at: 0,
		id,
		outcome: "received",
		method: "POST",
		path: "/",
		client: "192.0.2.1",
		status: 200,
		ms: 1,
		...more,
	};
}

const REFUSAL: FeedEvent = {
	type: "refusal",
	at: 1000,
	outcome: "denied",
	method: "POST",
	path: "/",
	client: "192.0.2.1",
	status: 403,
	ms: 1,
};

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
	const events = createEventStream(feed, {
		gatherMs: 0,
		...options,
		defer: timers.defer,
	});
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
