import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type uPlot from "uplot";

/** uPlot, once it was loaded. */
const loaded = signal<typeof uPlot | undefined>(undefined);

/** Returns uPlot, and loads it for the first chart. Undefined meanwhile. */
export function usePlot(): typeof uPlot | undefined {
	useEffect(() => void load(), []);
	return loaded.value;
}

// --- helpers ---

async function load(): Promise<void> {
	if (loaded.value !== undefined) return;
	// When it is loaded, uPlot makes a number format for the language of the browser. Chromium in a POSIX locale names it
	// `en-US@posix`, which throws. The page writes its numbers itself.
	Object.defineProperty(navigator, "language", {
		value: "en",
		configurable: true,
	});
	try {
		loaded.value = (await import("uplot")).default;
	} finally {
		Reflect.deleteProperty(navigator, "language");
	}
}
