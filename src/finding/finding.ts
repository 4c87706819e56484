/** A place in a file. Lines and columns count from 1. */
export interface Position {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** The words of a message: what is there, what was expected, what to write instead. */
export interface Wording {
	readonly what: string;
	readonly expected?: string | undefined;
	readonly todo?: string | undefined;
	/** True for a note that the start of the router shows too, once; default false. */
	readonly isToldAtStart?: boolean;
}

/** A finding before its place in a file is known. */
export interface Remark extends Wording {
	readonly severity: "error" | "warning" | "note";
}

/** One thing that a check found, and where. */
export interface Finding extends Position, Remark {}

/** An error forbids to start, a warning does not; a note may well be meant, and only `check` shows it. */
export type Severity = Remark["severity"];

/** Writes a wording in one line: `what, expected …, write …`. */
export function formatWording({ what, expected, todo }: Wording): string {
	const parts = [what];
	if (expected !== undefined) parts.push(`expected ${expected}`);
	if (todo !== undefined) parts.push(todo);
	return parts.join(", ");
}

/** Writes a finding as `file:line:column: error: what, expected …, write …`. */
export function formatFinding(finding: Finding): string {
	const { file, line, column, severity } = finding;
	return `${file}:${line}:${column}: ${severity}: ${formatWording(finding)}`;
}

/** True when any finding forbids to start. */
export function hasErrors(findings: readonly Finding[]): boolean {
	return findings.some((finding) => finding.severity === "error");
}
