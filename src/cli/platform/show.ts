import { showHidden } from "../../observe/plain-text.ts";
import { type Cell, wrap } from "../../observe/terminal/layout.ts";
import type { PlanLine } from "../../platform/plan/render.ts";
import type { Io } from "../io.ts";

/** Writes the lines of a plan to standard output. A terminal gets its colours, and breaks no line inside a word. */
export function writePlanLines(
	io: Pick<Io, "stdout" | "screens">,
	lines: readonly PlanLine[],
): void {
	const screen = io.screens?.stdout;
	const written = lines.flatMap(({ text, tone }) => {
		const safe = showHidden(text);
		const parts =
			screen === undefined ? [safe] : fitColumns(safe, screen.columns);
		if (screen?.colour !== true || tone === undefined || safe === "") {
			return parts;
		}
		return parts.map((part) => `${STYLES[tone]}${part}${RESET}`);
	});
	io.stdout.write(`${written.join("\n")}\n`);
}

// --- helpers ---

/** ECMA-48, SGR. */
const STYLES = {
	set: "\u001b[32m",
	update: "\u001b[33m",
	clear: "\u001b[31m",
	problem: "\u001b[31m",
	title: "\u001b[1m",
	quiet: "\u001b[2m",
} as const;

const RESET = "\u001b[0m";

/** Breaks a line between words, with what follows below its first word. An arrow stays with its value, a reason in one piece. */
function fitColumns(text: string, columns: number): string[] {
	if (text.length <= columns) return [text];
	const [head = ""] = /^ *(?:[!✖+~?-] )?/.exec(text) ?? [];
	const cells = [
		...text.slice(head.length).matchAll(/( *)(→ \S+|\([^()]*\)$|\S+)/g),
	].map(
		([, space = "", word = ""]): Cell => ({
			text: word,
			gap: space.length > 1 ? 2 : 1,
		}),
	);
	return wrap(cells, {
		...{ head, used: head.length, columns },
		indent: head.length + 2,
		paint: (part) => part,
	});
}
