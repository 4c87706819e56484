import { describeError } from "../errors.ts";
import { markWords } from "../observe/private-text.ts";
import { createMarkValues } from "../observe/private-values.ts";
import { isGiveUp, isRetryLater } from "../plugin/steer.ts";

/**
 * Makes the function that writes why the handling of an event failed, in one line, for the log and the inbox. What its payload
 * and an upstream said is marked in it: `maskText` hides it, `revealPrivate` shows it.
 */
export function reasonsFor(payload: unknown): (error: unknown) => string {
	const mark = createMarkValues(payload);
	return (error) => {
		// A plugin that steers, or an upstream, says why in its own words: the name of the class adds nothing.
		const text =
			isRetryLater(error) || isGiveUp(error)
				? error.message
				: describeError(error);
		const message = error instanceof Error ? error.message : text;
		// The code or the name at the head is the router's own word, whatever a payload says: it is read again.
		const head = text.slice(0, text.length - message.length);
		return `${head}${markWords(message, error, mark)}`;
	};
}
