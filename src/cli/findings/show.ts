import {
	type Finding,
	formatFinding,
	type Severity,
} from "../../finding/finding.ts";
import { drawFrame, type FrameLine } from "../../frame/frame.ts";
import { findSecrets } from "../../frame/mask-secrets.ts";
import { showHidden } from "../../observe/plain-text.ts";

/** The options of showing findings. */
export interface ShowOptions {
	/** True to write colors (ECMA-48, SGR). */
	readonly colour: boolean;
	/** The columns of the terminal. Undefined without a terminal: each finding is then one line without a frame. */
	readonly width: number | undefined;
	/** The texts of the files, by the name in the findings. Findings in other files have no frame. */
	readonly sources: ReadonlyMap<string, string>;
}

/**
 * Formats findings as lines. On a terminal each finding has its statement, its position, the line of the file with carets, and
 * its advice. Elsewhere each is one line, `file:line:column: severity: …`, which editors parse. No line contains a secret or a
 * control character, except colors.
 */
export function showFindings(
	findings: readonly Finding[],
	{ colour, width, sources }: ShowOptions,
): string[] {
	if (width === undefined) {
		return findings.map((finding) => showHidden(formatFinding(finding)));
	}
	const paint: Paint = colour
		? (style, text) => `${STYLES[style]}${text}${RESET}`
		: (_style, text) => text;
	const hidden = new Map(
		[...sources].map(([file, text]) => [
			file,
			{ text, secrets: findSecrets(text, file) },
		]),
	);
	return findings.flatMap((finding) => {
		const source = hidden.get(finding.file);
		const margin = String(
			Math.max(finding.line, finding.end?.line ?? 0),
		).length;
		const frame =
			source === undefined
				? []
				: drawFrame(source, finding, Math.max(width - margin - 3, 20));
		return [...showOne(finding, frame, { margin, width, paint }), ""];
	});
}

/** Sums findings up: `2 errors, 1 warning in routes.yaml`. */
export function summarize(findings: readonly Finding[]): string {
	const count = (severity: Severity): number =>
		findings.filter((finding) => finding.severity === severity).length;
	const notes = count("note");
	const counts = [
		plural(count("error"), "error"),
		plural(count("warning"), "warning"),
		...(notes === 0 ? [] : [plural(notes, "note")]),
	].join(", ");
	const files = [
		...new Set(
			findings
				.filter(({ severity }) => severity !== "note")
				.map(({ file }) => file),
		),
	];
	if (files.length === 0) return counts;
	const where =
		files.length === 1
			? showHidden(files[0] as string)
			: `${files.length} files`;
	return `${counts} in ${where}`;
}

/** Writes how many errors there are: `1 error`, `2 errors`. */
export function countErrors(findings: readonly Finding[]): string {
	const errors = findings.filter(({ severity }) => severity === "error");
	return plural(errors.length, "error");
}

/** Writes a number with its noun: `1 route`, `2 routes`. */
export function plural(number: number, word: string): string {
	return `${number} ${word}${number === 1 ? "" : "s"}`;
}

// --- helpers ---

type Style = Severity | "strong" | "dim";

type Paint = (style: Style, text: string) => string;

interface Layout {
	/** The columns of the line numbers. */
	readonly margin: number;
	readonly width: number;
	readonly paint: Paint;
}

const RESET = "\u001b[0m";

const STYLES: Readonly<Record<Style, string>> = {
	error: "\u001b[1;31m",
	warning: "\u001b[1;33m",
	note: "\u001b[1;36m",
	strong: "\u001b[1m",
	dim: "\u001b[34m",
};

function showOne(
	{ file, line, column, severity, what, expected, todo }: Finding,
	frame: readonly FrameLine[],
	{ margin, width, paint }: Layout,
): string[] {
	const blank = " ".repeat(margin);
	const bar = paint("dim", "|");
	const advice = (label: string, text: string): string[] =>
		wrap(showHidden(text), width - margin - label.length - 5).map(
			(part, index) =>
				index === 0
					? `${blank} ${paint("dim", "=")} ${paint("strong", `${label}:`)} ${part}`
					: `${blank}   ${" ".repeat(label.length + 1)} ${part}`,
		);
	return [
		`${paint(severity, severity)}${paint("strong", `: ${showHidden(what)}`)}`,
		`${blank}${paint("dim", "-->")} ${showHidden(file)}:${line}:${column}`,
		...(frame.length === 0 ? [] : [`${blank} ${bar}`]),
		...frame.map(({ number, text, sort }) => {
			if (sort === "gap") return paint("dim", "...");
			if (sort === "carets") return `${blank} ${bar} ${paint(severity, text)}`;
			const shown = String(number).padStart(margin);
			return `${paint("dim", shown)} ${bar} ${text}`.trimEnd();
		}),
		...(expected === undefined ? [] : advice("expected", expected)),
		...(todo === undefined ? [] : advice("help", todo)),
	];
}

/** Wraps a text between words. A longer word gets its own line. */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(" ")) {
		if (line !== "" && line.length + 1 + word.length > Math.max(width, 20)) {
			lines.push(line);
			line = word;
		} else line = line === "" ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
