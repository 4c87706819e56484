import { signal } from "@preact/signals";

/** Milliseconds since the epoch, renewed each second while the page is seen. Relative times read it. */
export const now = signal(Date.now());

/** Lets the clock run for as long as the page lives. */
export function runClock(): void {
	setInterval(() => {
		if (!document.hidden) now.value = Date.now();
	}, 1000);
	document.addEventListener("visibilitychange", () => {
		now.value = Date.now();
	});
}
