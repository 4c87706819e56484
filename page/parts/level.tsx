/** The five levels, from the widest to the narrowest. */
export const LEVELS = ["account", "number", "app", "request", "ncco"] as const;

/** A level as five bars, as many filled as the level is narrow, and its name. */
export function Level({ level }: { readonly level: string | undefined }) {
	const rank = LEVELS.indexOf(level as (typeof LEVELS)[number]) + 1;
	if (rank === 0) return <span class="faint">no level</span>;
	return (
		<span class="level">
			<svg viewBox="0 0 19 10" width="19" height="10" aria-hidden="true">
				{LEVELS.map((name, at) => (
					<rect
						key={name}
						class={at < rank ? "full" : ""}
						x={at * 4}
						y={8 - at * 2}
						width="3"
						height={at * 2 + 2}
					/>
				))}
			</svg>
			{level}
		</span>
	);
}
