// A module whose thread tells what it got, and in which thread.
import { threadId } from "node:worker_threads";

export function serve(port, data) {
	port.on("message", (message) => {
		if (message === "fail") throw new Error("the toy broke");
		port.postMessage({ data, message, threadId });
		if (message === "close") port.close();
	});
}
