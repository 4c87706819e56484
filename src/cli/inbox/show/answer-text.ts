import { escapeHiddenInJson } from "../../../observe/plain-text.ts";
import type { ShownAnswer } from "../../../runtime/inbox/shown-answer.ts";

/** Writes an answer in lines: its body as JSON that can be read, or as its text. */
export function describeAnswer({ body, note }: ShownAnswer): string[] {
	const lines =
		body === undefined
			? []
			: typeof body === "string"
				? body.split(/\r?\n/)
				: escapeHiddenInJson(JSON.stringify(body, null, 2)).split("\n");
	return note === undefined ? lines : [...lines, `(${note})`];
}
