import { decline } from "./doubt.ts";
import {
	DASH,
	GREATER,
	LINE_FEED,
	RETURN,
	type Scanner,
	SPACE,
} from "./scanner.ts";

/**
 * Reads a text of several lines behind a `|` or `>`. Declines the rarer kinds: without a line, with the line ends of Windows, with
 * every line end kept, and folded with deeper indented lines.
 *
 * @param parent the column of the key or the dash. The text is further right
 */
export function readBlockText(scanner: Scanner, parent: number): string {
	const isFolded = scanner.code === GREATER;
	scanner.at += 1;
	const isStripped = scanner.code === DASH;
	if (isStripped) scanner.at += 1;
	scanner.skipSpaces();
	if (scanner.code !== LINE_FEED) decline();
	const lines = readLines(scanner, parent);
	while (lines.at(-1) === "") lines.pop();
	if (lines.length === 0) decline();
	const text = isFolded ? fold(lines) : lines.join("\n");
	return isStripped ? text : `${text}\n`;
}

// --- helpers ---

/** Reads the lines of a text without their indentation, which is that of the first line with content. */
function readLines(scanner: Scanner, parent: number): string[] {
	const { text } = scanner;
	const lines: string[] = [];
	let indent: number | undefined;
	for (let start = scanner.at + 1; ; ) {
		const end = text.indexOf("\n", start);
		let content = start;
		while (text.charCodeAt(content) === SPACE) content += 1;
		const isEmpty = content === end;
		const column = content - start;
		if (isEmpty && column > (indent ?? 0)) decline();
		if (!isEmpty && (end < 0 || column < (indent ?? parent + 1))) {
			// Without a line end behind the last line, the text has none either.
			if (end < 0 && start < text.length - 1) decline();
			scanner.at = start;
			scanner.lineStart = start;
			return lines;
		}
		if (text.charCodeAt(end - 1) === RETURN) decline();
		if (!isEmpty) indent ??= column;
		lines.push(isEmpty ? "" : text.slice(start + (indent ?? 0), end));
		start = end + 1;
	}
}

/** Joins lines with spaces, and empty lines between them with line ends. */
function fold(lines: readonly string[]): string {
	let text = "";
	let breaks = 0;
	for (const line of lines) {
		if (line === "") {
			breaks += 1;
			continue;
		}
		if (line.startsWith(" ") || line.endsWith(" ")) decline();
		const isFirst = text === "";
		text += breaks === 0 && !isFirst ? " " : "\n".repeat(breaks);
		text += line;
		breaks = 0;
	}
	return text;
}
