import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { call } from "../../api/client.ts";
import { openStream } from "../../api/stream.ts";
import { changes } from "../../state/jobs.ts";
import { useKeys } from "../../state/keys.ts";
import { useLoaded } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import type { View, ViewProps } from "../view.ts";
import { Dialogs } from "./act/dialogs.tsx";
import { actionKeys } from "./act/keys.ts";
import { Detail } from "./detail/detail.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { addressOf, readFilter } from "./filters.ts";
import { List } from "./list.tsx";
import { useRows } from "./rows.ts";
import { choose, chooseTo, clearSelection, hasSelection } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import "./deliveries.css";

/** The stored deliveries: the list, and one of them beside it. */
export const deliveries: View = {
	name: "deliveries",
	title: "Deliveries",
	key: "d",
	component: Deliveries,
};

function Deliveries({ path, query }: ViewProps) {
	const [id] = path;
	const filter = useMemo(() => readFilter(query), [query.toString()]);
	const key = JSON.stringify(filter);
	const list = useRows(filter);
	const { rows } = list;
	const levels = useLevels();
	// The active one is known by its id: new ones come before it.
	const activeId = useSignal<string | undefined>(undefined);
	useEffect(clearSelection, [key]);
	// What is active stays so until the list of another filter is there.
	const listed = useRef("");
	useEffect(() => {
		if (listed.current !== list.readWith) activeId.value = id;
		listed.current = list.readWith;
		activeId.value ??= rows[0]?.id;
	}, [rows]);
	// A delivery that was opened by its address is the active one.
	useEffect(() => {
		if (id !== undefined) activeId.value = id;
	}, [id]);
	const active = useMemo(
		() => rows.findIndex((row) => row.id === activeId.value),
		[rows, activeId.value],
	);
	useChanges(list.refresh);
	const open = (to: string | undefined, replace = false): void =>
		go(addressOf(to, query), { replace });
	const move = (step: number): void => {
		const row = rows[Math.max(0, Math.min(rows.length - 1, active + step))];
		if (row === undefined) return;
		activeId.value = row.id;
		if (id !== undefined) open(row.id, true);
	};
	const current = rows[active];
	useKeys("Deliveries", [
		{ key: "j", label: "Next delivery", isChoice: true, run: () => move(1) },
		{
			key: "k",
			label: "Previous delivery",
			isChoice: true,
			run: () => move(-1),
		},
		{ key: "Enter", label: "Open", run: () => current && open(current.id) },
		{
			key: "Escape",
			label: "Back: close the delivery, or clear the selection",
			run: () =>
				hasSelection.value
					? clearSelection()
					: id !== undefined && open(undefined),
		},
		{ key: "x", label: "Select", run: () => current && choose(current.id) },
		{
			key: "X",
			label: "Select from the last selected to here",
			run: () =>
				current &&
				chooseTo(
					current.id,
					rows.map((row) => row.id),
				),
		},
		...actionKeys(() => ({ id: id ?? current?.id, filter })),
	]);
	return (
		<div class={id === undefined ? "deliveries" : "deliveries has-detail"}>
			{id === undefined && <h1 class="hidden">Deliveries</h1>}
			<section class="deliveries-list" aria-label="Deliveries">
				<FilterBar filter={filter} query={query} list={list} />
				{hasSelection.value && <SelectionBar list={list} filter={filter} />}
				<List
					list={list}
					active={active}
					openId={id}
					levels={levels}
					query={query}
					onOpen={(row) => {
						activeId.value = row.id;
						open(row.id);
					}}
				/>
			</section>
			{id !== undefined && (
				<Detail
					key={id}
					id={id}
					query={query}
					levels={levels}
					onClose={() => open(undefined)}
				/>
			)}
			<Dialogs />
		</div>
	);
}

// --- helpers ---

/** The levels of the routes by their names. */
export type Levels = ReadonlyMap<string, string | undefined>;

function useLevels(): Levels {
	const { value } = useLoaded("routes", (signal) =>
		call("listRoutes", { signal }),
	);
	return useMemo(
		() =>
			new Map(
				(value?.paths ?? []).flatMap((path) =>
					path.kinds.flatMap((kind) =>
						kind.levels.flatMap(({ routes }) =>
							routes.map(({ name, level }) => [name, level] as const),
						),
					),
				),
			),
		[value],
	);
}

/** The least time between two looks at what is new. */
const RENEW_MS = 1500;

/** Calls `renew` when deliveries came or changed. */
function useChanges(renew: () => void): void {
	const latest = useSignal(renew);
	latest.value = renew;
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const soon = (): void => {
			timer ??= setTimeout(() => {
				timer = undefined;
				latest.peek()();
			}, RENEW_MS);
		};
		const close = openStream(
			{ type: ["webhook", "delivery", "action"] },
			{ onEvent: soon, onSkipped: soon },
		);
		return () => {
			close();
			clearTimeout(timer);
		};
	}, []);
	useEffect(() => {
		if (changes.value > 0) latest.peek()();
	}, [changes.value]);
}
