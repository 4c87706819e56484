import { createLog, type Log, type LogOptions } from "../../src/observe/log.ts";

/** A log that keeps its lines. */
export function createTestLog(options: LogOptions = {}): {
	readonly log: Log;
	/** The raw text of the lines. */
	readonly text: () => string;
	/** The lines, parsed. */
	readonly lines: () => Record<string, unknown>[];
} {
	const written: string[] = [];
	const log = createLog({
		pretty: false,
		destination: { write: (line) => void written.push(line) },
		...options,
	});
	return {
		log,
		text: () => written.join(""),
		lines: () => written.map((line) => JSON.parse(line)),
	};
}
