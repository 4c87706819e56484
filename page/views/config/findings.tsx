import { showHidden } from "../../../src/observe/plain-text.ts";
import type { Answer } from "../../api/client.ts";
import { Code } from "./code.tsx";
import { Sentence } from "./sentence.tsx";

type Finding = Answer<"listFindings">["findings"][number];

/** The findings, errors first, each with the lines that it is about. */
export function Findings({
	findings,
}: {
	readonly findings: readonly Finding[];
}) {
	if (findings.length === 0)
		return (
			<p>
				<span aria-hidden="true">✓ </span>Nothing was found. The files can be
				served.
			</p>
		);
	const sorted = SEVERITIES.flatMap((severity) =>
		findings.filter((one) => one.severity === severity),
	);
	return (
		<ul class="config-findings">
			{sorted.slice(0, SHOWN).map((finding) => (
				<li key={keyOf(finding)} class={`finding-${finding.severity}`}>
					<p>
						<strong class={TONES[finding.severity]}>
							<span aria-hidden="true">{SIGNS[finding.severity]} </span>
							{finding.severity}
						</strong>{" "}
						<Sentence text={finding.what} />
					</p>
					<p class="mono faint">
						{showHidden(finding.file)}:{finding.line}:{finding.column}
					</p>
					{finding.frame !== undefined && finding.frame.length > 0 && (
						<Frame finding={finding} />
					)}
					{finding.expected !== undefined && (
						<p>
							<Sentence text={`Expected ${finding.expected}`} />
						</p>
					)}
					{finding.todo !== undefined && (
						<p>
							<Sentence text={finding.todo} />
						</p>
					)}
				</li>
			))}
			{sorted.length > SHOWN && (
				<li class="faint">and {sorted.length - SHOWN} more</li>
			)}
		</ul>
	);
}

// --- helpers ---

const SEVERITIES = ["error", "warning", "note"] as const;
const SHOWN = 100;

const SIGNS = { error: "✕", warning: "⚠", note: "·" } as const;
const TONES = {
	error: "tone-failed",
	warning: "tone-waiting",
	note: "faint",
} as const;

function keyOf({ file, line, column, what }: Finding): string {
	return `${file}:${line}:${column}:${what}`;
}

function Frame({ finding }: { readonly finding: Finding }) {
	const { frame = [], file, line } = finding;
	return (
		<Code label={`Line ${line} of ${file}`}>
			{frame.map(({ number, text, sort }, at) => (
				<span
					key={at}
					class={`code-line ${sort === "carets" ? `code-carets ${TONES[finding.severity]}` : ""}`}
					aria-hidden={sort === "carets"}
				>
					<span class="code-number">
						{number ?? (sort === "gap" ? "⋮" : "")}
					</span>
					{text}
				</span>
			))}
		</Code>
	);
}
