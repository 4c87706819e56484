import type { LineAnswer } from "./line.ts";

/** The most bytes of a file that the page plays: five minutes of a CD. */
export const AUDIO_BYTES_MAX = 50 * 1024 * 1024;

/** Returns the content type of audio without its parameters. Undefined if an answer is something else, or a failure. */
export function audioTypeOf({
	status,
	headers,
}: Pick<LineAnswer, "status" | "headers">): string | undefined {
	if (status < 200 || status >= 300) return undefined;
	return /^audio\/[\w.+-]+/i.exec(headers["content-type"] ?? "")?.[0];
}
