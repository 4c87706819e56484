import { useEffect } from "preact/hooks";
import { count, formatRate } from "../../parts/text.ts";
import { Windowed } from "../../parts/windowed.tsx";
import { useKeys } from "../../state/keys.ts";
import { go, hrefOf } from "../../state/location.ts";
import { flatten, useRoutes } from "../../state/routes.ts";
import type { View, ViewProps } from "../view.ts";
import { EmptyLive } from "./empty.tsx";
import type { LiveRow, LiveState, WebhookRow } from "./feed.ts";
import { FilterBar } from "./filter-bar.tsx";
import { clearFilter, isEmpty, readFilter } from "./filters.ts";
import { Gap, Row } from "./row.tsx";
import { Strip } from "./strip.tsx";
import { useFeed } from "./use-feed.ts";
import { type Hold, useHold } from "./use-hold.ts";
import { useRowHeight } from "./use-row-height.ts";
import "./live.css";

/** The webhooks as they come. */
export const live: View = {
	name: "live",
	title: "Live",
	key: "l",
	needs: "events",
	component: Live,
};

function Live({ query }: ViewProps) {
	const filter = readFilter(query);
	const rowHeight = useRowHeight();
	const hold = useHold(rowHeight);
	const { state, isFilling } = useFeed(filter, hold.isHeld);
	const routes = flatten(useRoutes().value);
	const levels = new Map(routes.map(({ route }) => [route.name, route.level]));
	const row = useChosen(state.rows, hold);
	return (
		<section class="live" aria-labelledby="live-title">
			<h1 id="live-title" class="hidden">
				Live
			</h1>
			<div class="live-bar">
				<button type="button" aria-pressed={hold.isHeld} onClick={hold.toggle}>
					<span aria-hidden="true">{hold.isHeld ? "▶" : "‖"}</span>{" "}
					{hold.isHeld ? "Go on" : "Pause"}
				</button>
				<FilterBar filter={filter} routes={routes} />
				<Numbers state={state} hold={hold} />
			</div>
			<div
				ref={hold.box}
				class="live-list"
				onScrollCapture={({ target }) =>
					hold.scrolled((target as Element).scrollTop)
				}
			>
				{state.rows.length > 0 && (
					<List
						state={state}
						hold={hold}
						rowHeight={rowHeight}
						levels={levels}
					/>
				)}
				{state.rows.length === 0 && !isFilling && (
					<EmptyLive
						routes={routes}
						isFiltered={!isEmpty(filter)}
						onClear={clearFilter}
					/>
				)}
			</div>
			{row !== undefined && (
				<Strip
					row={row}
					level={levelOf(row, levels)}
					onClose={() => hold.choose(undefined)}
				/>
			)}
		</section>
	);
}

// --- helpers ---

/** Returns the row that somebody looks at, and adds the keys that choose it. */
function useChosen(
	rows: readonly LiveRow[],
	{ chosen, choose, toggle }: Hold,
): WebhookRow | undefined {
	const active = rows.findIndex(({ key }) => key === chosen);
	const row = active === -1 ? undefined : rows[active];
	const isGone = chosen !== undefined && row === undefined;
	useEffect(() => {
		if (isGone) choose(undefined);
	}, [isGone]);
	const step = (by: number): void => {
		const next = rows[Math.max(0, Math.min(rows.length - 1, active + by))];
		if (next !== undefined) choose(next.key);
	};
	useKeys("Live", [
		{ key: "Space", label: "Pause the list, or let it go on", run: toggle },
		{
			key: "j",
			label: "Choose the next row",
			isChoice: true,
			run: () => step(1),
		},
		{
			key: "k",
			label: "Choose the row before",
			isChoice: true,
			run: () => step(-1),
		},
		{
			key: "ArrowDown",
			label: "Choose the next row",
			isChoice: true,
			run: () => step(1),
		},
		{
			key: "ArrowUp",
			label: "Choose the row before",
			isChoice: true,
			run: () => step(-1),
		},
		{
			key: "Enter",
			label: "Open the delivery of the chosen row",
			run: () => open(row),
		},
		{
			key: "Escape",
			label: "Choose no row",
			run: () => choose(undefined),
		},
		{
			key: "f",
			label: "Filter",
			run: () =>
				document.querySelector<HTMLElement>(".live-filters select")?.focus(),
		},
	]);
	return row?.type === "webhook" ? row : undefined;
}

function List({
	state: { rows, fresh },
	hold: { chosen, choose },
	rowHeight,
	levels,
}: {
	readonly state: LiveState;
	readonly hold: Hold;
	readonly rowHeight: number;
	readonly levels: Levels;
}) {
	const active = rows.findIndex(({ key }) => key === chosen);
	return (
		<>
			<div class="live-head live-cells" aria-hidden="true">
				<span>Time</span>
				<span>Outcome</span>
				<span>Route</span>
				<span>Kind</span>
				<span>Level</span>
				<span>Number</span>
				<span class="right">Answer</span>
			</div>
			<Windowed
				items={rows}
				rowHeight={rowHeight}
				label="Webhooks, the newest first"
				active={active === -1 ? undefined : active}
				keyOf={({ key }) => key}
				row={(row, at) =>
					row.type === "gap" ? (
						<Gap row={row} />
					) : (
						<Row
							row={row}
							level={levelOf(row, levels)}
							isFresh={at < fresh && fresh <= SLIDING_MAX}
							isChosen={row.key === chosen}
							onChoose={() => choose(row.key)}
						/>
					)
				}
			/>
		</>
	);
}

type Levels = ReadonlyMap<string, string | undefined>;

/** More new rows at once would be an unrest, not a motion. */
const SLIDING_MAX = 8;

function levelOf(
	{ route = "", level }: WebhookRow,
	levels: Levels,
): string | undefined {
	return level ?? levels.get(route);
}

function open(row: LiveRow | undefined): void {
	if (row?.type === "webhook" && row.id !== undefined)
		go(hrefOf(["deliveries", row.id]));
}

/** The rate, and what the list does not show. */
function Numbers({
	state: { perSecond, undrawn, missed, held },
	hold: { isHeld, release },
}: {
	readonly state: LiveState;
	readonly hold: Hold;
}) {
	return (
		<div class="live-numbers">
			{isHeld && (
				<button type="button" class="plain" onClick={release}>
					{held === 0 ? "held" : `${count(held, "new webhook")} ↑`}
				</button>
			)}
			{missed !== 0 && (
				<span
					class="tone-waiting"
					title="They came while the connection was down."
				>
					<span aria-hidden="true">⚠ </span>
					{missed === undefined ? "some" : missed.toLocaleString("en")} missed
				</span>
			)}
			{undrawn > 0 && (
				<span
					class="faint"
					title="More came than a person can read. Filter to see all that fit."
				>
					{undrawn.toLocaleString("en")} not drawn
				</span>
			)}
			<span class="mono">{formatRate(perSecond)}</span>
		</div>
	);
}
