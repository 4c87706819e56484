import { type Io, writeLines } from "../io.ts";
import { listenToKeys } from "../keyboard.ts";
import type { StopSignals } from "./process.ts";

/** Handles the keys of a running router. */
export interface Interaction {
	reload(): void;
	/** Writes the addresses and URLs of the router again. */
	showUrls(): void;
	readonly stop: StopSignals["stop"];
}

/** Lets the user press keys. Returns the function that stops it. Does nothing without a terminal. */
export function interact(
	io: Io,
	{ reload, showUrls, stop }: Interaction,
): () => void {
	if (io.keyboard === undefined) return () => {};
	const say = (...lines: string[]) => writeLines(io.stderr, lines);
	const clear = () => io.stderr.write(CLEAR);
	return listenToKeys(io.keyboard(), {
		keys: {
			r: reload,
			u: showUrls,
			c: clear,
			h: () => say(...HELP),
			"?": () => say(...HELP),
			q: () => stop("SIGINT"),
			"\r": () => io.stderr.write("\n"),
		},
		onInterrupt: () => stop("SIGINT"),
		onHangUp: () => stop("SIGHUP"),
		onContinue: () => say("Resumed. Press h for help."),
	});
}

// --- helpers ---

const HELP = [
	"  r  reload the configuration",
	"  u  show the URLs",
	"  c  clear the terminal",
	"  q  stop; press ^C twice to stop at once",
];

/** Erases the screen and its scrollback, and moves the cursor to the top (ECMA-48; ED 3 is xterm's). */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";
