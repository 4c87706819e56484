import type { IncomingMessage, ServerResponse } from "node:http";
import { HookError } from "../errors.ts";

/**
 * Reads a request's body into one buffer, without a copy if it came in one piece. Stops at the first byte over the limit,
 * regardless of Content-Length. A larger Content-Length is refused before a byte is read. Sends `100 Continue` (RFC 9110
 * section 10.1.1) only now, so that a sender that was refused earlier never sent the body. Throws BODY_TOO_LARGE, BODY_ABORTED.
 */
export function readBody(
	request: IncomingMessage,
	response: ServerResponse,
	limitBytes: number,
): Promise<Buffer> {
	const announced = request.headers["content-length"];
	if (announced !== undefined && Number(announced) > limitBytes) {
		return Promise.reject(tooLarge(limitBytes));
	}
	// An HTTP/1.0 sender does not know interim answers, and would take one for the answer (RFC 9110 section 15.2).
	if (request.headers.expect !== undefined && request.httpVersion !== "1.0") {
		response.writeContinue();
	}
	return new Promise((resolve, reject) => {
		let body: Buffer = NOTHING;
		let size = 0;
		request.on("data", (chunk: Buffer) => {
			const start = size;
			size += chunk.length;
			if (size > limitBytes) {
				// The promise is already settled. Further data is dropped.
				body = NOTHING;
				reject(tooLarge(limitBytes));
			} else if (start === 0) {
				body = chunk;
			} else {
				// A list of the chunks would take 150 bytes for each chunk, which may be a single byte.
				body = grow(body, start, size);
				body.set(chunk, start);
			}
		});
		request.on("end", () => {
			resolve(body.length === size ? body : body.subarray(0, size));
		});
		// `close` also follows `end`. Before `end` it means that the sender disconnected.
		request.on("close", () => {
			if (!request.complete) reject(new HookError("BODY_ABORTED"));
		});
	});
}

// --- helpers ---

const NOTHING = Buffer.alloc(0);

/** Returns a buffer for `needed` bytes: the same one, or one at least twice as large with a copy of the first `used` bytes. */
function grow(buffer: Buffer, used: number, needed: number): Buffer {
	if (needed <= buffer.length) return buffer;
	const larger = Buffer.allocUnsafe(Math.max(needed, used * 2, 4096));
	buffer.copy(larger, 0, 0, used);
	return larger;
}

function tooLarge(limitBytes: number): HookError {
	return new HookError(
		"BODY_TOO_LARGE",
		`the body is larger than ${limitBytes} bytes`,
	);
}
