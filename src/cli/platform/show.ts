import { showHidden } from "../../observe/plain-text.ts";
import type { PlanLine } from "../../platform/plan/render.ts";
import type { Io } from "../io.ts";

/** Writes the lines of a plan to standard output, with colours where a terminal has them. */
export function writePlanLines(
	io: Pick<Io, "stdout" | "screens">,
	lines: readonly PlanLine[],
): void {
	const isColoured = io.screens?.stdout?.colour === true;
	const written = lines.map(({ text, tone }) => {
		const safe = showHidden(text);
		return isColoured && tone !== undefined && safe !== ""
			? `${STYLES[tone]}${safe}${RESET}`
			: safe;
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
