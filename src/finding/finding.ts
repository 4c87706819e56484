/** A place in a file. Lines and columns count from 1. */
export interface Position {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** One thing that a check found: what is there, what was expected, what to write instead. */
export interface Finding extends Position {
	readonly severity: "error" | "warning" | "note";
	readonly what: string;
	readonly expected?: string | undefined;
	readonly todo?: string | undefined;
}

/** An error forbids to start, a warning does not; a note may well be meant, and only `check` shows it. */
export type Severity = Finding["severity"];

/** Writes a finding as `file:line:column: error: what, expected …, write …`. */
export function formatFinding(finding: Finding): string {
	const { file, line, column, severity, what, expected, todo } = finding;
	const parts = [what];
	if (expected !== undefined) parts.push(`expected ${expected}`);
	if (todo !== undefined) parts.push(todo);
	return `${file}:${line}:${column}: ${severity}: ${parts.join(", ")}`;
}

/** True when any finding forbids to start. */
export function hasErrors(findings: readonly Finding[]): boolean {
	return findings.some((finding) => finding.severity === "error");
}
