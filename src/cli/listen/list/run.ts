import { readCopyUrl } from "../../../desk/copy.ts";
import { createPaint } from "../../../observe/terminal/paint.ts";
import type { ConfigOptions } from "../../command.ts";
import { plural } from "../../findings/show.ts";
import {
	CannotRun,
	type Io,
	type TerminalWindow,
	writeLines,
} from "../../io.ts";
import { type Keyboard, listenToKeys } from "../../keyboard.ts";
import type { HeardCopy } from "../heard.ts";
import type { Sender } from "../sender.ts";
import type { CopyListener } from "../source.ts";
import { detailsOf } from "./details.ts";
import { explainCopy } from "./explain.ts";
import { type Actions, createKeys, typeInto } from "./keys.ts";
import { type Entry, ListModel } from "./model.ts";
import { saveCopy } from "./save.ts";
import { type FullScreen, openScreen } from "./screen.ts";
import { draw, type Heading, nameOf } from "./view.ts";

/** The parts of a list at a terminal. */
export interface ListOptions {
	readonly io: Io;
	readonly keyboard: Keyboard;
	readonly window: TerminalWindow;
	readonly heading: Heading;
	readonly sender: Sender;
	/** Copies are sent there at once. Undefined to show them only. */
	readonly to: URL | undefined;
	/** The configuration on this machine, for explanations and tests. */
	readonly config: ConfigOptions;
	/** Called once, when the user quits. */
	readonly onQuit: () => void;
}

/** A list of copies at a terminal. */
export interface CopyList {
	readonly listener: CopyListener;
	/** Restores the terminal, and says what came. */
	close(): void;
}

/** Opens the list, which fills the terminal until it is closed. */
export function openList(options: ListOptions): CopyList {
	const list = new List(options);
	return {
		listener: list.listener,
		close: () => list.close(),
	};
}

// --- helpers ---

/** The rows of the terminal that are not part of the list or the page. */
const FRAME_ROWS = 6;

class List {
	readonly listener: CopyListener;
	readonly #options: ListOptions;
	readonly #model = new ListModel();
	readonly #screen: FullScreen;
	readonly #endKeys: () => void;
	#publicUrl = "http://localhost";
	#url: string;
	/** The latest URL that the user wrote. */
	#target: string;

	constructor(options: ListOptions) {
		this.#options = options;
		const { io, window, keyboard, heading } = options;
		this.#url = heading.from;
		this.#target = options.to?.href ?? "http://localhost:3000";
		const paint = createPaint({ colors: io.screens?.stdout?.colour === true });
		this.#screen = openScreen(
			{ stdout: io.stdout, window, process: keyboard.process },
			(size) => draw(this.#model, heading, { ...size, paint }),
		);
		this.#endKeys = this.#listenToKeys();
		this.listener = this.#createListener();
	}

	close(): void {
		this.#endKeys();
		this.#screen.close();
		const { connection, total, failed, missed, mayMiss } = this.#model;
		// The reason why it never listened follows.
		if (connection.as === "connecting") return;
		const parts = [
			plural(total, "event"),
			...(failed > 0 ? [`${failed} failed`] : []),
			...(missed > 0 || mayMiss
				? [`${missed > 0 ? missed : "some"} missed`]
				: []),
		];
		writeLines(this.#options.io.stderr, [parts.join(", ")]);
	}

	#createListener(): CopyListener {
		const model = this.#model;
		const refresh = (): void => this.#screen.refresh();
		return {
			onOpen: ({ routes, publicUrl }, { url }) => {
				this.#publicUrl = publicUrl;
				this.#url = url;
				model.connection = { as: "open", routes };
				refresh();
			},
			onCopy: (copy) => {
				const entry = model.add(copy);
				const { to } = this.#options;
				if (to !== undefined) void this.#send(entry, to);
				refresh();
			},
			onMissed: (count) => {
				model.missedCopies(count);
				refresh();
			},
			onLost: (reason) => {
				model.connection = { as: "lost", reason };
				refresh();
			},
		};
	}

