// A thread that is the thread of one module after another.
import { parentPort } from "node:worker_threads";
import { garbageCollector } from "../collect-garbage.mjs";

const collect = garbageCollector();

parentPort.on("message", async ({ url, port, data }) => {
	if (url === undefined) {
		parentPort.close();
		return;
	}
	const { serve } = await import(url);
	port.once("close", async () => {
		// A file is closed with the last of its statements, as at the end of a thread.
		await turn();
		collect();
		await turn();
		parentPort.postMessage("left");
	});
	serve(port, data);
});

function turn() {
	return new Promise((resolve) => setImmediate(resolve));
}
