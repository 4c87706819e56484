// Has a route deliver the same receipt again and again, as the worker does but without an inbox, until it is ended.
// node deliverer.mjs DIST CONFIG AT_ONCE BODY
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

const [dist, configFile, atOnce, body] = process.argv.slice(2);
const from = (name) => import(new URL(name, pathToFileURL(dist)).href);
const { load } = await from("runtime/load.js");
const { createLog } = await from("observe/log.js");
const { packEnvelope } = await from("inbox/port/envelope.js");

const log = createLog({ level: "warn", payloads: false });
const { runtime, findings } = await load({
	configFile,
	env: process.env,
	setup: { log },
});
if (runtime === undefined) throw new Error(JSON.stringify(findings));
const [[route, work]] = runtime.work;
const envelope = packEnvelope(
	{
		method: "POST",
		path: "/webhooks/delivery-receipts",
		query: "",
		client: "127.0.0.1",
		headers: { "content-type": "application/json" },
		params: {},
		claims: {},
		text: undefined,
		handedOn: 0,
	},
	new Set(),
);
const bytes = Buffer.from(body);
const { signal } = new AbortController();
// The driver waits for an address.
console.log("delivering for http://127.0.0.1:0");

async function deliverOn() {
	for (;;) {
		const { verdict } = await work.deliver(
			{
				id: randomUUID(),
				route,
				kind: "sms.dlr",
				orderKey: undefined,
				attempt: 1,
				receivedAt: Date.now(),
				envelope,
				body: bytes,
			},
			signal,
		);
		if (verdict.as !== "delivered") throw new Error(JSON.stringify(verdict));
	}
}

await Promise.all(Array.from({ length: Number(atOnce) }, deliverOn));