	#listenToKeys(): () => void {
		const model = this.#model;
		const { keyboard, window, onQuit } = this.#options;
		const rows = (): number => Math.max(1, window.size().rows - FRAME_ROWS);
		const keys = createKeys(model, this.#actions(), rows);
		const pressed = Object.entries(keys).map(([key, act]) => {
			const acted = (): void => {
				model.notice = "";
				act();
				this.#screen.refresh();
			};
			return [key, acted] as const;
		});
		return listenToKeys(keyboard, {
			keys: Object.fromEntries(pressed),
			onText: (text) => {
				const isTyped = typeInto(model, text);
				if (isTyped) this.#screen.refresh();
				return isTyped;
			},
			onInterrupt: onQuit,
			onHangUp: onQuit,
			onContinue: () => this.#screen.reopen(),
			onSuspend: () => this.#screen.suspend(),
		});
	}

	#actions(): Actions {
		const model = this.#model;
		const withSelected = (act: (entry: Entry) => void) => (): void => {
			if (model.selected === undefined) this.#say("No event is selected.");
			else act(model.selected);
		};
		return {
			showDetails: withSelected((entry) => {
				const lines = () => detailsOf(entry);
				model.page = { title: nameOf(entry), lines, scroll: 0 };
			}),
			sendAgain: withSelected((entry) => {
				const { to } = this.#options;
				if (to === undefined) this.#askTarget(entry);
				else void this.#send(entry, to);
			}),
			sendTo: withSelected((entry) => this.#askTarget(entry)),
			explain: withSelected((entry) => void this.#explain(entry)),
			save: withSelected((entry) => void this.#save(entry.copy)),
			filter: () => {
				model.page = undefined;
				model.prompt = {
					label: "Filter",
					text: model.filter,
					onChange: (text) => {
						model.filter = text;
					},
					onEnter: (text) => {
						model.filter = text;
					},
				};
			},
			openPage: () => void this.#openPage(model.selected),
			quit: this.#options.onQuit,
		};
	}

	#askTarget(entry: Entry): void {
		this.#model.prompt = {
			label: "Send to",
			text: this.#target,
			onEnter: (text) => {
				const url = readCopyUrl(text);
				if (typeof url === "string") {
					this.#say(`Not sent: ${url}.`);
					return;
				}
				this.#target = text;
				void this.#send(entry, url);
			},
		};
	}

	async #send(entry: Entry, to: URL): Promise<void> {
		entry.isSending = true;
		const { sender } = this.#options;
		const sent = await sender.send(entry.copy, to, this.#publicUrl);
		this.#model.sent(entry, sent);
		this.#screen.refresh();
	}

	async #explain(entry: Entry): Promise<void> {
		const { io, config } = this.#options;
		await this.#orSay(async () => {
			const quiet = { ...io, stderr: SILENT };
			const explained = await explainCopy(quiet, entry.copy, config);
			const title = `${nameOf(entry)}, by ${config.config}`;
			this.#model.page = { title, lines: () => explained, scroll: 0 };
		});
	}

	async #save(copy: HeardCopy): Promise<void> {
		const { io, config } = this.#options;
		await this.#orSay(async () => this.#say(await saveCopy(io, copy, config)));
	}

	async #openPage(entry: Entry | undefined): Promise<void> {
		const { browse } = this.#options.io;
		const url = pageUrlOf(this.#url, entry);
		const failure = await browse?.(url);
		this.#say(
			failure === undefined ? `Opened ${url}` : `Open ${url}: ${failure}`,
		);
	}

	/** Shows the reason if an action fails. */
	async #orSay(act: () => Promise<void>): Promise<void> {
		try {
			await act();
			this.#screen.refresh();
		} catch (error) {
			if (!(error instanceof CannotRun)) throw error;
			this.#say(error.message);
		}
	}

	#say(text: string): void {
		this.#model.notice = text;
		this.#screen.refresh();
	}
}

const SILENT = { write: () => true };

/** Returns the URL of the page, without a token: it would be visible in the list of processes. */
function pageUrlOf(url: string, entry: Entry | undefined): string {
	return entry === undefined
		? `${url}/`
		: `${url}/deliveries/${encodeURIComponent(entry.facts.id)}`;
}
