import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A tab and what it shows. */
export interface Tab {
	readonly name: string;
	readonly title: string;
	/** A small number or sign behind the title. */
	readonly mark?: string | undefined;
}

/** Tabs: the arrow keys move between them (ARIA Authoring Practices, Tabs). */
export function Tabs({
	tabs,
	current,
	label,
	onChoose,
	children,
}: {
	readonly tabs: readonly Tab[];
	readonly current: string;
	readonly label: string;
	readonly children: ComponentChildren;
	onChoose(name: string): void;
}) {
	const id = useId();
	const at = tabs.findIndex(({ name }) => name === current);
	const move = (event: KeyboardEvent): void => {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (step === undefined) return;
		event.preventDefault();
		const next = tabs[(at + step + tabs.length) % tabs.length];
		if (next === undefined) return;
		onChoose(next.name);
		document.getElementById(`${id}-${next.name}`)?.focus();
	};
	return (
		<>
			<div class="tabs" role="tablist" aria-label={label}>
				{tabs.map(({ name, title, mark }) => (
					<button
						key={name}
						id={`${id}-${name}`}
						type="button"
						role="tab"
						aria-selected={name === current}
						aria-controls={`${id}-panel`}
						tabIndex={name === current ? 0 : -1}
						onClick={() => onChoose(name)}
						onKeyDown={move}
					>
						{title}
						{mark !== undefined && <span class="tab-mark">{mark}</span>}
					</button>
				))}
			</div>
			<div
				id={`${id}-panel`}
				class="tab-panel"
				role="tabpanel"
				aria-labelledby={`${id}-${current}`}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls must take the keys that scroll it
				tabIndex={0}
			>
				{children}
			</div>
		</>
	);
}
