/** The tone of a text: a colour, or a weight, where there are any. */
export type Tone = "good" | "warn" | "bad" | "name" | "strong" | "dim";

/** Writes a text in a tone. */
export type Paint = (text: string, tone?: Tone) => string;

/** Makes the function that writes tones, as SGR sequences (ECMA-48) or not at all. */
export function createPaint({ colors }: { readonly colors: boolean }): Paint {
	if (!colors) return (text) => text;
	return (text, tone) => {
		if (tone === undefined || text === "") return text;
		const [on, off] = CODES[tone];
		return `\u001b[${on}m${text}\u001b[${off}m`;
	};
}

/**
 * True where a program shall write colours: `FORCE_COLOR` decides, then `NO_COLOR` (https://no-color.org) and `TERM=dumb`, then
 * whether it writes to a terminal. As with Node's own `tty` module, `FORCE_COLOR=0` means none.
 */
export function wantsColor(
	env: Readonly<Record<string, string | undefined>>,
	isTTY: boolean,
): boolean {
	const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = env;
	if (forced !== undefined) return forced !== "0" && forced !== "false";
	if (none !== undefined && none !== "") return false;
	return isTTY && terminal !== "dumb";
}

// --- helpers ---

const CODES: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
	good: [32, 39],
	warn: [33, 39],
	bad: [31, 39],
	name: [36, 39],
	strong: [1, 22],
	dim: [2, 22],
};
