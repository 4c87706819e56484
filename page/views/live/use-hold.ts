import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

/** Why the list does not move: somebody paused it, scrolled away from the newest row, or looks at one. */
export interface Hold {
	readonly isHeld: boolean;
	/** The key of the row that somebody looks at. */
	readonly chosen: string | undefined;
	/** The element around the list. */
	readonly box: RefObject<HTMLDivElement | null>;
	choose(key: string | undefined): void;
	scrolled(top: number): void;
	/** Pauses the list, or lets it go on from the newest row. */
	toggle(): void;
	release(): void;
}

/** Keeps what holds the list. `rowHeight` is in pixels. */
export function useHold(rowHeight: number): Hold {
	const [isPaused, setPaused] = useState(false);
	const [isScrolled, setScrolled] = useState(false);
	const [chosen, choose] = useState<string>();
	const box = useRef<HTMLDivElement>(null);
	const isHeld = isPaused || isScrolled || chosen !== undefined;
	const release = (): void => {
		setPaused(false);
		choose(undefined);
		const list = box.current?.querySelector(".windowed");
		if (list != null) list.scrollTop = 0;
	};
	return {
		...{ isHeld, chosen, box, choose, release },
		scrolled: (top) => setScrolled(top > rowHeight / 2),
		toggle: () => (isHeld ? release() : setPaused(true)),
	};
}
