/** A sign, a word and a color for each state and outcome. The color says the same as the sign. */
const STATES: Readonly<Record<string, readonly [sign: string, tone: string]>> =
	{
		delivered: ["✓", "quiet"],
		received: ["✓", "quiet"],
		handled: ["✓", "quiet"],
		answered: ["✓", "quiet"],
		replied: ["✓", "quiet"],
		acknowledged: ["✓", "quiet"],
		waiting: ["◷", "waiting"],
		leased: ["▸", "waiting"],
		returned: ["◷", "waiting"],
		dead: ["✕", "failed"],
		failed: ["✕", "failed"],
		fallback: ["✕", "failed"],
		reported: ["⚠", "waiting"],
		quarantined: ["⚠", "quarantined"],
		refused: ["⊘", "refused"],
		denied: ["⊘", "refused"],
		unsigned: ["⊘", "refused"],
		invalid: ["⊘", "refused"],
		unknown: ["⊘", "refused"],
		probe: ["·", "faint"],
		duplicate: ["≡", "faint"],
		paused: ["‖", "waiting"],
	};

/** The tone of a state, which is the name of its color. */
export function toneOf(state: string): string {
	return STATES[state]?.[1] ?? "quiet";
}

/** A state or an outcome: never a color alone. */
export function State({
	state,
	label = state,
}: {
	readonly state: string;
	readonly label?: string;
}) {
	const [sign, tone] = STATES[state] ?? ["·", "quiet"];
	return (
		<span class={`state tone-${tone}`}>
			<span class="sign" aria-hidden="true">
				{sign}
			</span>
			{label}
		</span>
	);
}
