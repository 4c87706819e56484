// The service behind: reads a request's body and answers an empty 204. It counts, where `report-cpu.mjs` looks.
import { createServer } from "node:http";
import { announce } from "./announce.mjs";

const HANDLED = Symbol.for("switchhook.bench.handled");
globalThis[HANDLED] = 0;

const server = createServer((request, response) => {
	request.resume();
	request.on("end", () => {
		globalThis[HANDLED]++;
		response.statusCode = 204;
		response.end();
	});
});

announce(server.listen(0, "127.0.0.1"));
