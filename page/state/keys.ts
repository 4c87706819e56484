import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A key of the page. `key` is a character, a name such as `Enter`, `g l` for one after the other, or `mod+k`. */
export interface Shortcut {
	readonly key: string;
	readonly label: string;
	run(event: KeyboardEvent): void;
	/** Also while a field has the focus. */
	readonly inFields?: boolean;
	/** Chooses something, so that the next Enter is for it and not for the button that was used last. */
	readonly isChoice?: boolean;
}

/** The groups of keys that are in use, the newest last. The list of all keys shows them. */
export const shortcuts = signal<readonly ShortcutGroup[]>([]);

export interface ShortcutGroup {
	readonly title: string;
	readonly keys: readonly Shortcut[];
}

/** Adds keys while a component is shown. The newest component that has a key gets it. */
export function useKeys(title: string, keys: readonly Shortcut[]): void {
	const latest = useRef(keys);
	latest.current = keys;
	const names = keys.map(({ key, label }) => `${key}\n${label}`).join("\n");
	// A key acts as soon as its view is drawn.
	useLayoutEffect(() => {
		const group: ShortcutGroup = {
			title,
			get keys() {
				return latest.current;
			},
		};
		shortcuts.value = [...shortcuts.value, group];
		return () => {
			shortcuts.value = shortcuts.value.filter((one) => one !== group);
		};
	}, [title, names]);
}

/** Listens to the keyboard for as long as the page lives. */
export function listenToKeys(): void {
	let prefix = "";
	let prefixAt = 0;
	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented || event.isComposing) return;
		const name = nameOf(event);
		if (name === undefined) return;
		const isLate = event.timeStamp - prefixAt > PREFIX_MS;
		const sequence =
			prefix !== "" && !isLate ? [`${prefix} ${name}`, name] : [name];
		prefix = "";
		const inField = isField(event.target);
		for (const wanted of sequence) {
			const found = find(wanted, inField);
			if (found === undefined) continue;
			event.preventDefault();
			if (found.isChoice && document.activeElement instanceof HTMLElement)
				document.activeElement.blur();
			found.run(event);
			return;
		}
		if (!inField && startsSequence(name)) {
			prefix = name;
			prefixAt = event.timeStamp;
		}
	});
}

// --- helpers ---

/** The time between two keys that belong together. */
const PREFIX_MS = 1500;

function nameOf(event: KeyboardEvent): string | undefined {
	if (event.altKey) return undefined;
	const isMod = event.metaKey || event.ctrlKey;
	// Space on a button or a link belongs to it, as Enter does.
	const target = event.target as Element | null;
	const isOwn =
		(event.key === " " || event.key === "Enter") &&
		target?.closest("button, a[href], summary, [role=option], [role=treeitem]");
	if (isOwn) return undefined;
	const key = event.key === " " ? "Space" : event.key;
	return isMod ? `mod+${key.toLowerCase()}` : key;
}

function isField(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || target.matches("input, textarea, select"))
	);
}

/** A dialog takes all keys but its own. */
function find(name: string, inField: boolean): Shortcut | undefined {
	const isModal = document.querySelector("dialog[open]") !== null;
	const groups = isModal ? shortcuts.value.slice(-1) : shortcuts.value;
	if (isModal && !groups[0]?.title.startsWith("Dialog")) return undefined;
	return groups
		.toReversed()
		.flatMap(({ keys }) => keys)
		.find(
			({ key, inFields = false }) => key === name && (!inField || inFields),
		);
}

function startsSequence(name: string): boolean {
	return shortcuts.value.some(({ keys }) =>
		keys.some(({ key }) => key.startsWith(`${name} `)),
	);
}
