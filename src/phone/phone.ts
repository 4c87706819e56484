import { randomBytes } from "node:crypto";
import { AUDIO_BYTES_MAX } from "./audio.ts";
import type { Line, LineAnswer } from "./line.ts";
import type { Session } from "./session.ts";
import type { Dialable, Switchboard } from "./switchboard.ts";
import type { PhoneClock } from "./time.ts";

/** The phone of a router: sessions that people begin, and watch from the page. */
export interface Phone {
	/** The routes that a person can call or write to. */
	dialable(): readonly Dialable[];
	/** The newest first. */
	list(): readonly KeptSession[];
	/** Loads the engine at the first session, because few routers are ever called and all of them start. */
	begin(): Promise<KeptSession>;
	/** Downloads the audio of `stream` as the platform does. Undefined if the URL is not on this router. */
	download(url: string): Promise<LineAnswer> | undefined;
	find(id: string): KeptSession | undefined;
	/** Ends a session without another webhook. Returns false if there is none. */
	end(id: string): boolean;
	/** Ends all sessions. */
	close(): void;
}

/** A session that can be found again. */
export interface KeptSession {
	readonly id: string;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly session: Session;
}

/** Creates the phone of a router. */
export function createPhone(parts: {
	readonly line: Line;
	readonly board: Switchboard;
	readonly clock: PhoneClock;
}): Phone {
	const sessions = new Map<string, KeptSession>();
	const end = (id: string): boolean => {
		sessions.get(id)?.session.close();
		return sessions.delete(id);
	};
	return {
		end,
		dialable: () => parts.board.dialable(),
		list: () => [...sessions.values()].reverse(),
		find: (id) => sessions.get(id),
		download(url) {
			const place = parts.board.locate(url);
			if (place === undefined) return undefined;
			const { path, query } = place;
			return parts.line.send({
				...{ method: "GET", path, query, payload: undefined },
				...{ encoding: "query", maxBytes: AUDIO_BYTES_MAX },
			});
		},
		async begin() {
			const { createSession } = await import("./session.ts");
			const id = randomBytes(6).toString("hex");
			const startedAt = parts.clock.wallMs();
			const kept = { id, startedAt, session: createSession(parts) };
			sessions.set(id, kept);
			for (const oldest of sessions.keys()) {
				if (sessions.size <= SESSIONS_MAX) break;
				end(oldest);
			}
			return kept;
		},
		close() {
			for (const id of [...sessions.keys()]) end(id);
		},
	};
}

/**
 * Resolves when a session has changed after a version, when the time is over, or when the signal aborts.
 */
export async function awaitChange(
	{ journal }: Pick<Session, "journal">,
	after: number,
	{ ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
	if (journal.version > after || signal.aborted || ms <= 0) return;
	await new Promise<void>((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			stop();
			signal.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, ms).unref();
		const stop = journal.watch(done);
		signal.addEventListener("abort", done, { once: true });
	});
}

// --- helpers ---

/** A person watches one, and perhaps looks at some earlier ones. */
const SESSIONS_MAX = 20;
