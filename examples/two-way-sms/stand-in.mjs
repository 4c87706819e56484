// Plays the platform's Messages API and the service that keeps the list of subscribers, and prints what each of them gets.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const server = createServer(async (request, response) => {
	const body = await json(request);
	if (request.url === "/v1/messages") {
		console.log(`SMS to ${body.to}: ${body.text}`);
		response.writeHead(202, { "content-type": "application/json" });
		response.end(JSON.stringify({ message_uuid: randomUUID() }));
	} else {
		console.log(`${body.keyword} from ${body.msisdn}`);
		response.writeHead(204).end();
	}
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1");
server.on("listening", () => console.log("port", server.address().port));
