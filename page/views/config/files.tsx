import { showHidden } from "../../../src/observe/plain-text.ts";
import { call } from "../../api/client.ts";
import { Empty, ProblemBox } from "../../parts/messages.tsx";
import { count } from "../../parts/text.ts";
import { Windowed } from "../../parts/windowed.tsx";
import { useLoaded } from "../../state/load.ts";
import { hrefOf } from "../../state/location.ts";

/** The files of the configuration that runs, to read. */
export function Files({
	readAt,
	path,
}: {
	/** When they were read, which is later after a reload. */
	readonly readAt: number;
	/** The file of the address. Empty for the first one. */
	readonly path: string;
}) {
	const { value, problem, again } = useLoaded(String(readAt), (signal) =>
		call("getConfiguration", { signal }),
	);
	if (problem !== undefined)
		return <ProblemBox problem={problem} onRetry={again} />;
	if (value === undefined) return null;
	const { files } = value;
	const shown = files.find((file) => file.path === path) ?? files[0];
	if (shown === undefined)
		return (
			<Empty title="There is no configuration">
				<p>Everything is masked, and no delivery can be explained.</p>
			</Empty>
		);
	const lines = (shown.text ?? "").replace(/\r?\n$/, "").split(/\r?\n/);
	return (
		<div class="config-files">
			<nav aria-label="Files of the configuration">
				<ul class="config-file-list">
					{files.map((file) => (
						<li key={file.path}>
							<a
								class="mono"
								href={hrefOf(["config", "files", ...file.path.split("/")])}
								aria-current={file === shown ? "page" : undefined}
							>
								{showHidden(file.path)}
							</a>
						</li>
					))}
				</ul>
			</nav>
			<section class="config-file" aria-label={shown.path}>
				<p class="faint">
					{count(lines.length, "line")}, as the router has read them. Secrets
					are hidden, and variables are not replaced.
				</p>
				<div class="config-file-text">
					<Windowed
						items={lines.map((text, at) => ({ text, number: at + 1 }))}
						rowHeight={18}
						label={`Lines of ${shown.path}`}
						keyOf={({ number }) => number}
						row={({ text, number }) => (
							<code class="code-line">
								<span class="code-number">{number}</span>
								{showHidden(text)}
							</code>
						)}
					/>
				</div>
			</section>
		</div>
	);
}
