/** Gets the output of a process in chunks. */
export interface LineSplitter {
	write(chunk: string): void;
	/** Passes on the last line, even if it has no line break. */
	end(): void;
}

/** Passes complete lines on, so that the lines of several processes never mix. All lines of a chunk go together. */
export function splitLines(onLines: (lines: string) => void): LineSplitter {
	let rest = "";
	return {
		write(chunk) {
			const end = chunk.lastIndexOf("\n") + 1;
			if (end === 0) {
				rest += chunk;
				return;
			}
			onLines(rest + chunk.slice(0, end));
			rest = chunk.slice(end);
		},
		end() {
			// A killed process leaves a part of a line. A part of a JSON line helps nobody, and other text may.
			if (rest !== "" && !rest.startsWith("{")) onLines(`${rest}\n`);
			rest = "";
		},
	};
}
