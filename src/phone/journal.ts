import type { Payload } from "../event/webhook.ts";

/** One thing that happened, in the order of its beginning. Later news about it change the entry, and give it a new version. */
export type JournalEntry = Happening & {
	/** Unique in its journal, from 1. */
	readonly id: number;
	/** The version of the journal at the last change of the entry. */
	readonly version: number;
	/** When it began, in milliseconds since the epoch. */
	readonly at: number;
};

export type Happening =
	| Heard
	| Listening
	| Pressed
	| Said
	| LegState
	| Webhook
	| ReceivedNcco
	| Outside
	| Recording
	| Message
	| Note;

/** A leg hears something. */
export interface Heard {
	readonly what: "heard";
	readonly leg: string;
	readonly by: "talk" | "stream" | "ringing" | "music" | "beep";
	/** The spoken text, or the URL of the audio. */
	readonly text: string;
	/** True for audio of this router, which the page can play. */
	readonly isOwn?: boolean;
	/** BCP 47 tag of a spoken text. */
	readonly language?: string | undefined;
	readonly endless?: boolean;
	/** Milliseconds that it takes. Undefined for an endless one. */
	readonly ms?: number | undefined;
	/** How it ended. Undefined while it plays. */
	readonly end?: "over" | "cut";
}

/** A leg listens to keys or speech. */
export interface Listening {
	readonly what: "listens";
	readonly leg: string;
	readonly dtmf: boolean;
	readonly speech: boolean;
	/** The keys so far. */
	readonly digits: string;
	/** Undefined while it listens. */
	readonly end?: "done" | "timeout" | "cut";
}

/** Someone pressed keys. */
export interface Pressed {
	readonly what: "pressed";
	readonly leg: string;
	readonly keys: string;
	/** False if nothing listened. */
	readonly isTaken: boolean;
}

/** Someone spoke. */
export interface Said {
	readonly what: "said";
	readonly leg: string;
	readonly text: string;
	readonly isTaken: boolean;
}

/** A leg reached a state of the platform, such as `ringing`. */
export interface LegState {
	readonly what: "state";
	readonly leg: string;
	readonly status: string;
	readonly by?: "user" | "platform";
}

/** A webhook went to the router: a rung of the ladder. */
export interface Webhook {
	readonly what: "webhook";
	/** The leg or the message that it is about. */
	readonly leg: string | undefined;
	readonly kind: string;
	/** In a word, such as `ringing`. */
	readonly label: string;
	readonly method: string;
	readonly path: string;
	readonly query: string;
	readonly payload: Payload | undefined;
	/** From 1. */
	readonly attempt: number;
	/** The fault on purpose. */
	readonly fault?: string | undefined;
	/** Undefined while it is on the way. */
	readonly answer?: WebhookAnswer | undefined;
	/** Why the platform takes it as failed. */
	readonly failure?: string | undefined;
}

/** The answer to a webhook. */
export interface WebhookAnswer {
	readonly status: number;
	readonly ms: number;
	readonly type: string;
	/** At most 64 Ki characters of it. */
	readonly body: string;
	readonly bytes: number;
	readonly outcome: string;
	readonly route?: string | undefined;
	readonly event?: string | undefined;
	readonly error?: string | undefined;
	readonly reason?: string | undefined;
}

/** A leg got an NCCO, which replaces the rest of the one before. */
export interface ReceivedNcco {
	readonly what: "ncco";
	readonly leg: string;
	readonly ncco: readonly Payload[];
	/** The id of the webhook that was answered with it. */
	readonly webhook: number;
}

/** The platform would call a URL elsewhere. The phone does not. */
export interface Outside {
	readonly what: "outside";
	readonly leg: string | undefined;
	readonly label: string;
	readonly url: string;
}

/** A recording began or ended. */
export interface Recording {
	readonly what: "recording";
	readonly leg: string;
	readonly state: "begins" | "ends";
}

/** A message was sent to, or a receipt for a message of, the router. */
export interface Message {
	readonly what: "message";
	readonly channel: string;
	readonly from: string;
	readonly to: string;
	readonly text: string;
	/** The ids of its parts, or its own. */
	readonly ids: readonly string[];
	/** The statuses of its receipts. */
	readonly receipts: readonly string[];
	/** `out` for one that the application sent: only its receipts come. */
	readonly direction: "in" | "out";
}

/** A sentence for the person who plays. */
export interface Note {
	readonly what: "note";
	readonly leg: string | undefined;
	readonly text: string;
}

/** The record of a session. */
export interface Journal {
	/** Rises with each change. */
	readonly version: number;
	/** Returns the id of the entry. */
	add(happening: Happening): number;
	/** Changes an entry. */
	amend(id: number, change: Partial<Happening>): void;
	/** The entries that changed after a version, in order. */
	since(version: number): readonly JournalEntry[];
	get(id: number): JournalEntry | undefined;
	/** Tells the state of the session changed, although no entry did. */
	touch(): void;
	/** Calls back after each change. Returns the function that ends it. */
	watch(onChange: () => void): () => void;
}

/** Creates an empty journal. */
export function createJournal(now: () => number): Journal {
	const entries: JournalEntry[] = [];
	const watchers = new Set<() => void>();
	let version = 0;
	const changed = (): void => {
		for (const watcher of [...watchers]) watcher();
	};
	return {
		get version() {
			return version;
		},
		add(happening) {
			version++;
			const id = entries.length + 1;
			entries.push({ ...happening, id, version, at: now() });
			changed();
			return id;
		},
		amend(id, change) {
			version++;
			const known = entries[id - 1];
			if (known === undefined) return;
			entries[id - 1] = { ...known, ...change, version } as JournalEntry;
			changed();
		},
		since: (after) => entries.filter((entry) => entry.version > after),
		get: (id) => entries[id - 1],
		touch() {
			version++;
			changed();
		},
		watch(onChange) {
			watchers.add(onChange);
			return () => watchers.delete(onChange);
		},
	};
}
