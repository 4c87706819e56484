import { useEffect, useState } from "preact/hooks";

/** Returns the height of a row in pixels: two lines on a phone, and room for a finger. */
export function useRowHeight(): number {
	const [height, setHeight] = useState(measure);
	useEffect(() => {
		const follow = (): void => setHeight(measure());
		for (const query of [NARROW, COARSE])
			query.addEventListener("change", follow);
		return () => {
			for (const query of [NARROW, COARSE])
				query.removeEventListener("change", follow);
		};
	}, []);
	return height;
}

// --- helpers ---

const NARROW = matchMedia("(max-width: 699px)");
const COARSE = matchMedia("(pointer: coarse)");

function measure(): number {
	if (NARROW.matches) return 52;
	return COARSE.matches ? 40 : 28;
}
