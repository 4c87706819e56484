import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PhoneAction } from "../../../src/phone/action.ts";
import type { JournalEntry } from "../../../src/phone/journal.ts";
import type { SessionView } from "../../../src/phone/session.ts";
import { call, Problem } from "../../api/client.ts";
import { notifyError } from "../../state/notices.ts";

/** A session of the phone, with everything that happened in it. */
export interface PhoneState extends SessionView {
	readonly id: string;
	readonly startedAt: number;
	/** In the order of their beginning. */
	readonly entries: readonly JournalEntry[];
}

/** Follows a session. Both are undefined before the first answer. */
export function usePhoneSession(id: string | undefined): {
	readonly state: PhoneState | undefined;
	readonly problem: Problem | undefined;
} {
	const state = useSignal<PhoneState | undefined>(undefined);
	const problem = useSignal<Problem | undefined>(undefined);
	useEffect(() => {
		state.value = undefined;
		problem.value = undefined;
		if (id === undefined) return;
		const stop = new AbortController();
		void follow(id, stop.signal, {
			onState: (next) => {
				state.value = next;
				problem.value = undefined;
			},
			onProblem: (found) => {
				problem.value = found;
			},
		});
		return () => stop.abort();
	}, [id]);
	return {
		state: state.value?.id === id ? state.value : undefined,
		problem: problem.value,
	};
}

/** Begins a session with an action. Returns its id, or undefined if the action is not possible. */
export async function beginSession(
	action: PhoneAction,
): Promise<string | undefined> {
	try {
		return (await call("beginPhoneSession", { body: action })).id;
	} catch (error) {
		notifyError(error);
		return undefined;
	}
}

/** Does something in a session, and tells why if it is not possible. */
export async function act(id: string, action: PhoneAction): Promise<void> {
	try {
		await call("actOnPhone", { params: { id }, body: action });
	} catch (error) {
		notifyError(error);
	}
}

// --- helpers ---

const WAIT_SECONDS = 20;
const PAUSE_MS = 2000;

async function follow(
	id: string,
	signal: AbortSignal,
	{
		onState,
		onProblem,
	}: {
		onState(state: PhoneState): void;
		onProblem(problem: Problem): void;
	},
): Promise<void> {
	const entries = new Map<number, JournalEntry>();
	for (let after = 0; !signal.aborted; ) {
		try {
			const wait = after === 0 ? 0 : WAIT_SECONDS;
			const answer = await call("getPhoneSession", {
				params: { id },
				query: { after, wait },
				signal,
			});
			// The schema of the API leaves the sorts of entries open.
			for (const entry of answer.entries as unknown as JournalEntry[])
				entries.set(entry.id, entry);
			after = answer.version;
			onState({
				...answer,
				entries: [...entries.values()].sort((a, b) => a.id - b.id),
			});
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof Problem) onProblem(error);
			if (error instanceof Problem && error.status === 404) return;
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		}
	}
}
