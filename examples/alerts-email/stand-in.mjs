// Plays the API of a mail service, and prints each mail.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const server = createServer(async (request, response) => {
	const { to, subject } = await json(request);
	const isKnown =
		request.headers.authorization === `Bearer ${process.env.MAIL_API_KEY}`;
	if (isKnown) console.log(`Mail to ${to.join(", ")}: ${subject}`);
	response.writeHead(isKnown ? 202 : 401).end();
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1");
server.on("listening", () => console.log("port", server.address().port));
