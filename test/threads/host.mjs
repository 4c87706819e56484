// A thread that is the thread of one module after another.
import { parentPort } from "node:worker_threads";

parentPort.on("message", async ({ url, port, data }) => {
	if (url === undefined) {
		parentPort.close();
		return;
	}
	const { serve } = await import(url);
	port.once("close", () => parentPort.postMessage("left"));
	serve(port, data);
});
