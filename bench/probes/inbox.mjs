// Fills an inbox with receipts, or opens one, and prints what that took, in milliseconds, as JSON.
// node inbox.mjs DIST fill FILE COUNT ORDER_KEYS BODY | node inbox.mjs DIST open FILE
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { RECEIPT_ENVELOPE } from "./receipt.mjs";

const [dist, what, file, count, keys, body] = process.argv.slice(2);
const load = (name) => import(new URL(name, pathToFileURL(dist)).href);
const { openStore } = await load("inbox/open.js");
const { packEnvelope } = await load("inbox/port/envelope.js");

const BATCH = 10_000;
const startedAt = performance.now();
const store = await openStore(
	{ type: "sqlite", file },
	{ quarantine: { maxCount: 10_000, maxBytes: 100_000_000 } },
);
if (what === "fill") await fill(Number(count), Number(keys));
const took = performance.now() - startedAt;
await store.close();
console.log(JSON.stringify(took));

async function fill(total, orderKeys) {
	const envelope = packEnvelope(RECEIPT_ENVELOPE, new Set());
	const receivedAt = Date.now();
	for (let done = 0; done < total; done += BATCH) {
		const size = Math.min(BATCH, total - done);
		await store.put(
			Array.from({ length: size }, (_, at) => {
				const index = done + at;
				const id = randomUUID();
				return {
					id,
					route: "receipts",
					kind: "sms.dlr",
					receivedAt,
					dedupeKey: JSON.stringify([id]),
					orderKey:
						orderKeys === 0
							? undefined
							: JSON.stringify([`${index % orderKeys}`]),
					state: "received",
					reason: undefined,
					envelope,
					body: Buffer.from(body.replace("MESSAGE_ID", id)),
				};
			}),
		);
	}
}
