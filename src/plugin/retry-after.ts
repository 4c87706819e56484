/**
 * Reads the header Retry-After: seconds, or a date in any of the three forms of HTTP (RFC 9110 sections
 * 5.6.7 and 10.2.3). Returns milliseconds from `now`, at most 24 h; undefined for anything else.
 *
 * @param now milliseconds since the epoch, default Date.now()
 *
 * @example
 * const ms = parseRetryAfter(answer.headers.get("retry-after"));
 * throw retryLater("busy", ms === undefined ? {} : { after: `${ms}ms` });
 */
export function parseRetryAfter(
	header: string | readonly string[] | null | undefined,
	now: number = Date.now(),
): number | undefined {
	const text = typeof header === "string" ? header.trim() : header?.[0];
	if (text === undefined) return undefined;
	if (/^\d+$/.test(text)) {
		return Math.min(Number(text) * 1000, LONGEST_WAIT_MS);
	}
	if (!HTTP_DATE.test(text)) return undefined;
	// The form of asctime has no zone, but is UTC as well.
	const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
	if (Number.isNaN(time)) return undefined;
	return Math.min(Math.max(time - now, 0), LONGEST_WAIT_MS);
}

// --- helpers ---

const LONGEST_WAIT_MS = 86_400_000;

const HTTP_DATE =
	/^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;
