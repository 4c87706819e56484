import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Answer, call, Problem } from "../../api/client.ts";
import type { Filter } from "./filters.ts";

/** A delivery as the list has it. */
export type Row = Answer<"listDeliveries">["deliveries"][number];

/** The part of a list that is loaded. */
export interface Rows {
	readonly rows: readonly Row[];
	/** The filter that `rows` were read with, as a key: those of the filter before stay until the new ones are there. */
	readonly readWith: string;
	readonly isLoading: boolean;
	/** True when there are no older ones. */
	readonly isComplete: boolean;
	readonly problem: Problem | undefined;
	/** Loads older ones. */
	more(): void;
	/** Loads the newest again. */
	refresh(): void;
}

/** Loads the list of a filter in pages, the newest first. */
export function useRows(filter: Filter): Rows {
	const key = JSON.stringify(filter);
	const state = useSignal<State>(EMPTY);
	const stop = useRef(new AbortController());
	const read = async (
		options: { readonly after?: string | undefined; readonly max: number },
		merge: (before: State, page: Page) => State,
	): Promise<void> => {
		const { signal } = stop.current;
		state.value = { ...state.value, isLoading: true };
		try {
			const { after, max } = options;
			const page = await call("listDeliveries", {
				query: { ...filter, max, ...(after !== undefined && { after }) },
				signal,
			});
			if (!signal.aborted) state.value = merge(state.value, page);
		} catch (error) {
			if (signal.aborted) return;
			const problem =
				error instanceof Problem
					? error
					: new Problem(0, "page", "The page failed", String(error));
			state.value = {
				...state.value,
				readWith: key,
				isLoading: false,
				problem,
			};
		}
	};
	useEffect(() => {
		stop.current = new AbortController();
		void read({ max: FIRST }, (_, page) =>
			append({ ...EMPTY, readWith: key }, page),
		);
		return () => stop.current.abort();
	}, [key]);
	return {
		...state.value,
		// The effect that loads them comes after the first drawing.
		isLoading: state.value.isLoading || state.value.readWith !== key,
		isComplete: state.value.isRead && state.value.next === undefined,
		more() {
			const { next, isLoading } = state.value;
			if (next === undefined || isLoading) return;
			void read({ after: next, max: PAGE }, append);
		},
		refresh() {
			if (state.value.isLoading) return;
			const max = Math.min(PAGE, Math.max(FIRST, state.value.rows.length));
			void read({ max }, renew);
		},
	};
}

// --- helpers ---

type Page = Answer<"listDeliveries">;

interface State {
	readonly rows: readonly Row[];
	readonly readWith: string;
	readonly next: string | undefined;
	readonly isRead: boolean;
	readonly isLoading: boolean;
	readonly problem: Problem | undefined;
}

const EMPTY: State = {
	rows: [],
	readWith: "",
	next: undefined,
	isRead: false,
	isLoading: true,
	problem: undefined,
};

/** The first page is small, so that it is there at once. */
const FIRST = 100;
const PAGE = 500;

function append({ rows, readWith }: State, { deliveries, next }: Page): State {
	return {
		readWith,
		rows: rows.length === 0 ? deliveries : [...rows, ...deliveries],
		next,
		isRead: true,
		isLoading: false,
		problem: undefined,
	};
}

/** Replaces the newest rows, and keeps the older ones that the page does not reach. */
function renew(before: State, page: Page): State {
	const last = page.deliveries.at(-1);
	const at = before.rows.findIndex(({ id }) => id === last?.id);
	if (at === -1) return append({ ...before, rows: [] }, page);
	return {
		...before,
		rows: [...page.deliveries, ...before.rows.slice(at + 1)],
		next: at === before.rows.length - 1 ? page.next : before.next,
		isLoading: false,
		problem: undefined,
	};
}
