import { useState } from "preact/hooks";
import { call, Problem } from "../../api/client.ts";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { ProblemBox } from "../../parts/messages.tsx";

/** Asks for how long and why a route is paused, and pauses it. */
export function PauseDialog({
	route,
	onClose,
	onPaused,
}: {
	readonly route: string;
	onClose(): void;
	onPaused(): void;
}) {
	const [problem, setProblem] = useState<Problem>();
	const [isSending, setSending] = useState(false);
	const pause = async (form: HTMLFormElement): Promise<void> => {
		const data = new FormData(form);
		const forMs = Number(data.get("forMs"));
		const why = String(data.get("why") ?? "").trim();
		setSending(true);
		try {
			await call("pauseRoutes", {
				body: {
					routes: [route],
					...(forMs > 0 && { forMs }),
					...(why !== "" && { why }),
				},
			});
			onPaused();
		} catch (error) {
			setProblem(
				error instanceof Problem
					? error
					: new Problem(0, "page", "The page failed", String(error)),
			);
			setSending(false);
		}
	};
	return (
		<Dialog title={`Pause ${route}`} onClose={onClose}>
			<p>
				Its webhooks are still answered and stored. No handler starts until the
				pause ends, and nothing is lost.
			</p>
			{problem !== undefined && <ProblemBox problem={problem} />}
			<form
				class="pause-form"
				onSubmit={(event) => {
					event.preventDefault();
					void pause(event.currentTarget);
				}}
			>
				<label>
					For
					<select name="forMs">
						{TIMES.map(([ms, name]) => (
							<option key={name} value={ms}>
								{name}
							</option>
						))}
					</select>
				</label>
				<label>
					Why
					<input
						type="text"
						name="why"
						maxLength={500}
						autoComplete="off"
						placeholder="The CRM is down"
					/>
				</label>
				<DialogButtons isReady={!isSending} onClose={onClose}>
					Pause {route}
				</DialogButtons>
			</form>
		</Dialog>
	);
}

// --- helpers ---

const MINUTE_MS = 60_000;

const TIMES = [
	[0, "until somebody resumes it"],
	[15 * MINUTE_MS, "15 minutes"],
	[60 * MINUTE_MS, "1 hour"],
	[240 * MINUTE_MS, "4 hours"],
	[1440 * MINUTE_MS, "1 day"],
] as const;
