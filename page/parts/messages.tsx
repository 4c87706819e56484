import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client.ts";

/** An error: what, why, and what to do. */
export function ProblemBox({
	problem,
	onRetry,
}: {
	readonly problem: Problem;
	onRetry?(): void;
}) {
	return (
		<div class="problem" role="alert">
			<strong>{problem.title}.</strong> {problem.message}
			{onRetry !== undefined && (
				<button type="button" onClick={onRetry}>
					Try again
				</button>
			)}
		</div>
	);
}

/** An empty view, which says how something comes to be there. */
export function Empty({
	title,
	children,
}: {
	readonly title: string;
	readonly children?: ComponentChildren;
}) {
	return (
		<div class="empty">
			<h2>{title}</h2>
			{children}
		</div>
	);
}

/** A command for a terminal, or another text that is needed elsewhere, with a button that copies it. */
export function CommandLine({
	text,
	what = "command",
}: {
	readonly text: string;
	readonly what?: string;
}) {
	return (
		<span class="command-line">
			<code>{text}</code>
			<button
				type="button"
				class="plain"
				aria-label={`Copy the ${what} ${text}`}
				onClick={() => void navigator.clipboard.writeText(text)}
			>
				copy
			</button>
		</span>
	);
}
