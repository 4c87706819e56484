import { showHidden } from "../../../../src/observe/plain-text.ts";
import { State } from "../../../parts/state.tsx";
import { count } from "../../../parts/text.ts";
import { addressOf } from "../filters.ts";
import type { Delivery } from "./detail.tsx";

/** The deliveries that a fan-out made, one for each target, as links. Nothing for a delivery without children. */
export function Children({
	delivery: { children },
}: {
	readonly delivery: Pick<Delivery, "children">;
}) {
	if (children.length === 0) return null;
	return (
		<ul class="children" aria-label="Children, one for each target">
			{children.map(({ id, route, state, attempts }) => (
				<li key={id}>
					<a href={addressOf(id, new URLSearchParams())}>{showHidden(route)}</a>
					<State state={state} />
					<span class="faint">
						{attempts === 0 ? "no attempt yet" : count(attempts, "attempt")}
					</span>
				</li>
			))}
		</ul>
	);
}
