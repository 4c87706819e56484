import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { Level } from "../../parts/level.tsx";
import { Empty } from "../../parts/messages.tsx";
import { useKeys } from "../../state/keys.ts";
import { go, hrefOf, place, setQuery } from "../../state/location.ts";
import { flatten, type RouteTree } from "../../state/routes.ts";
import { NumberCells, NumberHeads } from "./cells.tsx";
import { describeMatch } from "./match.ts";
import {
	listItems,
	type RouteItem,
	type TreeFilter,
	type TreeItem,
} from "./tree.ts";

/** The tree, by the pattern "tree view" of ARIA: one row has the focus, and the arrows move it. */
export function Tree({
	tree,
	filter,
	chosen,
}: {
	readonly tree: RouteTree;
	readonly filter: TreeFilter;
	readonly chosen: string | undefined;
}) {
	// Branches that were opened or closed by hand.
	const turned = useSignal<ReadonlyMap<string, boolean>>(new Map());
	const focused = useSignal<string | undefined>(undefined);
	const box = useRef<HTMLDivElement>(null);
	const isSearched = filter.text !== "" || filter.condition !== "";
	const isOpenFirst = isSearched || flatten(tree).length <= OPEN_MAX;
	const items = listItems(
		tree,
		filter,
		(key) => turned.value.get(key) ?? isOpenFirst,
	);
	const drawn = items.slice(0, DRAWN_MAX);
	const key =
		drawn.find((item) => item.key === focused.value)?.key ??
		drawn.find((item) => item.key === `route ${chosen}`)?.key ??
		drawn[0]?.key;
	const turn = (item: TreeItem, isOpen: boolean): void => {
		turned.value = new Map([...turned.value, [item.key, isOpen]]);
	};
	const focus = (item: TreeItem | undefined): void => {
		if (item === undefined) return;
		focused.value = item.key;
		rowOf(box.current, item.key)?.focus();
	};
	const act = (item: TreeItem): void => {
		if (item.type === "route") choose(item);
		else turn(item, !item.isOpen);
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const at = drawn.findIndex((item) => item.key === key);
		const item = drawn[at];
		if (item === undefined || event.ctrlKey || event.metaKey || event.altKey)
			return;
		const move = moveOf(event.key, drawn, at);
		if (move === undefined) return;
		event.preventDefault();
		if (move === "open") turn(item, true);
		else if (move === "close") turn(item, false);
		else if (move === "act") act(item);
		else focus(move);
	};
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
	useEffect(() => {
		rowOf(box.current, `route ${chosen}`)?.scrollIntoView({ block: "nearest" });
	}, [chosen]);
	if (items.length === 0) {
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
						aria-expanded={item.type === "route" ? undefined : item.isOpen}
						aria-selected={item.type === "route" && item.route.name === chosen}
						onFocus={() => {
							focused.value = item.key;
						}}
						onClick={() => act(item)}
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

type Move = TreeItem | "open" | "close" | "act";

/** Returns what a key does on a row of the tree (ARIA Authoring Practices, "Tree View"). Undefined if nothing. */
function moveOf(
	key: string,
	items: readonly TreeItem[],
	at: number,
): Move | undefined {
	const item = items[at];
	if (item === undefined) return undefined;
	const isOpen = item.type !== "route" && item.isOpen;
	switch (key) {
		case "ArrowDown":
		case "j":
			return items[at + 1] ?? item;
		case "ArrowUp":
		case "k":
			return items[at - 1] ?? item;
		case "Home":
			return items[0];
		case "End":
			return items.at(-1);
		case "ArrowRight":
			if (item.type === "route") return item;
			return isOpen ? items[at + 1] : "open";
		case "ArrowLeft":
			if (isOpen) return "close";
			return items.find((one) => one.key === item.parent) ?? item;
		case "Enter":
		case " ":
			return "act";
		default:
			return undefined;
	}
}

function rowOf(box: HTMLElement | null, key: string): HTMLElement | undefined {
	return [...(box?.children ?? [])].find(
		(row) => (row as HTMLElement).dataset.key === key,
	) as HTMLElement | undefined;
}

function choose({ route }: RouteItem): void {
	go(addressOf(route.name));
}

/** Returns the address of a route with the filters of the present address. */
function addressOf(name: string | undefined): string {
	const { query } = place.value;
	return hrefOf(name === undefined ? ["routes"] : ["routes", name], {
		q: query.get("q") ?? undefined,
		show: query.get("show") ?? undefined,
	});
}

/** The left of a row: the path with its doors, or the route with its level, match and handler. */
function Chain({ item }: { readonly item: TreeItem }) {
	if (item.type === "route") {
		const { name, level, match, handler } = item.route;
		return (
			<span class="chain">
				<Level level={level} />
				<strong>{showHidden(name)}</strong>
				{match !== undefined && (
					<span class="mono faint part">{describeMatch(match)}</span>
				)}
				<span class="faint part">→ {showHidden(handler)}</span>
			</span>
		);
	}
	const { name, kind, path, isOpen } = item;
	return (
		<span class="chain">
			<span class="twist" aria-hidden="true">
				{isOpen ? "▾" : "▸"}
			</span>
			<span class={item.type === "internal" ? "" : "mono"}>
				{showHidden(name)}
			</span>
			{item.type === "path" && kind !== undefined && (
				<span class="mono faint">{showHidden(kind)}</span>
			)}
			{item.type === "path" && (
				<span class="faint part">{describeDoor(path)}</span>
			)}
		</span>
	);
}

/** Writes who may come in: `vonage, signed with vonage-jwt`. */
function describeDoor(path: TreeItem["path"]): string {
	if (path === undefined) return "";
	const { firewall, signature } = path;
	const from = firewall.length === 0 ? "anyone" : firewall.join(", ");
	return `${showHidden(from)}, ${
		signature.every((scheme) => scheme === "none")
			? "unsigned"
			: `signed with ${signature.join(" or ")}`
	}`;
}
