import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Empty } from "../../parts/messages.tsx";
import { useKeys } from "../../state/keys.ts";
import { go, hrefOf, place, setQuery } from "../../state/location.ts";
import { flatten, type RouteTree } from "../../state/routes.ts";
import { NumberCells, NumberHeads } from "./cells.tsx";
import { Chain } from "./chain.tsx";
import { keyOf, listItems, type TreeFilter, type TreeItem } from "./tree.ts";
import { moveOf } from "./tree-moves.ts";

/** The tree, by the pattern "Tree View" of ARIA: one row has the focus, and the arrows move it. */
export function Tree({
	tree,
	filter,
	chosen,
}: {
	readonly tree: RouteTree;
	readonly filter: TreeFilter;
	readonly chosen: string | undefined;
}) {
	const box = useRef<HTMLDivElement>(null);
	const { items, isOpened, turn } = useItems(tree, filter);
	const focused = useSignal<string | undefined>(undefined);
	const drawn = items.slice(0, DRAWN_MAX);
	const key =
		[focused.value, keyOf(chosen ?? "")].find((wanted) =>
			drawn.some((item) => item.key === wanted),
		) ?? drawn[0]?.key;
	const act = (item: TreeItem): void => {
		if (item.type === "route") go(addressOf(item.route.name));
		else turn(item, !isOpened(item));
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const item = drawn.find((one) => one.key === key);
		if (item === undefined || event.ctrlKey || event.metaKey || event.altKey)
			return;
		const move = moveOf(event.key, drawn, item);
		if (move === undefined) return;
		event.preventDefault();
		if (move === "act") act(item);
		else if (move === "open" || move === "close") turn(item, move === "open");
		else rowOf(box.current, move.key)?.focus();
	};
	useTreeKeys(chosen);
	useEffect(() => {
		rowOf(box.current, keyOf(chosen ?? ""))?.scrollIntoView({
			block: "nearest",
		});
	}, [chosen]);
	if (items.length === 0) return <NoRoute />;
	return (
		<div class="tree-box">
			<NumberHeads />
			<div
				ref={box}
				class="tree"
				role="tree"
				aria-label="Routes"
				onKeyDown={onKeyDown}
			>
				{drawn.map((item) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys of its rows
					<div
						key={item.key}
						role="treeitem"
						class={`tree-row depth-${item.depth} is-${item.type}`}
						data-key={item.key}
						tabIndex={item.key === key ? 0 : -1}
						aria-level={item.depth}
						aria-setsize={item.size}
						aria-posinset={item.position}
						aria-expanded={item.isOpen}
						aria-selected={item.key === keyOf(chosen ?? "")}
						onFocus={() => {
							focused.value = item.key;
						}}
						onClick={({ target }) => {
							const isTwist = (target as Element).classList.contains("twist");
							if (isTwist) turn(item, !isOpened(item));
							else act(item);
						}}
					>
						<Chain item={item} />
						<NumberCells item={item} />
					</div>
				))}
			</div>
			{items.length > drawn.length && (
				<p class="faint more">
					{(items.length - drawn.length).toLocaleString("en")} more rows. Find a
					route by its name above.
				</p>
			)}
		</div>
	);
}

// --- helpers ---

/** Trees with at most so many routes are open at first. */
const OPEN_MAX = 100;
/** More rows than anybody scrolls through. */
const DRAWN_MAX = 500;

/** Lists the rows of the tree, of which branches are opened and closed by hand. */
function useItems(tree: RouteTree, filter: TreeFilter) {
	const turned = useSignal<ReadonlyMap<string, boolean>>(new Map());
	const isSearched = filter.text !== "" || filter.condition !== "";
	const isOpenFirst = isSearched || flatten(tree).length <= OPEN_MAX;
	const isOpen = (key: string): boolean => turned.value.get(key) ?? isOpenFirst;
	return {
		items: listItems(tree, filter, isOpen),
		isOpened: ({ key }: TreeItem) => isOpen(key),
		turn({ key }: TreeItem, to: boolean): void {
			turned.value = new Map([...turned.value, [key, to]]);
		},
	};
}

function useTreeKeys(chosen: string | undefined): void {
	useKeys("Routes", [
		{
			key: "/",
			label: "Find a route",
			run: () => document.querySelector<HTMLElement>(".routes-search")?.focus(),
		},
		{
			key: "Escape",
			label: "Close the route",
			run: () => chosen !== undefined && go(addressOf(undefined)),
		},
	]);
}

function NoRoute() {
	return (
		<Empty title="No route fits">
			<button
				type="button"
				onClick={() => setQuery({ q: undefined, show: undefined })}
			>
				Show all routes
			</button>
		</Empty>
	);
}

function rowOf(box: HTMLElement | null, key: string): HTMLElement | undefined {
	return [...(box?.children ?? [])].find(
		(row) => (row as HTMLElement).dataset.key === key,
	) as HTMLElement | undefined;
}

/** Returns the address of a route with the filters of the present address. */
function addressOf(name: string | undefined): string {
	const { query } = place.value;
	return hrefOf(name === undefined ? ["routes"] : ["routes", name], {
		q: query.get("q") ?? undefined,
		show: query.get("show") ?? undefined,
	});
}
