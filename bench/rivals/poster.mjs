// Posts the same body again and again with a bare undici pool, until it is ended.
// node poster.mjs ORIGIN CONNECTIONS BODY HEADERS
// HEADERS is a JSON object.
import { Pool } from "undici";

const [origin, connections, body, given] = process.argv.slice(2);
const headers = JSON.parse(given);
const pool = new Pool(origin, { connections: Number(connections) });
const bytes = Buffer.from(body);
console.log(`posting to ${origin}`);

async function postOn() {
	for (;;) {
		const answer = await pool.request({
			method: "POST",
			path: "/in",
			headers,
			body: bytes,
		});
		await answer.body.dump();
	}
}

await Promise.all(Array.from({ length: Number(connections) }, postOn));
