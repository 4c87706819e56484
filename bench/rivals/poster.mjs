// Posts the same body again and again with a bare undici pool, until it is ended.
// node poster.mjs ORIGIN CONNECTIONS BODY
import { Pool } from "undici";

const [origin, connections, body] = process.argv.slice(2);
const pool = new Pool(origin, { connections: Number(connections) });
const bytes = Buffer.from(body);
console.log(`posting to ${origin}`);

async function postOn() {
	for (;;) {
		const answer = await pool.request({
			method: "POST",
			path: "/in",
			headers: { "content-type": "application/json" },
			body: bytes,
		});
		await answer.body.dump();
	}
}

await Promise.all(Array.from({ length: Number(connections) }, postOn));
