import { cancel, jobs } from "../state/jobs.ts";

/** The jobs of this page that run, with their progress. */
export function RunningJobs() {
	return (
		<>
			{jobs.value.map(({ id, action, at, total }) => (
				<div key={id} class="notice job">
					<span>
						<label>
							{NAMES[action]} {at.toLocaleString("en")} of{" "}
							{total.toLocaleString("en")}{" "}
							<progress value={at} max={Math.max(1, total)} />
						</label>
					</span>
					<button type="button" onClick={() => void cancel(id)}>
						Cancel
					</button>
				</div>
			))}
		</>
	);
}

// --- helpers ---

const NAMES = {
	replay: "Replaying",
	copy: "Sending copies",
	edit: "Making new events",
	release: "Releasing",
	drop: "Dropping",
	redact: "Redacting",
} as const;
