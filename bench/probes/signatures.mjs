// Asks a signature scheme for its proof of webhooks that it has not seen, and prints the CPU time of
// each round in microseconds a webhook, as JSON.
// node signatures.mjs DIST ROUNDS SETTINGS BODY
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

const [dist, rounds, settingsText, body] = process.argv.slice(2);
const WEBHOOKS = 5000;

const { SCHEMES } = await import(
	new URL("gate/schemes/index.js", pathToFileURL(dist)).href
);
const written = JSON.parse(settingsText);
const { secrets } = written;
const settings = {
	...written,
	secrets: Array.isArray(secrets) ? secrets : new Map(Object.entries(secrets)),
};
const scheme = SCHEMES.get(settings.scheme).configure(settings);
const verifier = scheme.createVerifier();
const now = Date.now();

function sign() {
	const request = {
		method: "POST",
		path: "/",
		query: "",
		headers: { "content-type": "application/json" },
		raw: Buffer.from(body),
	};
	return scheme.sign(request, { now, nonce: randomUUID() });
}

const results = [];
// The first round warms up.
for (let round = 0; round <= Number(rounds); round++) {
	const webhooks = Array.from({ length: WEBHOOKS }, sign);
	const before = process.cpuUsage();
	for (const webhook of webhooks) verifier.prove(webhook, now);
	const { user, system } = process.cpuUsage(before);
	if (round > 0) results.push((user + system) / WEBHOOKS);
}
console.log(JSON.stringify(results));
