/** A position in a file. Lines and columns count from 1. */
export interface Position {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** The end of the relevant part, exclusive. Without it, the part is the word or value that starts here. */
	readonly end?: { readonly line: number; readonly column: number };
}

/** The parts of a message: the statement, the expectation and the advice. */
export interface Wording {
	readonly what: string;
	readonly expected?: string | undefined;
	readonly todo?: string | undefined;
	/** True for a note that the router also shows once at its start. Default false. */
	readonly isToldAtStart?: boolean;
}

/** A finding before its position in a file is known. */
export interface Remark extends Wording {
	readonly severity: "error" | "warning" | "note";
}

/** A result of a check with its position. */
export interface Finding extends Position, Remark {}

/** An error prevents the start, a warning does not. A note may be intended, and only `check` shows it. */
export type Severity = Remark["severity"];

/** Writes a wording in one line, each part as a sentence: `what. Expected …. Write ….` A statement alone has no full stop. */
export function formatWording({ what, expected, todo }: Wording): string {
	const parts = [what];
	if (expected !== undefined) parts.push(`Expected ${expected}`);
	if (todo !== undefined) parts.push(toSentence(todo));
	if (parts.length === 1) return what;
	return parts.map(withStop).join(" ");
}

/** Writes a finding as `file:line:column: error: what. Expected …. Write ….` */
export function formatFinding(finding: Finding): string {
	const { file, line, column, severity } = finding;
	return `${file}:${line}:${column}: ${severity}: ${formatWording(finding)}`;
}

/** Returns true if any finding prevents the start. */
export function hasErrors(findings: readonly Finding[]): boolean {
	return findings.some((finding) => finding.severity === "error");
}

/**
 * Sorts findings by file, line and column. Files are in the given order. Other files follow in the order of their first
 * finding.
 *
 * @param files default: the order of the findings
 */
export function sortFindings(
	findings: readonly Finding[],
	files: readonly string[] = [],
): Finding[] {
	const order = new Map<string, number>();
	for (const file of [...files, ...findings.map((one) => one.file)]) {
		if (!order.has(file)) order.set(file, order.size);
	}
	const rank = ({ file }: Finding): number => order.get(file) ?? 0;
	return [...findings].sort(
		(a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
	);
}

// --- helpers ---

function toSentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A question ends with its mark, also before a reason in brackets. */
function withStop(sentence: string): string {
	return /[.?!…]$|\? \(.*\)$/.test(sentence) ? sentence : `${sentence}.`;
}
