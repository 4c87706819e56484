// Plays the platform, which has a recording only a moment after the call: the first request for each gets 404.
import { createServer } from "node:http";

const asked = new Set();
const server = createServer((request, response) => {
	const isThere = asked.has(request.url);
	asked.add(request.url);
	const { authorization = "" } = request.headers;
	const status = !authorization.startsWith("Bearer ")
		? 401
		: isThere
			? 200
			: 404;
	console.log(request.method, request.url, status);
	response.writeHead(status, { "content-type": "audio/mpeg" });
	response.end(status === 200 ? "not really a sound" : undefined);
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1");
server.on("listening", () => console.log("port", server.address().port));
