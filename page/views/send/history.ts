import { signal } from "@preact/signals";
import { type Answer, Problem } from "../../api/client.ts";
import type { Sending } from "./command.ts";
import type { Fields } from "./fields.ts";

/** One webhook that was sent since the page was opened. */
export interface Sent {
	readonly number: number;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly sending: Sending;
	/** The sample that it was made from. */
	readonly sample: Fields;
	/** Undefined while it is under way. */
	readonly result: Answer<"send"> | Problem | undefined;
}

/** The history of the session, the newest first. It outlives the view, and not the page. */
export const history = signal<readonly Sent[]>([]);

/** Adds a webhook, and notes its result when it is there. */
export async function record(
	sending: Sending,
	sample: Fields,
	send: () => Promise<Answer<"send">>,
): Promise<number> {
	const number = (history.value[0]?.number ?? 0) + 1;
	const sent = { number, at: Date.now(), sending, sample, result: undefined };
	history.value = [sent, ...history.value.slice(0, KEPT - 1)];
	let result: Sent["result"];
	try {
		result = await send();
	} catch (error) {
		result =
			error instanceof Problem
				? error
				: new Problem(0, "page", "The page failed", String(error));
	}
	history.value = history.value.map((one) =>
		one.number === number ? { ...one, result } : one,
	);
	return number;
}

// --- helpers ---

const KEPT = 50;
