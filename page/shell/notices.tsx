import { notices } from "../state/notices.ts";
import { HeldActions } from "./held.tsx";
import { RunningJobs } from "./running-jobs.tsx";

/** The short messages. A screen reader reads each when it comes. */
export function Notices() {
	return (
		<div class="notices" role="status" aria-live="polite">
			<RunningJobs />
			<HeldActions />
			{notices.value.map(({ id, text, isError, action }) => (
				<div key={id} class={isError ? "notice error" : "notice"}>
					<span>{text}</span>
					{action !== undefined && (
						<button
							type="button"
							onClick={() => {
								dismiss(id);
								action.run();
							}}
						>
							{action.label}
						</button>
					)}
					<button
						type="button"
						class="plain"
						aria-label="Close this message"
						onClick={() => dismiss(id)}
					>
						✕
					</button>
				</div>
			))}
		</div>
	);
}

// --- helpers ---

function dismiss(id: number): void {
	notices.value = notices.value.filter((notice) => notice.id !== id);
}
