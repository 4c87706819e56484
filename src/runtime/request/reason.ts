import { describeError } from "../../errors.ts";
import { markWords } from "../../observe/private-text.ts";
import { createMarkValues } from "../../observe/private-values.ts";
import { isGiveUp, isRetryLater } from "../../plugin/steer.ts";

/**
 * Creates the function that describes, in one line for the log and the inbox, why the handling of an event failed. Values of
 * the payload and text from an upstream are marked in it: `maskText` hides them, `revealPrivate` shows them.
 */
export function reasonsFor(payload: unknown): (error: unknown) => string {
	const mark = createMarkValues(payload);
	return (error) => {
		// A plugin that steers, or an upstream, gives the reason in its own words. The name of the class would add nothing.
		const text =
			isRetryLater(error) || isGiveUp(error)
				? error.message
				: describeError(error);
		const message = error instanceof Error ? error.message : text;
		// The code or name at the start is the router's own, even if the payload has the same text. Other code reads it.
		const head = text.slice(0, text.length - message.length);
		return `${head}${markWords(message, error, mark)}`;
	};
}
