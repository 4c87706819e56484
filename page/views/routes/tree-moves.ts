import type { TreeItem } from "./tree.ts";

/** The effect of a key: the focus moves to another row, or something is done with this one. */
export type Move = TreeItem | "open" | "close" | "act";

/** Returns what a key does on a row of the tree (ARIA Authoring Practices, "Tree View"). Undefined if nothing. */
export function moveOf(
	key: string,
	items: readonly TreeItem[],
	item: TreeItem,
): Move | undefined {
	const at = items.indexOf(item);
	const { isOpen } = item;
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
			if (isOpen === undefined) return item;
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
