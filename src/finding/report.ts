import {
	type Finding,
	type Position,
	type Severity,
	sortFindings,
	type Wording,
} from "./finding.ts";

/**
 * Collects the findings of one run. A repeated finding at one position counts once. Findings with the same `fold` are combined:
 * the first one, with the number of the others.
 */
export interface Report {
	error(at: Position, wording: Wording, fold?: string): void;
	warn(at: Position, wording: Wording, fold?: string): void;
	/** Adds a note about a setting that may be intended. */
	note(at: Position, wording: Wording, fold?: string): void;
	/** Lists errors and warnings by file, in the given order, then by line and column. */
	list(files: readonly string[]): readonly Finding[];
	/** Lists the notes in the same order. They require no action. */
	listNotes(files: readonly string[]): readonly Finding[];
}

/** Makes an empty report. */
export function createReport(): Report {
	const entries = new Map<string, Entry>();
	const add = (
		severity: Severity,
		at: Position,
		wording: Wording,
		fold?: string,
	): void => {
		const { file, line, column, end } = at;
		const key =
			fold === undefined
				? `${file}:${line}:${column}: ${wording.what}`
				: `fold ${fold}`;
		const known = entries.get(key);
		if (known !== undefined) {
			known.more += 1;
			return;
		}
		entries.set(key, {
			finding: {
				...{ file, line, column, severity, ...wording },
				...(end !== undefined && { end }),
			},
			fold,
			more: 0,
		});
	};
	const sorted = (
		isWanted: (severity: Severity) => boolean,
		files: readonly string[],
	): readonly Finding[] => {
		const wanted = [...entries.values()].filter(({ finding }) =>
			isWanted(finding.severity),
		);
		return sortFindings(wanted.map(toFinding), files);
	};
	return {
		error: (at, wording, fold) => add("error", at, wording, fold),
		warn: (at, wording, fold) => add("warning", at, wording, fold),
		note: (at, wording, fold) => add("note", at, wording, fold),
		list: (files) => sorted((severity) => severity !== "note", files),
		listNotes: (files) => sorted((severity) => severity === "note", files),
	};
}

// --- helpers ---

interface Entry {
	readonly finding: Finding;
	readonly fold: string | undefined;
	more: number;
}

function toFinding({ finding, fold, more }: Entry): Finding {
	if (fold === undefined || more === 0) return finding;
	return {
		...finding,
		what: `${finding.what} (and ${more} more)`,
	};
}
