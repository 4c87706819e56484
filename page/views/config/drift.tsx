import { showHidden } from "../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../api/client.ts";
import { CommandLine, Empty, ProblemBox } from "../../parts/messages.tsx";
import { count } from "../../parts/text.ts";
import { Ago, formatDuration } from "../../parts/time.tsx";
import { useLoaded } from "../../state/load.ts";
import { Sentence } from "./sentence.tsx";

/** Whether the settings at the platform are as the routes say. */
export function Drift() {
	const { value, problem, again } = useLoaded(
		"drift",
		(signal) => call("getDrift", { signal }),
		{ everyMs: 10_000 },
	);
	if (problem !== undefined)
		return <ProblemBox problem={problem} onRetry={again} />;
	if (value === undefined) return null;
	return <State drift={value} />;
}

// --- helpers ---

function State({ drift }: { readonly drift: Answer<"getDrift"> }) {
	const { state, at, everyMs = 0, differences = [], reason } = drift;
	if (state === "off")
		return (
			<Empty title="Nobody looks for drift">
				<p>
					Write <code>platform.drift: 15m</code> beside the account in
					routes.yaml, and the router compares its routes with the platform.
				</p>
				<p>
					<CommandLine text="switchhook platform drift" /> looks once.
				</p>
			</Empty>
		);
	return (
		<section class="config-block" aria-label="Drift at the platform">
			<p>
				{state === "pending" && "The first look is not done yet."}
				{state === "elsewhere" &&
					"Another router of this inbox looks for drift. Its page and its log have the result."}
				{state === "same" && (
					<strong>
						<span aria-hidden="true">✓ </span>The platform is as the routes say.
					</strong>
				)}
				{state === "drifted" && (
					<strong class="tone-failed">
						<span aria-hidden="true">✕ </span>
						{count(differences.length, "difference")} at the platform.
					</strong>
				)}
				{state === "failed" && (
					<strong class="tone-failed">
						<span aria-hidden="true">✕ </span>The platform could not be compared
						with the routes.
					</strong>
				)}{" "}
				<span class="faint">
					{at !== undefined && (
						<>
							Looked <Ago at={at} /> ago,{" "}
						</>
					)}
					every {formatDuration(everyMs)}.
				</span>
			</p>
			{reason !== undefined && <p>{showHidden(reason)}</p>}
			{differences.length > 0 && (
				<ul class="config-findings">
					{differences.map(({ account, what, text }) => (
						<li key={`${account} ${what} ${text}`}>
							<p>
								<Sentence text={text} />
							</p>
							{account !== undefined && (
								<p class="faint">Account {showHidden(account)}</p>
							)}
						</li>
					))}
				</ul>
			)}
			{state === "drifted" && (
				<p>
					<CommandLine text="switchhook platform plan" /> shows what would be
					set.
				</p>
			)}
		</section>
	);
}
