// Fills an inbox with deliveries of several states for lists, and prints what that took, in milliseconds, as JSON.
// node desk.mjs DIST sqlite:FILE|postgres://… COUNT
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { RECEIPT_ENVELOPE } from "./receipt.mjs";

const [dist, address, count] = process.argv.slice(2);
const load = (name) => import(new URL(name, pathToFileURL(dist)).href);
const { openStore } = await load("inbox/open.js");
const { packEnvelope } = await load("inbox/port/envelope.js");

const BATCH = 500;
const RARE = 20;
const startedAt = performance.now();
const file = address.startsWith("sqlite:") ? address.slice(7) : undefined;
if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
const store = await openStore(
	file === undefined
		? { type: "postgres", url: address }
		: { type: "sqlite", file },
	{ quarantine: { maxCount: 10_000, maxBytes: 100_000_000 } },
);
for (let done = 0; done < Number(count); done += BATCH)
	await store.put(
		Array.from({ length: BATCH }, (_, at) => delivery(done + at)),
	);
const took = performance.now() - startedAt;
await store.close();
console.log(JSON.stringify(took));

function delivery(index) {
	const state = stateOf(index);
	const receivedAt = Date.now();
	const body = JSON.stringify({
		msisdn: "447700900200",
		to: "447700900000",
		messageId: `message-${index}`,
		price: "0.03330000",
		status: "delivered",
		"err-code": "0",
		"client-ref": "r".repeat(400),
	});
	return {
		id: randomUUID(),
		route: index < RARE ? "rare" : "receipts",
		kind: "sms.dlr",
		receivedAt,
		dedupeKey: JSON.stringify([`message-${index}`]),
		orderKey: undefined,
		state,
		reason: reasonOf(state),
		envelope: envelope(),
		body: Buffer.from(body),
	};
}

/** The oldest have rare states, so that a list that looks for them has to pass all others. */
function stateOf(index) {
	if (index < RARE) return "delivered";
	if (index < 2 * RARE) return "quarantined";
	return index % 100 === 0 ? "dead" : "delivered";
}

function reasonOf(state) {
	if (state === "dead") return "HANDLER_FAILED: no";
	return state === "quarantined" ? "FIREWALL_DENIED: no" : undefined;
}

function envelope() {
	return packEnvelope(RECEIPT_ENVELOPE, new Set());
}
