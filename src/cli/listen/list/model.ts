import { type CopyFacts, factsOf } from "../facts.ts";
import type { HeardCopy } from "../heard.ts";
import type { Sent } from "../sender.ts";
import { isTaken } from "../words.ts";

/** A copy in the list, and what became of it here. */
export interface Entry {
	readonly copy: HeardCopy;
	readonly facts: CopyFacts;
	/** The latest result. Undefined if it was not sent. */
	sent: Sent | undefined;
	isSending: boolean;
}

/** A line of text that the user writes. */
export interface Prompt {
	readonly label: string;
	text: string;
	readonly onEnter: (text: string) => void;
	/** Called with each change. */
	readonly onChange?: (text: string) => void;
}

/** A page over the list: the details of a copy, an explanation, or the keys. */
export interface Page {
	readonly title: string;
	/** Returns the lines, which may change while it is open. */
	readonly lines: () => readonly string[];
	scroll: number;
}

/** The state of the connection. */
export type Connection =
	| { readonly as: "connecting" }
	| { readonly as: "open"; readonly routes: readonly string[] }
	| { readonly as: "lost"; readonly reason: string };

/** The list of copies: the newest at the end, and the selected one. It follows the newest while that is selected. */
export class ListModel {
	connection: Connection = { as: "connecting" };
	/** A sentence about the latest action. */
	notice = "";
	prompt: Prompt | undefined;
	page: Page | undefined;
	total = 0;
	failed = 0;
	/** The copies that were missed. */
	missed = 0;
	/** True if more were missed, whose number is unknown. */
	mayMiss = false;
	#entries: Entry[] = [];
	#filter = "";
	#selected: Entry | undefined;
	#isFollowing = true;

	get filter(): string {
		return this.#filter;
	}

	/** The entries that fit the filter, oldest first. */
	get shown(): readonly Entry[] {
		return this.#filter === ""
			? this.#entries
			: this.#entries.filter((entry) => this.#fits(entry));
	}

	get selected(): Entry | undefined {
		return this.#selected;
	}

	add(copy: HeardCopy): Entry {
		const entry: Entry = {
			copy,
			facts: factsOf(copy),
			sent: undefined,
			isSending: false,
		};
		this.#entries.push(entry);
		this.total += 1;
		if (this.#entries.length > ENTRIES_MAX + ENTRIES_SLACK) this.#trim();
		if (this.#isFollowing && this.#fits(entry)) this.#selected = entry;
		return entry;
	}

	/** Notes the result of sending an entry. */
	sent(entry: Entry, sent: Sent): void {
		if (!isTaken(sent)) this.failed += 1;
		entry.sent = sent;
		entry.isSending = false;
	}

	missedCopies(count: number | undefined): void {
		if (count === undefined) this.mayMiss = true;
		else this.missed += count;
	}

	/** Selects an entry relative to the selected one. */
	move(by: number): void {
		const { shown } = this;
		const at =
			this.#selected === undefined ? -1 : shown.indexOf(this.#selected);
		const next = Math.max(0, Math.min(shown.length - 1, at + by));
		this.#selected = shown[next];
		this.#isFollowing = next >= shown.length - 1;
	}

	set filter(text: string) {
		this.#filter = text.trim().toLowerCase();
		const { shown } = this;
		if (this.#selected === undefined || !shown.includes(this.#selected)) {
			this.#selected = shown.at(-1);
			this.#isFollowing = true;
		}
	}

	/** Words must all occur in the route, the kind, the level, the outcome, the id or the payload. */
	#fits({ facts }: Entry): boolean {
		if (this.#filter === "") return true;
		const { route, kind, level = "internal", outcome, id, payload } = facts;
		const text = [route, kind, level, outcome, id, JSON.stringify(payload)]
			.join(" ")
			.toLowerCase();
		return this.#filter.split(/\s+/).every((word) => text.includes(word));
	}

	#trim(): void {
		this.#entries = this.#entries.slice(-ENTRIES_MAX);
		if (this.#selected !== undefined && !this.#entries.includes(this.#selected))
			this.#selected = this.#entries[0];
	}
}

// --- helpers ---

/** Trimmed in blocks, so that a copy does not move all of them. */
const ENTRIES_MAX = 1000;
const ENTRIES_SLACK = 200;
