// Node's floor: reads the body, parses it, answers.
import { createServer } from "node:http";
import { announce } from "./announce.mjs";

const server = createServer((request, response) => {
	const chunks = [];
	request.on("data", (chunk) => chunks.push(chunk));
	request.on("end", () => {
		JSON.parse(Buffer.concat(chunks).toString("utf8"));
		response.end();
	});
});

announce(server.listen(0, "127.0.0.1"));
