// Plays the incoming webhook of Slack, and prints each message.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const server = createServer(async (request, response) => {
	const { text } = await json(request);
	console.log(`Slack: ${text}`);
	response.end("ok");
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1");
server.on("listening", () => console.log("port", server.address().port));
