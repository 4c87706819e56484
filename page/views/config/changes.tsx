import { showHidden } from "../../../src/observe/plain-text.ts";
import type { Answer } from "../../api/client.ts";
import { Code } from "./code.tsx";

type Change = Answer<"getConfiguration">["changes"][number];

/** The files that differ on disk, and how. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
	return (
		<section class="config-block" aria-labelledby="config-changes">
			<h2 id="config-changes">On disk, and not in what runs</h2>
			{changes.map(({ path, what, diff }) => (
				<article key={path} class="config-change" aria-label={path}>
					<h3>
						<span class="mono">{showHidden(path)}</span>{" "}
						<span class="faint">{what}</span>
					</h3>
					{diff !== undefined && diff.length > 0 && (
						<Diff lines={diff} path={path} />
					)}
					{diff?.length === 0 && (
						<p class="faint">Only values that are hidden here differ.</p>
					)}
				</article>
			))}
		</section>
	);
}

// --- helpers ---

type Line = NonNullable<Change["diff"]>[number];

const SIGNS = { same: " ", removed: "−", added: "+", gap: " " } as const;
const WORDS = {
	same: "",
	removed: "only runs: ",
	added: "only on disk: ",
	gap: "",
};
const SHOWN = 2000;

function Diff({
	lines,
	path,
}: {
	readonly lines: readonly Line[];
	readonly path: string;
}) {
	return (
		<Code label={`Differences of ${path}`}>
			{lines.slice(0, SHOWN).map(({ sort, text, before, after }, at) => (
				<span key={at} class={`code-line diff-${sort}`}>
					<span class="code-number">{after ?? before ?? "⋮"}</span>
					<span aria-hidden="true">{SIGNS[sort]} </span>
					<span class="hidden">{WORDS[sort]}</span>
					{showHidden(text)}
				</span>
			))}
			{lines.length > SHOWN && `and ${lines.length - SHOWN} more lines`}
		</Code>
	);
}
