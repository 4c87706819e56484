// The service behind the router. Replace it with yours: it gets each event by POST, and answers 2xx once it has taken it.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const server = createServer(async (request, response) => {
	const { id, kind, payload } = JSON.parse(await text(request));
	console.log(JSON.stringify({ path: request.url, id, kind, payload }));
	response.writeHead(204).end();
});
server.listen(process.env.PORT ?? 3000);
server.on("listening", () => console.log("port", server.address().port));
process.on("SIGTERM", () => server.close());
