import { type Io, writeLines } from "../io.ts";
import { listenToKeys } from "../keyboard.ts";
import type { StopSignals } from "./process.ts";

/** Does what the keys of a running router ask for. */
export interface Interaction {
	reload(): void;
	/** Writes again where the router listens, and its URLs. */
	showUrls(): void;
	readonly stop: StopSignals["stop"];
}

/** Lets the person at the terminal press keys. Returns the function that stops it; does nothing where nobody is there. */
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

/** Erases the screen and what scrolled off it, and puts the cursor at its top (ECMA-48; ED 3 is xterm's). */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";
