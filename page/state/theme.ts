import { signal } from "@preact/signals";

const KEY = "switchhook-theme";

/** `system` follows the setting of the system. */
export type Theme = "system" | "light" | "dark";

export const theme = signal<Theme>(read());

/** Sets the colors, and remembers them for this browser. */
export function setTheme(value: Theme): void {
	theme.value = value;
	try {
		localStorage.setItem(KEY, value);
	} catch {
		// A browser that keeps nothing follows the system again next time.
	}
	apply();
}

export function apply(): void {
	document.documentElement.dataset.theme = theme.value;
}

// --- helpers ---

function read(): Theme {
	try {
		const value = localStorage.getItem(KEY);
		return value === "light" || value === "dark" ? value : "system";
	} catch {
		return "system";
	}
}
