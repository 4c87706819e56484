// 64 publishers put events of 600 bytes, each the next one when the last one is confirmed. Prints how many a second, the p99 in
// milliseconds, and for an inbox how many it settles a second from a backlog, and how many it takes and settles a second as a router
// does whose handlers end at once, as JSON.
// node put.mjs DIST postgres URL SECONDS
// node put.mjs DIST rabbitmq URL SECONDS    a quorum queue, with publisher confirms
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { RECEIPT_ENVELOPE } from "./receipt.mjs";

const [dist, engine, url, seconds] = process.argv.slice(2);
const PUBLISHERS = 64;
const WARM_UP_MS = 1000;
const LEASED = 500;
const LEASE_MS = 60_000;
const ROUTE = "receipts";
const BODY = Buffer.alloc(600, "b");
/** No store reads it. */
const ENVELOPE = JSON.stringify(RECEIPT_ENVELOPE);

const measure = engine === "rabbitmq" ? measureRabbitmq : measureStore;
console.log(JSON.stringify(await measure()));

async function measureStore() {
	const { openStore } = await import(
		new URL("inbox/open.js", pathToFileURL(dist)).href
	);
	const store = await openStore(
		{ type: "postgres", url },
		{ quarantine: { maxCount: 10_000, maxBytes: 100_000_000 } },
	);
	const put = await publish(() => store.put([newDelivery()]));
	const settledPerSecond = await settleAll(store);
	const passedPerSecond = await passThrough(store);
	await store.close();
	return { ...put, settledPerSecond, passedPerSecond };
}

async function measureRabbitmq() {
	const { connect } = await import("amqplib");
	const model = await connect(url);
	const channel = await model.createConfirmChannel();
	const queue = randomUUID();
	await channel.assertQueue(queue, {
		durable: true,
		arguments: { "x-queue-type": "quorum" },
	});
	const put = await publish(
		() =>
			new Promise((done, failed) => {
				channel.sendToQueue(
					queue,
					BODY,
					{
						persistent: true,
						messageId: randomUUID(),
						headers: { envelope: ENVELOPE },
					},
					(error) => (error === null ? done() : failed(error)),
				);
			}),
	);
	const { messageCount } = await channel.checkQueue(queue);
	if (messageCount !== put.total)
		throw new Error(`${messageCount} of ${put.total} are in the queue`);
	await channel.deleteQueue(queue);
	await model.close();
	return put;
}

async function publish(one) {
	const startedAt = performance.now();
	const fromMs = startedAt + WARM_UP_MS;
	const untilMs = fromMs + Number(seconds) * 1000;
	const took = [];
	let total = 0;
	const publisher = async () => {
		for (;;) {
			const sentAt = performance.now();
			if (sentAt >= untilMs) return;
			await one();
			total += 1;
			// As many begin before the time and end in it as begin in it and end after it.
			if (sentAt >= fromMs) took.push(performance.now() - sentAt);
		}
	};
	await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
	took.sort((left, right) => left - right);
	return {
		total,
		perSecond: took.length / Number(seconds),
		p99Ms: took[Math.floor(took.length * 0.99)],
	};
}

async function settleAll(store) {
	const startedAt = performance.now();
	let settled = 0;
	for (;;) {
		const leases = await store.lease([{ route: ROUTE, max: LEASED }], LEASE_MS);
		if (leases.length === 0) break;
		const written = await store.settle(leases.map(settlement));
		if (written.includes(false)) throw new Error("a lease was lost");
		settled += leases.length;
	}
	return (settled * 1000) / (performance.now() - startedAt);
}

/** Each put asks for its lease. What the store does not lease with the put is leased as soon as it can be. */
async function passThrough(store) {
	const handled = [];
	let waiting = 0;
	let isOver = false;
	let wake = () => {};
	const settler = async () => {
		for (;;) {
			if (handled.length === 0 && waiting > 0) {
				const leases = await store.lease(
					[{ route: ROUTE, max: LEASED }],
					LEASE_MS,
				);
				waiting -= leases.length;
				handled.push(...leases);
			}
			const batch = handled.splice(0, LEASED);
			if (batch.length > 0) {
				const written = await store.settle(batch.map(settlement));
				if (written.includes(false)) throw new Error("a lease was lost");
			} else if (isOver && waiting === 0) return;
			else if (waiting === 0) await new Promise((done) => (wake = done));
		}
	};
	const settling = settler();
	const startedAt = performance.now();
	const { total } = await publish(async () => {
		const [{ id, isLeased }] = await store.put([
			{ ...newDelivery(), leaseMs: LEASE_MS },
		]);
		if (isLeased) handled.push({ id, attempt: 1 });
		else waiting += 1;
		wake();
	});
	isOver = true;
	wake();
	await settling;
	return (total * 1000) / (performance.now() - startedAt);
}

function newDelivery() {
	const id = randomUUID();
	return {
		id,
		route: ROUTE,
		kind: "sms.dlr",
		receivedAt: Date.now(),
		dedupeKey: JSON.stringify([id]),
		orderKey: undefined,
		state: "received",
		reason: undefined,
		envelope: ENVELOPE,
		body: BODY,
	};
}

function settlement({ id, attempt }) {
	return {
		lease: { id, attempt },
		verdict: { as: "delivered" },
		startedAt: Date.now(),
		durationMs: 1,
		writes: [],
		events: [],
	};
}
