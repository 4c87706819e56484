import { computed, signal } from "@preact/signals";

/** The ids that are selected one by one. */
export const chosen = signal<ReadonlySet<string>>(new Set());

/** True if everything that matches the filter is selected. */
export const isAll = signal(false);

export const hasSelection = computed(
	() => isAll.value || chosen.value.size > 0,
);

let anchor: string | undefined;

/** Selects one, or takes it back. */
export function choose(id: string): void {
	const next = new Set(isAll.value ? [] : chosen.value);
	isAll.value = false;
	if (!next.delete(id)) next.add(id);
	chosen.value = next;
	anchor = id;
}

/** Selects everything from the one that was selected last to this one. */
export function chooseTo(id: string, order: readonly string[]): void {
	const from = anchor === undefined ? -1 : order.indexOf(anchor);
	const to = order.indexOf(id);
	if (from === -1 || to === -1) {
		choose(id);
		return;
	}
	isAll.value = false;
	const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
	chosen.value = new Set([...chosen.value, ...range]);
}

export function chooseAll(): void {
	chosen.value = new Set();
	isAll.value = true;
}

export function clearSelection(): void {
	if (!hasSelection.peek()) return;
	chosen.value = new Set();
	isAll.value = false;
	anchor = undefined;
}

export function isChosen(id: string): boolean {
	return isAll.value || chosen.value.has(id);
}
