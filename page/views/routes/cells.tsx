import { count, formatRate } from "../../parts/text.ts";
import { formatShare, type RouteNumbers } from "./numbers.ts";
import { Spark } from "./spark.tsx";
import type { TreeItem } from "./tree.ts";

/** The names of the columns. */
export function NumberHeads() {
	return (
		<div class="tree-row tree-head" aria-hidden="true">
			<span class="chain">Path, kind, level, match, handler</span>
			<span class="spark-cell">last minute</span>
			<span class="right">rate</span>
			<span class="right">errors</span>
			<span class="right">waiting</span>
			<span class="right">dead</span>
			<span class="condition">state</span>
		</div>
	);
}

/** The right of a row. A screen reader gets the numbers with their names. */
export function NumberCells({ item }: { readonly item: TreeItem }) {
	const { numbers } = item;
	const { spans, perSecond, waiting, dead, failed } = numbers;
	return (
		<>
			<span class="spark-cell">
				<Spark spans={spans} />
			</span>
			<span class={`right mono ${perSecond > 0 ? "" : "zero"}`}>
				{formatRate(perSecond)}{" "}
				<span class="hidden">
					{item.type === "route" && item.isTarget ? "attempts" : "webhooks"}
				</span>
			</span>
			<span class={`right mono ${failed > 0 ? "tone-failed" : "zero"}`}>
				{formatShare(numbers)} <span class="hidden">errors</span>
			</span>
			<span class={`right mono ${waiting > 0 ? "tone-waiting" : "zero"}`}>
				{waiting.toLocaleString("en")} <span class="hidden">waiting</span>
			</span>
			<span class={`right mono ${dead > 0 ? "tone-failed" : "zero"}`}>
				{dead.toLocaleString("en")} <span class="hidden">dead</span>
			</span>
			<span class="condition">
				<Condition numbers={numbers} isRoute={item.type === "route"} />
			</span>
		</>
	);
}

// --- helpers ---

/** The worst of what is the matter. Nothing if all is well. */
function Condition({
	numbers: { failing, paused, openCircuits },
	isRoute,
}: {
	readonly numbers: RouteNumbers;
	readonly isRoute: boolean;
}) {
	const say = (number: number, one: string, many: string): string =>
		isRoute ? one : count(number, one, many);
	if (failing > 0) {
		return (
			<span class="state tone-failed">
				<span aria-hidden="true">✕</span> {say(failing, "fails", "fail")}
			</span>
		);
	}
	if (openCircuits > 0) {
		return (
			<span class="state tone-waiting">
				<span aria-hidden="true">⚠</span>{" "}
				{say(openCircuits, "circuit open", "circuits open")}
			</span>
		);
	}
	if (paused === 0) return null;
	return (
		<span class="state tone-waiting">
			<span aria-hidden="true">‖</span> {say(paused, "paused", "paused")}
		</span>
	);
}
