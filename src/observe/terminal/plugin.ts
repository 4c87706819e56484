import { cutText } from "../plain-value.ts";
import { words } from "./layout.ts";
import {
	cell,
	cellsOf,
	type Fields,
	fieldCells,
	idCell,
	stackNotes,
} from "./parts.ts";
import { severityWord } from "./router.ts";
import type { Designed } from "./view.ts";

/** Formats a plugin's line, with the plugin's name in front, so that its message cannot be mistaken for the router's. */
export function designPlugin(line: Fields): Designed {
	const { plugin, route, id, attempt, msg } = line;
	const { message, stack } = (line.err ?? {}) as Fields;
	const text = typeof msg === "string" ? cutText(msg, MESSAGE_LENGTH) : "";
	const isSaid = typeof message !== "string" || text.includes(message);
	return {
		word: severityWord(line),
		cells: [
			...cellsOf([cell(plugin, "name")]),
			...words(text),
			...fieldCells((line.fields ?? {}) as Fields),
			...cellsOf([
				idCell(id),
				cell(attempt === undefined ? undefined : `try ${attempt}`, "dim"),
				cell(route, "dim"),
			]),
		],
		notes: [
			...(isSaid || stack !== undefined ? [] : [words(String(message))]),
			...stackNotes(stack, text),
		],
	};
}

// --- helpers ---

const MESSAGE_LENGTH = 1000;
