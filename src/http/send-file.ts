import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { FileBody } from "../event/webhook.ts";
import { connectionOf } from "./connection.ts";

/**
 * Streams a part of a file as the body of a response whose head was written, and closes the file
 * whatever happens. A client that goes away is no fault; one that takes nothing for `stallMs`
 * (milliseconds, default 30,000) is sent away, as it would hold a file and a socket for ever. Throws
 * what the file system throws, or when the file has become shorter than the head has announced.
 */
export async function sendFile(
	response: ServerResponse,
	body: FileBody,
	stallMs = 30_000,
): Promise<void> {
	// A pipelined answer gets the socket when those before it are sent, or never, where the connection
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
	// The next answer on the connection would be taken for what is missing.
	response.destroy();
	throw new Error(`the file ${body.file} became shorter while it was sent`);
}
