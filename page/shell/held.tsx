import { now } from "../state/clock.ts";
import { HELD_MS, held, undo } from "../state/held.ts";
import { useKeys } from "../state/keys.ts";

/** The actions that are held back, each with the seconds that are left to undo it. */
export function HeldActions() {
	useKeys("Held actions", [
		{ key: "u", label: "Undo the latest action", run: () => undo() },
	]);
	return (
		<>
			{held.value.map(({ id, text, dueAt }) => {
				const left = Math.ceil((dueAt - now.value) / 1000);
				const seconds = Math.max(1, Math.min(HELD_MS / 1000, left));
				return (
					<div key={id} class="notice held">
						<span>
							{text} in <span aria-hidden="true">{seconds} s</span>
							<span class="hidden">a few seconds</span>
						</span>
						<button type="button" class="primary" onClick={() => undo(id)}>
							Undo <kbd aria-hidden="true">u</kbd>
						</button>
					</div>
				);
			})}
		</>
	);
}
