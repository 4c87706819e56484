/** The colours of a terminal. */
export interface Theme {
	readonly background: string;
	readonly bar: string;
	readonly text: string;
	readonly dim: string;
	/** By the number of their SGR sequence. */
	readonly colors: Readonly<Record<number, string>>;
}

/** The themes that a picture is drawn in. */
export const THEMES: Readonly<Record<"dark" | "light", Theme>> = {
	dark: {
		background: "#16181d",
		bar: "#22252c",
		text: "#d7dae0",
		dim: "#8b919d",
		colors: { 31: "#ff7b72", 32: "#6fce84", 33: "#e3b341", 36: "#6cb6ff" },
	},
	light: {
		background: "#ffffff",
		bar: "#eef0f3",
		text: "#24292f",
		dim: "#6a737d",
		colors: { 31: "#c2212c", 32: "#1a7f37", 33: "#8a5d00", 36: "#0a5fc4" },
	},
};
