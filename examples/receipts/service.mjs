// Your service: verifies that a receipt comes from the router (Standard Webhooks), and takes each one once.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const key = Buffer.from(process.env.RECEIPTS_SECRET.slice(6), "base64");
const taken = new Set(); // in production a table with a unique key

const server = createServer(async (request, response) => {
	const body = await text(request);
	if (!isSigned(request.headers, body)) return response.writeHead(401).end();
	const { id, payload } = JSON.parse(body);
	if (!taken.has(id)) console.log(payload.messageId, payload.status);
	taken.add(id);
	response.writeHead(204).end();
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1");
server.on("listening", () => console.log("port", server.address().port));

function isSigned(headers, body) {
	const { "webhook-id": id, "webhook-timestamp": time } = headers;
	if (!(Math.abs(Date.now() / 1000 - time) < 300)) return false;
	const sign = createHmac("sha256", key).update(`${id}.${time}.${body}`);
	const signature = `v1,${sign.digest("base64")}`;
	return String(headers["webhook-signature"]).split(" ").includes(signature);
}
