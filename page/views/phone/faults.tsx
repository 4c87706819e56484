import { useSignal } from "@preact/signals";
import type { PhoneAction } from "../../../src/phone/action.ts";
import {
	FAULT_WORDS,
	FAULTS,
	type FaultName,
} from "../../../src/phone/faults.ts";

/** Chooses a fault for the next webhook. */
export function FaultPicker({
	waiting,
	onAct,
}: {
	readonly waiting: readonly string[];
	onAct(action: PhoneAction): void;
}) {
	const name = useSignal<FaultName>("lost");
	return (
		<div class="row faults" role="group" aria-label="A fault on purpose">
			<label>
				The next webhook{" "}
				<select
					value={name.value}
					onChange={({ currentTarget }) => {
						name.value = currentTarget.value as FaultName;
					}}
				>
					{FAULTS.map((fault) => (
						<option key={fault} value={fault}>
							{FAULT_WORDS[fault]}
						</option>
					))}
				</select>
			</label>
			<button
				type="button"
				onClick={() => onAct({ do: "fault", fault: name.value })}
			>
				Arm
			</button>
			{waiting.length > 0 && (
				<span class="tone-waiting">
					⚡{" "}
					{waiting.length === 1
						? "one fault waits"
						: `${waiting.length} faults wait`}
				</span>
			)}
		</div>
	);
}
