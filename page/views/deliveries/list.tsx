import { useLayoutEffect, useRef } from "preact/hooks";
import { parentIdOf } from "../../../src/inbox/port/child.ts";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { Level } from "../../parts/level.tsx";
import { CommandLine, Empty, ProblemBox } from "../../parts/messages.tsx";
import { State } from "../../parts/state.tsx";
import { Ago, Clock } from "../../parts/time.tsx";
import { Windowed } from "../../parts/windowed.tsx";
import { place } from "../../state/location.ts";
import type { Levels } from "./deliveries.tsx";
import { addressOf, clearFilters } from "./filters.ts";
import type { Row, Rows } from "./rows.ts";
import { choose, chooseTo, isChosen } from "./selection.ts";

export interface ListProps {
	readonly list: Rows;
	readonly active: number;
	readonly openId: string | undefined;
	readonly levels: Levels;
	readonly query: URLSearchParams;
	onOpen(row: Row): void;
}

/** The list of deliveries, of which only the rows in view are drawn. */
export function List({
	list,
	active,
	openId,
	levels,
	query,
	onOpen,
}: ListProps) {
	const { rows, problem, isComplete } = list;
	const box = useRef<HTMLDivElement>(null);
	useStill(box, rows);
	if (problem !== undefined)
		return <ProblemBox problem={problem} onRetry={list.refresh} />;
	if (rows.length === 0) return <NoRows list={list} />;
	return (
		<div ref={box} class="rows" aria-busy={list.isLoading}>
			<Windowed
				items={rows}
				rowHeight={rowHeight}
				label="Deliveries, newest first"
				{...(active >= 0 && { active })}
				keyOf={({ id }) => id}
				onEnd={() => {
					if (!isComplete) list.more();
				}}
				row={(row, at) => (
					<ListRow
						row={row}
						level={levels.get(row.route)}
						href={addressOf(row.id, query)}
						isActive={at === active}
						isOpen={row.id === openId}
						onOpen={() => onOpen(row)}
						onRange={() =>
							chooseTo(
								row.id,
								rows.map(({ id }) => id),
							)
						}
					/>
				)}
			/>
		</div>
	);
}

// --- helpers ---

/** Keeps the rows where they are while new ones come above them, unless the newest is in view. */
function useStill(
	box: { readonly current: HTMLElement | null },
	rows: readonly Row[],
): void {
	const before = useRef<readonly Row[]>(rows);
	useLayoutEffect(() => {
		const first = before.current[0];
		before.current = rows;
		const scrolled = box.current?.querySelector(".windowed");
		if (first === undefined || !scrolled || scrolled.scrollTop === 0) return;
		const added = rows.findIndex(({ id }) => id === first.id);
		if (added > 0) scrolled.scrollTop += added * rowHeight;
	}, [rows]);
}

/** A finger needs more room than a mouse. */
const rowHeight = matchMedia("(pointer: coarse)").matches ? 56 : 28;

function ListRow({
	row,
	level,
	href,
	isActive,
	isOpen,
	onOpen,
	onRange,
}: {
	readonly row: Row;
	readonly level: string | undefined;
	readonly href: string;
	readonly isActive: boolean;
	readonly isOpen: boolean;
	onOpen(): void;
	onRange(): void;
}) {
	const { id, state, route, kind, receivedAt, attempts, reason } = row;
	const isSelected = isChosen(id);
	const classes = [
		"delivery-row",
		isActive ? "active" : "",
		isSelected ? "selected" : "",
	].join(" ");
	return (
		<div class={classes}>
			<label class="row-check">
				<input
					type="checkbox"
					checked={isSelected}
					aria-label={`Select the delivery ${shortId(id)}`}
					onClick={(event) => {
						if (event.shiftKey) onRange();
						else choose(id);
					}}
				/>
			</label>
			<a
				class="row-link"
				href={href}
				aria-current={isOpen ? "true" : undefined}
				onClick={(event) => {
					if (event.metaKey || event.ctrlKey) return;
					event.preventDefault();
					if (event.shiftKey) onRange();
					else onOpen();
				}}
			>
				<span class="cell-time mono">
					<span class="is-wide">
						<Clock at={receivedAt} />
					</span>
					<span class="is-narrow">
						<Ago at={receivedAt} />
					</span>
				</span>
				<span class="cell-state">
					<State state={state} label={stateLabel(row)} />
				</span>
				<span class="cell-route">{showHidden(route)}</span>
				<span class="cell-kind mono">{showHidden(kind)}</span>
				<span class="cell-level">
					<Level level={level} />
				</span>
				<span class="cell-key mono">{keyOf(row)}</span>
				<span class="cell-tries">
					{attempts === 0 ? "" : attempts === 1 ? "1 try" : `${attempts} tries`}
				</span>
				<span class="cell-reason">
					{reason === undefined ? "" : showHidden(reason)}
				</span>
			</a>
		</div>
	);
}

/** The first part of an id, which tells deliveries apart. A child has the name of its target too: `018bcfe5~crm`. */
export function shortId(id: string): string {
	const parent = parentIdOf(id) ?? id;
	return showHidden(`${parent.slice(0, 8)}${id.slice(parent.length)}`);
}

function stateLabel({ state, isBlocked }: Row): string {
	return isBlocked ? "behind another" : state;
}

/** The values of the order key, or else of the dedupe key. */
function keyOf({ orderKey, dedupeKey }: Row): string {
	const key = orderKey ?? dedupeKey;
	if (key === undefined) return "";
	try {
		const values: unknown = JSON.parse(key);
		if (Array.isArray(values))
			return showHidden(values.map(String).join(" · "));
	} catch {
		// A key that is not a list is shown as it is.
	}
	return showHidden(key);
}

function NoRows({ list: { isLoading, isComplete, more } }: { list: Rows }) {
	if (isLoading) return <p class="list-note faint">Loading…</p>;
	if (!isComplete)
		return (
			<Empty title="Nothing fits so far">
				<p>The search has not reached the oldest deliveries yet.</p>
				<button type="button" onClick={more}>
					Go on searching
				</button>
			</Empty>
		);
	if ([...place.value.query.keys()].length > 0)
		return (
			<Empty title="No delivery matches the filter">
				<button type="button" onClick={clearFilters}>
					Clear the filter
				</button>
			</Empty>
		);
	return (
		<Empty title="Nothing has come yet">
			<p>Send a webhook:</p>
			<CommandLine text="switchhook send sms.inbound" />
		</Empty>
	);
}
