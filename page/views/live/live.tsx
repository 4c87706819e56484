import { useEffect, useRef, useState } from "preact/hooks";
import { count } from "../../parts/text.ts";
import { Windowed } from "../../parts/windowed.tsx";
import { useKeys } from "../../state/keys.ts";
import { go, hrefOf, setQuery } from "../../state/location.ts";
import { flatten, useRoutes } from "../../state/routes.ts";
import type { View, ViewProps } from "../view.ts";
import { EmptyLive } from "./empty.tsx";
import type { LiveRow, LiveState, WebhookRow } from "./feed.ts";
import { FilterBar } from "./filter-bar.tsx";
import { CHOSEN, isEmpty, readFilter } from "./filters.ts";
import { Gap, Row } from "./row.tsx";
import { Strip } from "./strip.tsx";
import { useFeed } from "./use-feed.ts";
import { useRowHeight } from "./use-row-height.ts";
import "./live.css";

/** The webhooks as they come. */
export const live: View = {
	name: "live",
	title: "Live",
	key: "l",
	component: Live,
};

function Live({ query }: ViewProps) {
	const filter = readFilter(query);
	const [isPaused, setPaused] = useState(false);
	const [isScrolled, setScrolled] = useState(false);
	const [chosen, setChosen] = useState<string>();
	const isHeld = isPaused || isScrolled || chosen !== undefined;
	const { state, isFilling } = useFeed(filter, isHeld);
	const routes = flatten(useRoutes().value);
	const levels = new Map(routes.map(({ route }) => [route.name, route.level]));
	const list = useRef<HTMLDivElement>(null);
	const rowHeight = useRowHeight();
	const { rows } = state;
	const active = rows.findIndex(({ key }) => key === chosen);
	const row = active === -1 ? undefined : rows[active];
	useEffect(() => {
		if (chosen !== undefined && active === -1) setChosen(undefined);
	}, [chosen, active]);
	const resume = (): void => {
		setPaused(false);
		setChosen(undefined);
		const box = list.current?.querySelector(".windowed");
		if (box != null) box.scrollTop = 0;
	};
	const step = (by: number): void => {
		const next = rows[Math.max(0, Math.min(rows.length - 1, active + by))];
		if (next !== undefined) setChosen(next.key);
	};
	useKeys("Live", [
		{
			key: "Space",
			label: "Pause the list, or let it go on",
			run: () => (isHeld ? resume() : setPaused(true)),
		},
		{ key: "j", label: "Choose the next row", run: () => step(1) },
		{ key: "k", label: "Choose the row before", run: () => step(-1) },
		{ key: "ArrowDown", label: "Choose the next row", run: () => step(1) },
		{ key: "ArrowUp", label: "Choose the row before", run: () => step(-1) },
		{
			key: "Enter",
			label: "Open the delivery of the chosen row",
			run: () => open(row),
		},
		{
			key: "Escape",
			label: "Choose no row",
			run: () => setChosen(undefined),
		},
		{
			key: "f",
			label: "Filter",
			run: () =>
				document.querySelector<HTMLElement>(".live-filters select")?.focus(),
		},
	]);
	return (
		<section class="live" aria-labelledby="live-title">
			<h1 id="live-title" class="hidden">
				Live
			</h1>
			<div class="live-bar">
				<button
					type="button"
					aria-pressed={isHeld}
					onClick={() => (isHeld ? resume() : setPaused(true))}
				>
					<span aria-hidden="true">{isHeld ? "▶" : "‖"}</span>{" "}
					{isHeld ? "Go on" : "Pause"}
				</button>
				<FilterBar filter={filter} routes={routes} />
				<Numbers state={state} isHeld={isHeld} onResume={resume} />
			</div>
			<div
				ref={list}
				class="live-list"
				onScrollCapture={({ target }) =>
					setScrolled((target as Element).scrollTop > rowHeight / 2)
				}
			>
				{rows.length === 0 ? (
					!isFilling && (
						<EmptyLive
							routes={routes}
							isFiltered={!isEmpty(filter)}
							onClear={clearFilter}
						/>
					)
				) : (
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
							row={(one, at) => (
								<Line
									row={one}
									level={
										one.type === "webhook" ? levelOf(one, levels) : undefined
									}
									isFresh={at < state.fresh && state.fresh <= SLIDING_MAX}
									isChosen={one.key === chosen}
									onChoose={() => setChosen(one.key)}
								/>
							)}
						/>
					</>
				)}
			</div>
			{row?.type === "webhook" && (
				<Strip
					row={row}
					level={levelOf(row, levels)}
					onClose={() => setChosen(undefined)}
				/>
			)}
		</section>
	);
}

// --- helpers ---

/** More new rows at once would be an unrest, not a motion. */
const SLIDING_MAX = 8;

function levelOf(
	{ route = "", level }: WebhookRow,
	levels: ReadonlyMap<string, string | undefined>,
): string | undefined {
	return level ?? levels.get(route);
}

function open(row: LiveRow | undefined): void {
	if (row?.type === "webhook" && row.id !== undefined)
		go(hrefOf(["deliveries", row.id]));
}

function clearFilter(): void {
	setQuery(
		Object.fromEntries([...CHOSEN, "number"].map((name) => [name, undefined])),
	);
}

function Line({
	row,
	level,
	isFresh,
	isChosen,
	onChoose,
}: {
	readonly row: LiveRow;
	readonly level: string | undefined;
	readonly isFresh: boolean;
	readonly isChosen: boolean;
	onChoose(): void;
}) {
	if (row.type === "gap") return <Gap row={row} />;
	return (
		<Row
			row={row}
			level={level}
			isFresh={isFresh}
			isChosen={isChosen}
			onChoose={onChoose}
		/>
	);
}

/** The rate, and what the list does not show. */
function Numbers({
	state: { perSecond, undrawn, missed, held },
	isHeld,
	onResume,
}: {
	readonly state: LiveState;
	readonly isHeld: boolean;
	onResume(): void;
}) {
	return (
		<div class="live-numbers">
			{isHeld && (
				<button type="button" class="plain" onClick={onResume}>
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

function formatRate(perSecond: number): string {
	const digits = perSecond < 10 ? 1 : 0;
	return `${perSecond.toFixed(digits)}/s`;
}
