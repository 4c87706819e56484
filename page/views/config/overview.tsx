import type { Signal } from "@preact/signals";
import { type Answer, call } from "../../api/client.ts";
import { CommandLine, ProblemBox } from "../../parts/messages.tsx";
import { count } from "../../parts/text.ts";
import { Ago } from "../../parts/time.tsx";
import { useLoaded } from "../../state/load.ts";
import { isAble, isInboxOnly } from "../../state/router.ts";
import { Changes } from "./changes.tsx";
import { Findings } from "./findings.tsx";
import { type Reload, ReloadButton, ReloadResult } from "./reload.tsx";

/** What serves, what differs on disk, and what is found there. */
export function Overview({
	files,
	reload,
	onReloaded,
}: {
	readonly files: Answer<"getConfiguration">;
	readonly reload: Signal<Reload | undefined>;
	onReloaded(): void;
}) {
	const { changes, diskVersion, readAt, restart } = files;
	// The check of a large configuration takes a while, so it runs only when something has changed.
	const found = useLoaded(`${diskVersion} ${readAt}`, (signal) =>
		call("listFindings", { query: { of: "disk", frames: true }, signal }),
	);
	const latest = useLoaded(String(readAt), (signal) =>
		call("getReload", { signal }),
	);
	const result = reload.value ?? latest.value?.reload ?? undefined;
	const findings = found.value?.findings;
	const errors = findings?.filter(({ severity }) => severity === "error") ?? [];
	return (
		<>
			<section class="config-block" aria-label="What serves">
				<p class="config-line">
					{changes.length === 0 ? (
						<strong>The files on disk are what {served()}.</strong>
					) : (
						<strong class="tone-waiting">
							<span aria-hidden="true">◷ </span>
							{count(changes.length, "file differs", "files differ")} from what{" "}
							{served()}.
						</strong>
					)}{" "}
					<span class="faint">
						Read <Ago at={readAt} /> ago.
					</span>
				</p>
				{isAble("reload") ? (
					<ReloadButton
						hasChanges={changes.length > 0}
						hasErrors={errors.length > 0}
						onDone={(done) => {
							reload.value = done;
							onReloaded();
							found.again();
						}}
					/>
				) : (
					<p class="faint">
						No router runs behind this page, so there is nothing to reload.{" "}
						<CommandLine text="switchhook serve" /> starts one.
					</p>
				)}
				{result !== undefined && <ReloadResult result={result} />}
				{restart.length > 0 && (
					<p>
						<strong>Needs a restart to take effect:</strong>{" "}
						{restart.map((key) => (
							<code key={key}>{key} </code>
						))}
					</p>
				)}
			</section>
			<section class="config-block" aria-labelledby="config-findings">
				<div class="row">
					<h2 id="config-findings">Findings on disk</h2>
					<button
						type="button"
						disabled={found.isLoading}
						onClick={found.again}
					>
						{found.isLoading ? "Checking…" : "Check again"}
					</button>
				</div>
				{found.problem !== undefined && (
					<ProblemBox problem={found.problem} onRetry={found.again} />
				)}
				{findings !== undefined && <Findings findings={findings} />}
			</section>
			{changes.length > 0 && <Changes changes={changes} />}
		</>
	);
}

// --- helpers ---

function served(): string {
	return isInboxOnly.value ? "this page has read" : "runs";
}
