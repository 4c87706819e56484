import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { FileBody } from "../event/webhook.ts";
import { connectionOf } from "./connection.ts";

/**
 * Streams a part of a file as the body of a response whose head was written, and always closes the file. A client that
 * disconnects is not a fault. A client that reads nothing for `stallMs` (milliseconds, default 30,000) is disconnected, because
 * it would block a file and a socket for ever. Throws the errors of the file system, and an error if the file is now shorter
 * than announced.
 */
export async function sendFile(
	response: ServerResponse,
	body: FileBody,
	stallMs = 30_000,
): Promise<void> {
	// A pipelined answer gets the socket after the earlier answers are sent, or never if the connection ends before. No file is
	// open while it waits.
	// ends before: no file is open meanwhile.
	if (response.socket === null) await once(response, "socket");
	if (response.destroyed || response.socket?.destroyed !== false) return;
	response.setTimeout(stallMs, () => response.destroy());
	const connection = connectionOf(response.socket);
	connection.isStreaming = true;
	const file = createReadStream(body.file, body);
	try {
		await pipeline(file, response, { end: false });
		connection.isStreaming = false;
	} catch (error) {
		response.destroy();
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ERR_STREAM_PREMATURE_CLOSE") return;
		throw error;
	}
	if (file.bytesRead === body.end - body.start + 1) {
		response.end();
		return;
	}
	// The client would take the next answer on the connection for the missing part.
	response.destroy();
	throw new Error(`the file ${body.file} became shorter while it was sent`);
}
