/** Gets the output of a process in chunks. */
export interface LineSplitter {
	write(chunk: Buffer): void;
	/** Passes on the last line, even if it has no line break. */
	end(): void;
}

/**
 * Passes complete lines on, so that the lines of several processes never mix. All lines of a chunk go together, as the bytes that
 * they are: decoding them would cost more than all else that a supervisor does.
 */
export function splitLines(onLines: (lines: Buffer) => void): LineSplitter {
	let rest: Buffer[] = [];
	return {
		write(chunk) {
			const end = chunk.lastIndexOf(BREAK) + 1;
			if (end === 0) {
				rest.push(chunk);
				return;
			}
			const lines = chunk.subarray(0, end);
			onLines(rest.length === 0 ? lines : Buffer.concat([...rest, lines]));
			rest = end < chunk.length ? [chunk.subarray(end)] : [];
		},
		end() {
			const last = Buffer.concat(rest);
			rest = [];
			// A killed process leaves a part of a line. A part of a JSON line helps nobody, and other text may.
			if (last.length > 0 && last[0] !== BRACE)
				onLines(Buffer.concat([last, Buffer.from("\n")]));
		},
	};
}

// --- helpers ---

const BREAK = 0x0a;
const BRACE = 0x7b;
