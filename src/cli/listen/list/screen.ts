import type { Output, TerminalWindow } from "../../io.ts";
import type { Size } from "./view.ts";

/** The part of a process that tells its end. */
export interface ExitSource {
	on(event: "exit", listener: () => void): unknown;
	off(event: "exit", listener: () => void): unknown;
}

/** A screen of its own beside the scrollback of the terminal, which comes back at the end. */
export interface FullScreen {
	/** Draws soon. Several calls in a moment are one drawing. */
	refresh(): void;
	/** Restores the terminal until `reopen`, because the process is about to stop for a while. */
	suspend(): void;
	reopen(): void;
	/** Restores the terminal. May be called twice. */
	close(): void;
}

/** Opens the screen. It is also closed when the process exits, for whatever reason. */
export function openScreen(
	{
		stdout,
		window,
		process,
	}: {
		readonly stdout: Output;
		readonly window: TerminalWindow;
		readonly process: ExitSource;
	},
	draw: (size: Size) => readonly string[],
): FullScreen {
	let timer: NodeJS.Timeout | undefined;
	let isOpen = false;
	const paint = (): void => {
		timer = undefined;
		const lines = draw(window.size());
		const text = lines.map((line) => `${line}${ERASE_LINE}`).join("\r\n");
		stdout.write(`${HOME}${text}${ERASE_BELOW}`);
	};
	const refresh = (): void => {
		if (isOpen) timer ??= setTimeout(paint, FRAME_MS);
	};
	const suspend = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (isOpen) stdout.write(LEAVE);
		isOpen = false;
	};
	const reopen = (): void => {
		isOpen = true;
		stdout.write(ENTER);
		paint();
	};
	const close = (): void => {
		endResize();
		process.off("exit", close);
		suspend();
	};
	const endResize = window.onResize(refresh);
	process.on("exit", close);
	reopen();
	return { refresh, suspend, reopen, close };
}

// --- helpers ---

/** A burst of events is drawn once. */
const FRAME_MS = 30;

/*
 * xterm's private modes: 1049 is the alternate screen, 25 the cursor, 7 the wrap of long lines, which a text with wide
 * characters would need.
 */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

const HOME = "\u001b[H";
const ERASE_LINE = "\u001b[K";
const ERASE_BELOW = "\u001b[J";
