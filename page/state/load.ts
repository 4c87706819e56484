import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Problem } from "../api/client.ts";

/** Data that is read from the API. The old value stays while a new one is loaded. */
export interface Loaded<T> {
	readonly value: T | undefined;
	readonly problem: Problem | undefined;
	readonly isLoading: boolean;
	/** Loads it again. */
	again(): void;
}

/** Loads data when `key` changes, and again each `everyMs` while the page is seen. */
export function useLoaded<T>(
	key: string,
	read: (signal: AbortSignal) => Promise<T>,
	{ everyMs }: { readonly everyMs?: number } = {},
): Loaded<T> {
	const state = useSignal<Omit<Loaded<T>, "again">>(NOTHING);
	const round = useSignal(0);
	useEffect(() => {
		const stop = new AbortController();
		const load = (): Promise<void> => readInto(state, read, stop.signal);
		void load();
		const timer =
			everyMs === undefined
				? undefined
				: setInterval(() => {
						if (!document.hidden) void load();
					}, everyMs);
		return () => {
			stop.abort();
			clearInterval(timer);
		};
	}, [key, everyMs, round.value]);
	const again = (): void => {
		round.value += 1;
	};
	return { ...state.value, again };
}

// --- helpers ---

const NOTHING = { value: undefined, problem: undefined, isLoading: true };

async function readInto<T>(
	state: Signal<Omit<Loaded<T>, "again">>,
	read: (signal: AbortSignal) => Promise<T>,
	stop: AbortSignal,
): Promise<void> {
	state.value = { ...state.peek(), isLoading: true };
	try {
		const value = await read(stop);
		if (stop.aborted) return;
		state.value = { value, problem: undefined, isLoading: false };
	} catch (error) {
		if (stop.aborted) return;
		const problem =
			error instanceof Problem
				? error
				: new Problem(0, "page", "The page failed", String(error));
		state.value = { value: state.peek().value, problem, isLoading: false };
	}
}
