import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface WindowedProps<T> {
	readonly items: readonly T[];
	/** The height of a row in pixels. All rows have the same. */
	readonly rowHeight: number;
	readonly label: string;
	/** The chosen row, which is kept in view. */
	readonly active?: number | undefined;
	/** Returns a key that stays with the item. */
	keyOf(item: T): string | number;
	/** Draws an item. The `id` belongs to the row's element. */
	row(item: T, index: number): ComponentChildren;
	/** Called when the last rows come into view. */
	onEnd?(): void;
}

/** A list that draws only the rows in view, so that its length costs nothing. */
export function Windowed<T>({
	items,
	rowHeight,
	label,
	active,
	keyOf,
	row,
	onEnd,
}: WindowedProps<T>) {
	const box = useRef<HTMLDivElement>(null);
	const [range, setRange] = useState({ from: 0, to: 60 });
	const measure = (): void => {
		const element = box.current;
		if (element === null) return;
		const first = Math.floor(element.scrollTop / rowHeight);
		const seen = Math.ceil(element.clientHeight / rowHeight);
		const from = Math.max(0, first - OVERSCAN);
		const to = first + seen + OVERSCAN;
		if (from !== range.from || to !== range.to) setRange({ from, to });
		if (to >= items.length) onEnd?.();
	};
	useEffect(measure, [items.length]);
	useEffect(() => {
		const element = box.current;
		if (element === null || active === undefined) return;
		const top = active * rowHeight;
		if (top < element.scrollTop) element.scrollTop = top;
		else if (top + rowHeight > element.scrollTop + element.clientHeight)
			element.scrollTop = top + rowHeight - element.clientHeight;
	}, [active, rowHeight]);
	return (
		<div
			ref={box}
			class="windowed"
			role="list"
			aria-label={label}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keys that scroll it
			tabIndex={0}
			onScroll={measure}
		>
			<div style={{ height: `${items.length * rowHeight}px` }}>
				<div style={{ transform: `translateY(${range.from * rowHeight}px)` }}>
					{items.slice(range.from, range.to).map((item, at) => (
						<div
							key={keyOf(item)}
							role="listitem"
							aria-setsize={items.length}
							aria-posinset={range.from + at + 1}
							style={{ height: `${rowHeight}px` }}
						>
							{row(item, range.from + at)}
						</div>
					))}
				</div>
			</div>
		</div>
	);
}

// --- helpers ---

/** Rows above and below the view, for a scroll that is faster than a frame. */
const OVERSCAN = 10;
