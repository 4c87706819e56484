/** Webhooks of the last minute as twelve bars, the latest on the right. The numbers beside it say the same. */
export function Spark({ spans }: { readonly spans: readonly number[] }) {
	const most = Math.max(1, ...spans);
	return (
		<svg
			class="spark"
			viewBox="0 0 60 14"
			width="60"
			height="14"
			aria-hidden="true"
		>
			{spans.map((number, at) => {
				const height = number === 0 ? 1 : Math.max(2, (number / most) * 14);
				return (
					<rect
						key={at}
						class={number === 0 ? "none" : ""}
						x={at * 5}
						y={14 - height}
						width="4"
						height={height}
					/>
				);
			})}
		</svg>
	);
}
