/** Writes the message of a command as a sentence. It begins in lower case, because it follows the name of the program. */
export function toSentence(text: string): string {
	const stop = /[.!?]$/.test(text) ? "" : ".";
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}${stop}`;
}
