import type { IncomingMessage, ServerResponse } from "node:http";
import { HookError } from "../errors.ts";

/**
 * Reads a request's body into one buffer, without a copy where it came in one piece. Stops at the
 * first byte over the limit, whatever Content-Length said; a Content-Length over it is refused before
 * a byte is read. Answers `Expect: 100-continue` (RFC 9110 section 10.1.1) only now: a sender that was
 * refused earlier never sent the body. Throws BODY_TOO_LARGE, BODY_ABORTED.
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
	// RFC 9110 section 15.2: an HTTP/1.0 sender knows no interim answer, and takes it for the answer.
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
				// The promise is settled once; what still comes is dropped.
				body = NOTHING;
				reject(tooLarge(limitBytes));
			} else if (start === 0) {
				body = chunk;
			} else {
				// A list of the chunks would take 150 bytes for each, and a chunk may be one byte.
				body = grow(body, start, size);
				body.set(chunk, start);
			}
		});
		request.on("end", () => {
			resolve(body.length === size ? body : body.subarray(0, size));
		});
		// `close` follows `end` too; before it, the sender went away.
		request.on("close", () => {
			if (!request.complete) reject(new HookError("BODY_ABORTED"));
		});
	});
}

// --- helpers ---

const NOTHING = Buffer.alloc(0);

/** Room for `needed` bytes: the same buffer, or one at least twice as large with its first `used` bytes. */
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
