/** A server-sent event (HTML standard, section 9.2). */
export interface ServerEvent {
	/** Undefined if it has none. */
	readonly id: string | undefined;
	/** Default `message`. */
	readonly type: string;
	readonly data: string;
}

/** Reads server-sent events from the chunks of a body. Comments and `retry` are left out. */
export async function* readServerEvents(
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerEvent> {
	const decoder = new TextDecoder();
	// A long event comes in many chunks, which are joined once.
	let parts: string[] = [];
	for await (const chunk of chunks) {
		const text = decoder.decode(chunk, { stream: true });
		parts.push(text);
		// The end of an event may be split between two chunks.
		const last = parts.at(-2)?.at(-1) ?? "";
		if (!`${last}${text}`.includes("\n\n")) continue;
		const blocks = parts.join("").split("\n\n");
		parts = [blocks.pop() ?? ""];
		for (const block of blocks) {
			const event = parse(block);
			if (event !== undefined) yield event;
		}
	}
}

// --- helpers ---

/** The router ends lines with LF, and writes one `data` for each event. */
function parse(block: string): ServerEvent | undefined {
	let id: string | undefined;
	let type = "message";
	let data: string | undefined;
	for (const line of block.split("\n")) {
		const colon = line.indexOf(": ");
		const value = line.slice(colon + 2);
		switch (line.slice(0, colon)) {
			case "id":
				id = value;
				break;
			case "event":
				type = value;
				break;
			case "data":
				data = value;
		}
	}
	return data === undefined ? undefined : { id, type, data };
}
