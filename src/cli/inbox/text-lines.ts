import { StringDecoder } from "node:string_decoder";

/**
 * Reads UTF-8 text line by line, without the line breaks. Throws RangeError for a line longer than
 * `lengthMax` characters, default 128 Mi: what has no line breaks must not fill the memory.
 */
export async function* readTextLines(
	input: AsyncIterable<Uint8Array>,
	lengthMax = 128 * 1024 * 1024,
): AsyncGenerator<string> {
	const decoder = new StringDecoder("utf8");
	let parts: string[] = [];
	let length = 0;
	for await (const bytes of input) {
		const [first = "", ...others] = decoder
			.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
			.split("\n");
		parts.push(first);
		length += first.length;
		for (const next of others) {
			yield withoutReturn(parts.join(""));
			parts = [next];
			length = next.length;
		}
		if (length > lengthMax) throw new RangeError("the line is too long");
	}
	const last = parts.join("") + decoder.end();
	if (last !== "") yield withoutReturn(last);
}

// --- helpers ---

function withoutReturn(line: string): string {
	return line.endsWith("\r") ? line.slice(0, -1) : line;
}
