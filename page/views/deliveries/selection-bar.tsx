import { canOperate, canReveal } from "../../api/session.ts";
import { count } from "../../parts/text.ts";
import { bulkActions } from "./act/actions.ts";
import type { Filter } from "./filters.ts";
import type { Rows } from "./rows.ts";
import { chooseAll, chosen, clearSelection, isAll } from "./selection.ts";

/** The size of the selection, and what can be done with it. */
export function SelectionBar({
	list,
	filter,
}: {
	readonly list: Rows;
	readonly filter: Filter;
}) {
	const { size } = chosen.value;
	const hasMore = list.rows.length > size || !list.isComplete;
	return (
		<section class="selection-bar" aria-label="Selection">
			<span role="status">
				{isAll.value
					? "Everything that matches is selected"
					: `${count(size, "delivery", "deliveries")} selected`}
			</span>
			{!isAll.value && hasMore && (
				<button type="button" class="plain" onClick={chooseAll}>
					Select all that match
				</button>
			)}
			<button type="button" class="plain" onClick={clearSelection}>
				Clear
			</button>
			<span class="row">
				{bulkActions(filter).map(({ name, title, needs, isDanger, run }) => (
					<button
						key={name}
						type="button"
						class={isDanger ? "danger" : ""}
						disabled={
							(needs.includes("operate") && !canOperate.value) ||
							(needs.includes("reveal") && !canReveal.value)
						}
						onClick={run}
					>
						{title}
					</button>
				))}
			</span>
		</section>
	);
}
