import { signal } from "@preact/signals";

/** A short message at the edge of the page. */
export interface Notice {
	readonly id: number;
	readonly text: string;
	readonly isError: boolean;
	/** What the person can do about it, such as to undo. */
	readonly action?: { readonly label: string; run(): void } | undefined;
}

export const notices = signal<readonly Notice[]>([]);

let nextId = 1;

/** Shows a message. It leaves after a time (default 6 s; an error stays until it is closed). Returns the function that takes it away. */
export function notify(
	text: string,
	{
		isError = false,
		ms = isError ? 0 : 6000,
		action,
	}: {
		readonly isError?: boolean;
		readonly ms?: number;
		readonly action?: Notice["action"];
	} = {},
): () => void {
	const notice: Notice = { id: nextId++, text, isError, action };
	notices.value = [...notices.value.slice(-4), notice];
	const close = (): void => {
		notices.value = notices.value.filter(({ id }) => id !== notice.id);
	};
	if (ms > 0) setTimeout(close, ms);
	return close;
}

/** Shows an error that somebody has to know. */
export function notifyError(error: unknown): void {
	notify(error instanceof Error ? error.message : String(error), {
		isError: true,
	});
}
