/** The tone of a text: a color or a weight, if the terminal has any. */
export type Tone = "good" | "warn" | "bad" | "name" | "strong" | "dim";

/** Writes a text in a tone. */
export type Paint = (text: string, tone?: Tone) => string;

/** Creates the function that writes tones as SGR sequences (ECMA-48), or plain text. */
export function createPaint({ colors }: { readonly colors: boolean }): Paint {
	if (!colors) return (text) => text;
	return (text, tone) => {
		if (tone === undefined || text === "") return text;
		const [on, off] = CODES[tone];
		return `\u001b[${on}m${text}\u001b[${off}m`;
	};
}

/**
 * Returns true if a program should write colors. `FORCE_COLOR` decides first, then `NO_COLOR` (https://no-color.org) and
 * `TERM=dumb`, then whether the output is a terminal. As in Node's own `tty` module, `FORCE_COLOR=0` means no colors.
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
